/* Pure. What goes wrong on purpose: faults wait for requests that they apply to. */
#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exchange;
struct json_object;

struct fault {
    char *path;         /* a prefix of the paths it applies to */
    char *method;       /* NULL: any */
    int http;           /* 0: that of the code, or 200 */
    int64_t code;       /* 0: none */
    char *body;         /* NULL: JSON of the code, or a line of text where there is none */
    char *content_type; /* of body */
    int64_t delay_ms;   /* before the answer */
    int64_t reset_s;    /* for x-ogw-ratelimit-reset, -1 for the usual */
    int64_t count;      /* requests it still applies to */
    bool applies;       /* the request takes effect all the same */
    bool drops;         /* no answer */
};

struct faults {
    struct fault *list; /* the first that matches counts */
    size_t count;
};

/* Adds the fault that a control request describes. NULL, or what is wrong with it. */
const char *faults_add(struct faults *faults, struct json_object *body);

/* Takes the fault for this request into fault, which the caller releases; false if there is
 * none. */
bool faults_take(struct faults *faults, const char *method, const char *path, struct fault *fault);

/* Whether the fault replaces the answer, and does not only delay it. */
bool faults_answers(const struct fault *fault);

/* Replaces the answer of the exchange. */
void faults_answer(const struct fault *fault, struct exchange *exchange);

void faults_release_one(struct fault *fault);
void faults_release(struct faults *faults);

#endif
