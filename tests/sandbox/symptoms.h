/* Pure. What can be wrong with an app on the platform's side, by name. */
#ifndef SANDBOX_SYMPTOMS_H
#define SANDBOX_SYMPTOMS_H

#include <stdbool.h>

struct app;

/* How a symptom is meant, where it can be meant in two ways. */
struct symptoms_sense {
    const char *scope; /* the one that lacks; NULL: that of private messages */
    bool first;        /* the version in question is the first: nothing else is online */
};

/* Puts all right, and then one thing wrong. False if there is no such symptom; then nothing
 * changes. "none" leaves all right. */
bool symptoms_cause(struct app *app, const char *name, const struct symptoms_sense *sense);

#endif
