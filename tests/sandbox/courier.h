/* Effect. Brings events to the bot: a thread that sends the parcels of the world when they are due,
 * many at a time. The sandbox's one user of libcurl, since events need headers and limits of the
 * platform's own. */
#ifndef SANDBOX_COURIER_H
#define SANDBOX_COURIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;
struct secret;
struct world;

enum courier_failure {
    COURIER_FINE,      /* there was an answer */
    COURIER_NO_HOST,   /* the host's name is unknown */
    COURIER_NO_ACCEPT, /* no connection within the time */
    COURIER_LATE,      /* connected, and no answer within the time */
    COURIER_BROKEN     /* connected, and then something else went wrong */
};

/* What came of one request. */
struct courier_result {
    int status; /* 0: no answer within the time */
    enum courier_failure failure;
    int64_t ms;        /* how long it took */
    char trouble[128]; /* why there was none, else "" */
};

/* Starts the thread. NULL and ERROR_INTERNAL if that cannot be done. Ended by courier_stop. */
struct courier *courier_start(struct world *world, struct error *error);

/* Says that a parcel was added. May be called by any thread. */
void courier_wake(struct courier *courier);

/* Cuts what is under way and ends the thread; NULL is fine. */
void courier_stop(struct courier *courier);

/* Posts text, encrypted if the key is set but not signed, to the URL at once, and waits up to a
 * second. The answer's body is appended to body. The world is not locked. */
struct courier_result courier_challenge(const struct world *world, const char *url,
                                        const struct secret *key, const char *text,
                                        struct buf *body);

/* Likewise for a callback: signed as well, as events are, and it may take as long as they. */
struct courier_result courier_call(const struct world *world, const char *url,
                                   const struct secret *key, const char *text, struct buf *body);

#endif
