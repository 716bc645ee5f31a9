/* Effect. Questions to a person at the terminal, or answers that were given beforehand. */
#ifndef SETUP_PROMPT_H
#define SETUP_PROMPT_H

#include <stdbool.h>

#include "buf.h"

struct answers;
struct context;
struct error;

/* Where answers come from: first a flag, then the answers file, then the person, unless there is
 * none to ask. */
struct prompt {
    const struct context *context;
    bool unattended;         /* --yes, or no terminal: nobody is asked */
    struct answers *answers; /* of --answers, or NULL */
};

/* One question. */
struct question {
    const char *name;  /* of the flag and of the line in the answers file: "app-id" */
    const char *given; /* the flag's value, or NULL; never for secrets */
    const char *text;  /* translated: what is asked */
    const char *value; /* what an empty answer means, shown in brackets ("…" if secret); or NULL */
    bool secret;       /* not echoed */
    const char *file_name;  /* of secrets: NAME-file, as flag and as answer the name of a file */
    const char *given_file; /* the flag NAME-file's value, or NULL */
    /* NULL if the answer will do, else what is wrong with it, translated. May be NULL. */
    const char *(*check)(const char *answer);
};

enum prompt_result {
    PROMPT_ANSWERED,
    PROMPT_ABSENT,     /* nobody could be asked, and nothing was given */
    PROMPT_WRONG,      /* what was given beforehand is wrong: said on standard error */
    PROMPT_INTERRUPTED /* Ctrl-C or the end of input; the terminal is as it was */
};

/* Reads the answers file, if answers_path is not NULL; names are those of all questions, NULL at
 * the end. ERROR_CONFIG as answers_read. Ctrl-C is caught until prompt_close. */
bool prompt_open(struct prompt *prompt, const struct context *context, const char *answers_path,
                 const char *const *names, bool yes, struct error *error)
    __attribute__((warn_unused_result));
void prompt_close(struct prompt *prompt);

/* Asks until the answer will do. answer is overwritten; the caller wipes it. */
enum prompt_result prompt_ask(struct prompt *prompt, const struct question *question,
                              struct buf *answer);

/* Asks for yes or no; name, given and the answers file as above ("yes", "no"). otherwise: what an
 * empty answer means, and what holds if nobody can be asked. */
enum prompt_result prompt_confirm(struct prompt *prompt, const char *name, const char *given,
                                  const char *text, bool otherwise, bool *answer);

/* Waits for Enter. Unattended it returns at once. */
enum prompt_result prompt_pause(struct prompt *prompt, const char *text);

/* Whether Ctrl-C was pressed; for loops that wait. */
bool prompt_interrupted(const struct prompt *prompt);

#endif
