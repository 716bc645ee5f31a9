#include "silencing.h"

#include <stdlib.h>

#include "error.h"
#include "memory.h"

enum alertmanager_outcome silencing_make(const struct silencing *wanted, int64_t deadline_ms,
                                         char id[static ALERTMANAGER_ID_LEN], struct error *error)
{
    enum alertmanager_outcome outcome = ALERTMANAGER_DONE;
    id[0] = '\0';
    if (wanted->tried)
        outcome = alertmanager_find(wanted->alertmanager, wanted->action, deadline_ms, id, error);
    if (outcome != ALERTMANAGER_DONE || id[0] != '\0')
        return outcome;
    char *comment = memory_format("%s, action %s", wanted->about, wanted->action);
    const struct alertmanager_silence silence = {
        .matchers = wanted->matchers,
        .matcher_count = wanted->matcher_count,
        .starts_ms = wanted->starts_ms,
        .ends_ms = wanted->ends_ms,
        .author = wanted->author,
        .comment = comment,
    };
    outcome = alertmanager_silence(wanted->alertmanager, &silence, deadline_ms, id, error);
    free(comment);
    return outcome;
}

struct silencing_failure silencing_failure(enum alertmanager_outcome outcome)
{
    static const struct silencing_failure failures[] = {
        [ALERTMANAGER_DONE] = { "done", PHRASE_TOAST_UNKNOWN },
        [ALERTMANAGER_REFUSED] = { "refused", PHRASE_TOAST_REFUSED },
        [ALERTMANAGER_UNREACHED] = { "Alertmanager does not answer", PHRASE_TOAST_NO_ANSWER },
        [ALERTMANAGER_UNKNOWN] = { "not confirmed", PHRASE_TOAST_UNKNOWN },
    };
    return failures[outcome];
}
