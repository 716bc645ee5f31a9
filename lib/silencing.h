/* Effect. Silences that are made once, whatever becomes of the attempts. */
#ifndef FEISHU_SILENCING_H
#define FEISHU_SILENCING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alertmanager.h"
#include "words.h"

/* What is asked for. Everything is borrowed. */
struct silencing {
    const struct config_alertmanager *alertmanager;
    const struct matcher *matchers;
    size_t matcher_count;
    int64_t starts_ms;
    int64_t ends_ms;
    const char *author;
    const char *about;  /* the comment: what it was made for */
    const char *action; /* a unique id, stored before the first attempt */
    bool tried;         /* an earlier attempt may have made it: it is looked for */
};

/* Makes it, unless it is there; id gets its id. As alertmanager_silence. */
enum alertmanager_outcome silencing_make(const struct silencing *wanted, int64_t deadline_ms,
                                         char id[static ALERTMANAGER_ID_LEN], struct error *error);

/* How people, and the audit line, are told of what did not come of it. The phrase's argument is the
 * error's text. */
struct silencing_failure {
    const char *result;
    enum phrase phrase;
};
struct silencing_failure silencing_failure(enum alertmanager_outcome outcome);

#endif
