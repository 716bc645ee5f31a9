/* Effect. What the steps of a command came to: printed as they end, or all at once as JSON. */
#ifndef SETUP_REPORT_H
#define SETUP_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

enum finding_status { FINDING_PASS, FINDING_WARN, FINDING_FAIL, FINDING_SKIP };

/* What one step found. A finding starts as {0}: a pass that says nothing. */
struct finding {
    enum finding_status status;
    char *detail; /* owned, translated: what is the case, in one line */
    char *fix;    /* owned, translated: what to do about it, or NULL */
};

/* Copies the text as one line without what could steer a terminal, cut where it is longer than room
 * bytes with the final NUL; "" for NULL. */
void report_copy_line(char *to, size_t room, const char *text);

/* Replaces the finding; detail and fix, which may be NULL, become its own, as lines. */
void finding_set(struct finding *finding, enum finding_status status, char *detail, char *fix);
void finding_release(struct finding *finding);

struct report {
    bool json;
    bool terminal;     /* progress: standard output is one that can go back in its line */
    bool coloured;     /* a terminal, and NO_COLOR is not set */
    int counts[4];     /* of each status */
    int64_t opened_ms; /* when the report began, and the step */
    int64_t began_ms;
    const char *name; /* of the step, and its title */
    const char *title;
    struct json_object *steps;
};

/* Begins a report on standard output. */
void report_begin(struct report *report, bool json);

/* A step begins: name is its stable name in JSON ("token"), title what people read; both
 * stay the caller's until it ends. On a terminal it is shown as going on. */
void report_step(struct report *report, const char *name, const char *title);

/* The step ends with the finding, which is released; its time is taken. */
void report_end(struct report *report, struct finding *finding);

/* Ends the report: the summary, or the JSON object {"ok":…,"steps":[{name,status,ms,detail,fix}]}
 * with more (which may be NULL and is freed) merged into it. Returns the exit status: 1 if a step
 * failed, else 0. */
int report_finish(struct report *report, struct json_object *more);

/* Ends the report without a word. */
void report_release(struct report *report);

#endif
