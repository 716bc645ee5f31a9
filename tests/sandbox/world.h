/* Effect. Everything the sandbox knows, behind one lock. */
#ifndef SANDBOX_WORLD_H
#define SANDBOX_WORLD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "faults.h"
#include "parcels.h"
#include "posts.h"
#include "presses.h"
#include "rates.h"
#include "tokens.h"
#include "visits.h"

struct config;
struct courier;
struct options;

enum { WORLD_APIS_MAX = 64 };

struct world {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping;
    int64_t changes; /* grows with each change of what there is to see */
    const struct config *config;
    const struct options *options;
    const char *bot_id; /* the bot's open_id */
    struct courier *courier;
    struct app app;
    struct tokens tokens;
    struct rate api_rates[WORLD_APIS_MAX]; /* by the API's place among the routes */
    struct faults faults;
    struct visits visits;
    struct posts posts;
    struct parcels parcels;
    struct presses presses;
};

/* Sets the world up; config and options are borrowed as long as it lives. */
void world_init(struct world *world, const struct config *config, const struct options *options);

/* Nobody else may touch the world between these two. */
void world_lock(struct world *world);
void world_unlock(struct world *world);

/* Wakes all who wait. */
void world_tell(struct world *world);

/* Says that something has changed, which wakes them too. */
void world_change(struct world *world);

/* Lets the lock go until something changes. False when deadline_ms (steady clock) is over or the
 * sandbox is about to end. */
bool world_wait(struct world *world, int64_t deadline_ms);

/* Says that the sandbox is about to end: nobody waits any longer. */
void world_stop(struct world *world);

/* Back to the beginning: messages, events, faults, the log of requests, limits. The app stays as it
 * is, and tokens stay valid. */
void world_reset(struct world *world);

/* Frees everything; all threads but this one have ended. */
void world_release(struct world *world);

#endif
