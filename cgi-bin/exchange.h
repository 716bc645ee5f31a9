/* Effect. One request and everything that belongs to it, from the first byte to the last. */
#ifndef FEISHU_EXCHANGE_H
#define FEISHU_EXCHANGE_H

#include <stdbool.h>

#include "config.h"
#include "delivery.h"
#include "envelope.h"
#include "event.h"
#include "log.h"
#include "reply.h"
#include "request.h"
#include "service.h"

struct exchange {
    struct request request;
    struct reply reply;
    struct log log;
    struct config config;
    const char *config_path;
    bool configured; /* config and service are there */
    struct service service;
    struct envelope envelope;       /* its tree is NULL until the request is authenticated */
    struct event event;             /* EVENT_OTHER and all NULL until it is read */
    char reply_id[DELIVERY_ID_LEN]; /* of the message posted, or "" */
    const char *denied;             /* why a folder command was not run, for the log */
};

#define EXCHANGE_INIT                                                                              \
    {                                                                                              \
        .reply = REPLY_INIT, .log = LOG_INIT, .denied = ""                                         \
    }

/* Loads the configuration and opens the service. On failure the error says why. */
bool exchange_configure(struct exchange *exchange, struct error *error)
    __attribute__((warn_unused_result));

/* Writes the answer, then the log's line, and lets go of the host. */
void exchange_answer(struct exchange *exchange);

/* Writes the log's line of a request, known by its id, that the watchdog answered with status. */
void exchange_log_late(const char *id, const char *status);

/* What may take its time: notes, commands left unfinished, open incidents, the store's old entries.
 */
void exchange_afterwards(struct exchange *exchange);

/* Frees everything. */
void exchange_release(struct exchange *exchange);

#endif
