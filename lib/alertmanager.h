/* Effect. Alertmanager's API, version 2: what is firing, what is silenced, and silences of ours. */
#ifndef FEISHU_ALERTMANAGER_H
#define FEISHU_ALERTMANAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_alertmanager;
struct error;
struct json_object;
struct matcher;

enum { ALERTMANAGER_ID_LEN = 65 }; /* of a silence, with the final NUL */

enum alertmanager_outcome {
    ALERTMANAGER_DONE,
    ALERTMANAGER_REFUSED,   /* it understood and said no, or there is no such silence */
    ALERTMANAGER_UNREACHED, /* no answer of any of its addresses: nothing happened */
    ALERTMANAGER_UNKNOWN    /* sent, and no answer: it may have happened */
};

/* A silence to be made. Everything is borrowed. */
struct alertmanager_silence {
    const struct matcher *matchers;
    size_t matcher_count;
    int64_t starts_ms;
    int64_t ends_ms;
    const char *author;  /* "createdBy" */
    const char *comment; /* holds the action's id, by which alertmanager_find finds it */
};

/* The alerts that match all matchers, as Alertmanager's JSON array. Caller frees *alerts. In all
 * functions deadline_ms is of clock_steady_ms, and the error tells why it is not ALERTMANAGER_DONE.
 */
enum alertmanager_outcome alertmanager_alerts(const struct config_alertmanager *alertmanager,
                                              const struct matcher *matchers, size_t count,
                                              int64_t deadline_ms, struct json_object **alerts,
                                              struct error *error);

/* The silences that are not expired, as its JSON array. Caller frees *silences. */
enum alertmanager_outcome alertmanager_silences(const struct config_alertmanager *alertmanager,
                                                int64_t deadline_ms, struct json_object **silences,
                                                struct error *error);

/* When it began, by its own clock: it forgets alerts when it ends. */
enum alertmanager_outcome alertmanager_started(const struct config_alertmanager *alertmanager,
                                               int64_t deadline_ms, int64_t *started_ms,
                                               struct error *error);

/* Makes the silence; id gets its id. */
enum alertmanager_outcome alertmanager_silence(const struct config_alertmanager *alertmanager,
                                               const struct alertmanager_silence *silence,
                                               int64_t deadline_ms,
                                               char id[static ALERTMANAGER_ID_LEN],
                                               struct error *error);

/* Looks for a silence that is not expired and whose comment holds the text; id gets its id, "" if
 * there is none. */
enum alertmanager_outcome alertmanager_find(const struct config_alertmanager *alertmanager,
                                            const char *text, int64_t deadline_ms,
                                            char id[static ALERTMANAGER_ID_LEN],
                                            struct error *error);

/* Ends the silence now. */
enum alertmanager_outcome alertmanager_expire(const struct config_alertmanager *alertmanager,
                                              const char *id, int64_t deadline_ms,
                                              struct error *error);

#endif
