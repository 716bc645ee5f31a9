/* Effect. One request and everything that belongs to it, from the first byte to the last. */
#ifndef FEISHU_EXCHANGE_H
#define FEISHU_EXCHANGE_H

#include <stdbool.h>

#include "bot.h"
#include "delivery.h"
#include "envelope.h"
#include "event.h"
#include "host.h"
#include "log.h"
#include "reply.h"
#include "request.h"

struct exchange {
    struct host *host;
    struct bots *bots;
    struct request request;
    struct reply reply;
    struct log log;
    struct bot *bot;                /* NULL until its configuration is there */
    struct envelope envelope;       /* its tree is NULL until the request is authenticated */
    struct event event;             /* EVENT_OTHER and all NULL until it is read */
    char reply_id[DELIVERY_ID_LEN]; /* of the message posted, or "" */
    const char *denied;             /* why a folder command was not run, for the log */
};

#define EXCHANGE_INIT                                                                              \
    {                                                                                              \
        .reply = REPLY_INIT, .log = LOG_INIT, .denied = ""                                         \
    }

/* Where the bot that the request is for has its configuration. Borrowed. */
const char *exchange_config_path(const struct exchange *exchange);

/* Finds the bot. On failure the error says why. */
bool exchange_configure(struct exchange *exchange, struct error *error)
    __attribute__((warn_unused_result));

/* Writes the answer, then the log's line, and lets go of the host. */
void exchange_answer(struct exchange *exchange);

/* Writes the log's line of a request, known by its id, that the watchdog ended with status. */
void exchange_log_late(const char *id, const char *status, const char *config_path);

/* What may take its time: notes and chores. */
void exchange_afterwards(struct exchange *exchange);

/* Frees everything but the bots. */
void exchange_release(struct exchange *exchange);

#endif
