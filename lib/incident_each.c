#include "incident_each.h"

#include "clock.h"
#include "error.h"
#include "incident_show.h"
#include "log.h"
#include "service.h"

enum { INCIDENTS_MAX = 20000 };

struct visiting {
    struct service *service;
    const struct incident_visit *visit;
};

/* One member of the index of open incidents. */
static bool visit_one(void *context, const char *key)
{
    const struct visiting *visiting = context;
    const struct incident_visit *visit = visiting->visit;
    struct error error = ERROR_INIT;
    struct incident incident = { .stage = INCIDENT_OPENING };
    const struct config_receiver *receiver = incident_receiver(visiting->service->config, key);
    bool go_on = true;
    if (receiver == NULL || !visit->wants(visit->context, receiver))
        return true;
    const enum store_result found = incident_load(visiting->service, key, &incident, &error);
    if (found == STORE_FAILED)
        log_error(visiting->service->log, "an incident cannot be read: %s", error.text);
    if (found == STORE_OK)
        go_on = visit->visit(visit->context, key, receiver, &incident);
    incident_release(&incident);
    return go_on;
}

enum store_result incident_each(struct service *service, const struct incident_visit *visit,
                                struct error *error)
{
    struct visiting visiting = { service, visit };
    return store_index_list(service->store, INCIDENT_KIND, INCIDENTS_MAX, clock_wall_ms(),
                            visit_one, &visiting, error);
}
