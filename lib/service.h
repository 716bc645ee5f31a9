/* Effect. What one request is served with: the configuration and the ways to the outside. */
#ifndef FEISHU_SERVICE_H
#define FEISHU_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "api.h"
#include "buf.h"
#include "config.h"
#include "log.h"

struct error;
struct http;
struct store;

enum {
    SERVICE_ANSWER_MS = 2400,  /* the answer must have left this long after the request began */
    ALERT_ANSWER_MS = 8000,    /* the same for alerts: their senders wait longer */
    SERVICE_CALL_MS = 2200,    /* no call to the platform lasts longer than until here */
    SERVICE_DONE_S = 8 * 3600, /* how long beyond max_age an event is known to be done */
    /* Taken for max_age where none is checked: a signed event can then be sent again at any time,
     * and its command is kept from a second run by max_delay, which is at most this long. */
    SERVICE_AGELESS_S = 24 * 3600
};

struct service {
    const struct config *config;
    const char *config_path;
    struct store *store;
    struct http *http;
    struct api api;
    struct buf trace; /* of the API calls, for the log */
    struct log *log;
    int64_t started_ms; /* clock_steady_ms when the request began */
    char command[65];   /* the folder command that the request is about, or "" */
};

/* Opens store and HTTP as configured; neither does anything yet. Everything is borrowed. */
void service_open(struct service *service, const struct config *config, const char *config_path);

/* Begins a request, of which nothing of an earlier one can be seen; log is borrowed until the next.
 * To be called before anything else. */
void service_begin(struct service *service, struct log *log, int64_t started_ms);

/* Closes what service_open opened. */
void service_close(struct service *service);

/* How long the store keeps what is done, in milliseconds. */
int64_t service_done_ms(const struct service *service);

/* The bot's own open_id: configured, stored, or asked of the platform before deadline_ms
 * (clock_steady_ms) and stored. Appends it to open_id. On failure the error tells why:
 * ERROR_NETWORK where the platform can be asked again later, ERROR_REFUSED where that is no use. */
bool service_bot_id(struct service *service, int64_t deadline_ms, struct buf *open_id,
                    struct error *error) __attribute__((warn_unused_result));

#endif
