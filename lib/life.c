#include "life.h"

#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "lock.h"
#include "memory.h"
#include "service.h"
#include "store.h"

static const char alive[] = "alive";

enum { ALIVE_LEN = sizeof(alive) - 1 };

static char *lease_key(const char *key)
{
    return memory_format("life:%s", key);
}

/* Takes the lease if nobody has it. */
static bool take_lease(struct service *service, const char *key, struct error *error)
{
    const struct store_change change = {
        .value = alive,
        .len = ALIVE_LEN,
        .life_ms = LIFE_LEASE_MS,
    };
    char *lease = lease_key(key);
    const bool taken =
        store_put_if(service->store, lease, &change, clock_wall_ms(), error) == STORE_OK;
    free(lease);
    return taken;
}

int life_take(struct service *service, const char *key, struct error *error)
{
    const int lock = lock_life(service->config->state_directory, key, error);
    if (lock == LOCK_NONE || !store_is_shared(service->store) || take_lease(service, key, error))
        return lock;
    close(lock);
    return LOCK_NONE;
}

bool life_needs_renewing(const struct service *service)
{
    return store_is_shared(service->store);
}

void life_renew(struct service *service, const char *key)
{
    struct error error = ERROR_INIT;
    char *lease = lease_key(key);
    if (store_put(service->store, lease, alive, ALIVE_LEN, LIFE_LEASE_MS, clock_wall_ms(),
                  &error) != STORE_OK)
        log_error(service->log, "%s: its sign of life is not renewed: %s", key, error.text);
    free(lease);
}

bool life_is_there(struct service *service, const char *key)
{
    struct error error = ERROR_INIT;
    struct buf found = BUF_INIT(64);
    if (!store_is_shared(service->store))
        return lock_is_alive(service->config->state_directory, key);
    char *lease = lease_key(key);
    const bool absent =
        store_get(service->store, lease, clock_wall_ms(), &found, &error) == STORE_ABSENT;
    free(lease);
    buf_release(&found);
    return !absent;
}

void life_forget(struct service *service, const char *key)
{
    struct error error = ERROR_INIT;
    if (store_is_shared(service->store)) {
        char *lease = lease_key(key);
        (void)store_remove(service->store, lease, &error); /* else it ends by itself */
        free(lease);
    }
    lock_forget(service->config->state_directory, key);
}
