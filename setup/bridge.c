#include "bridge.h"

#include <unistd.h>

#include "clock.h"
#include "context.h"
#include "error.h"
#include "owner.h"
#include "place.h"

bool bridge_become(const struct config *config, struct error *error)
{
    static const struct place place = PLACE_INIT;
    struct owner owner;
    uid_t user = 0;
    gid_t group = 0;
    const bool is_there = place_user(&place, &user, &group);
    if (!owner_become(&owner, config->store_url.data, user, error))
        return false;
    /* Where there is no folder to go by. */
    if (!owner.changed && is_there && !owner_become_user(&owner, user, group, error))
        return false;
    owner_stay(&owner);
    return true;
}

bool bridge_open(struct bridge *bridge, const struct context *context, struct error *error)
{
    *bridge = (struct bridge){ .log = LOG_INIT };
    if (!config_load(context->config_path, &bridge->config, error))
        return false;
    if (!bridge_become(&bridge->config, error)) {
        config_release(&bridge->config);
        return false;
    }
    bridge->log.target = isatty(STDERR_FILENO) ? CONFIG_LOG_STDERR : bridge->config.log;
    service_open(&bridge->service, &bridge->config, context->config_path);
    service_begin(&bridge->service, &bridge->log, clock_steady_ms());
    return true;
}

void bridge_close(struct bridge *bridge)
{
    service_close(&bridge->service);
    log_write(&bridge->log);
    log_release(&bridge->log);
    config_release(&bridge->config);
}
