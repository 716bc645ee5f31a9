#include "world.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cast.h"
#include "clock.h"
#include "config.h"
#include "options.h"

/* A lock that fails is a fault of this program, and there is no way on. */
static void must(int failed)
{
    if (failed != 0)
        abort();
}

void world_init(struct world *world, const struct config *config, const struct options *options)
{
    pthread_condattr_t attributes;
    memset(world, 0, sizeof(*world));
    must(pthread_mutex_init(&world->lock, NULL));
    must(pthread_condattr_init(&attributes));
    must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    must(pthread_cond_init(&world->changed, &attributes));
    must(pthread_condattr_destroy(&attributes));
    world->config = config;
    world->options = options;
    /* Another sandbox began with another number, so that nobody takes this one for it. */
    world->changes = clock_wall_ms();
    world->bot_id = config->bot_open_id[0] != '\0' ? config->bot_open_id : CAST_BOT_ID;
    app_init(&world->app, &config->app, options->event_url, options->fresh);
    posts_init(&world->posts);
}

void world_lock(struct world *world)
{
    must(pthread_mutex_lock(&world->lock));
}

void world_unlock(struct world *world)
{
    must(pthread_mutex_unlock(&world->lock));
}

void world_tell(struct world *world)
{
    must(pthread_cond_broadcast(&world->changed));
}

void world_change(struct world *world)
{
    world->changes++;
    world_tell(world);
}

bool world_wait(struct world *world, int64_t deadline_ms)
{
    struct timespec until = { .tv_sec = (time_t)(deadline_ms / 1000),
                              .tv_nsec = (long)(deadline_ms % 1000) * 1000000 };
    if (world->stopping || clock_steady_ms() >= deadline_ms)
        return false;
    /* A timeout shows at the next call: what changed at the last moment still counts. */
    (void)pthread_cond_timedwait(&world->changed, &world->lock, &until);
    return !world->stopping;
}

void world_stop(struct world *world)
{
    world_lock(world);
    world->stopping = true;
    world_tell(world);
    world_unlock(world);
}

void world_reset(struct world *world)
{
    memset(world->api_rates, 0, sizeof(world->api_rates));
    faults_release(&world->faults);
    visits_release(&world->visits);
    posts_release(&world->posts);
    parcels_release(&world->parcels);
    presses_release(&world->presses);
}

void world_release(struct world *world)
{
    world_reset(world);
    app_release(&world->app);
    must(pthread_cond_destroy(&world->changed));
    must(pthread_mutex_destroy(&world->lock));
}
