/* Effect. One call of Alertmanager's API, at whichever of its addresses answers. */
#ifndef FEISHU_ALERTMANAGER_CALL_H
#define FEISHU_ALERTMANAGER_CALL_H

#include <stdint.h>

#include "alertmanager.h"

struct buf;

struct alertmanager_call {
    const char *method;     /* GET changes nothing; any other does */
    const char *path;       /* from /api on, with the query */
    const struct buf *body; /* JSON, or NULL */
};

/* Tries the addresses in turn, each for its share of the time until deadline_ms (clock_steady_ms),
 * until one answers: with GET, an answer is JSON without a server's error. What changes something
 * and may have arrived is not sent again. *tree gets the JSON of a success, NULL if it has none or
 * it is no success; caller frees. The error tells why it is not ALERTMANAGER_DONE, in one line that
 * holds no password, of the last address that was tried. */
enum alertmanager_outcome alertmanager_call(const struct config_alertmanager *alertmanager,
                                            const struct alertmanager_call *call,
                                            int64_t deadline_ms, struct json_object **tree,
                                            struct error *error);

#endif
