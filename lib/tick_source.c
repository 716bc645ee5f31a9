#include "tick_source.h"

#include <stdlib.h>
#include <string.h>

#include "alertmanager.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "log.h"
#include "memory.h"
#include "tree.h"

struct tick_source *tick_sources(const struct config *config)
{
    return memory_zero(config->alertmanager_count + 1, sizeof(struct tick_source));
}

void tick_sources_free(struct tick_source *sources, const struct config *config)
{
    for (size_t i = 0; i < config->alertmanager_count; i++)
        incident_facts_release(&sources[i].facts);
    free(sources);
}

/* All of it from one address: what two Alertmanagers say does not fit together. */
static bool ask_one(const struct config_alertmanager *one, int64_t deadline_ms,
                    struct incident_facts *facts, struct error *error)
{
    int64_t started_ms = 0;
    const int64_t asked_ms = clock_wall_ms();
    struct json_object *alerts = NULL;
    struct json_object *silences = NULL;
    if (alertmanager_started(one, deadline_ms, &started_ms, error) == ALERTMANAGER_DONE &&
        alertmanager_alerts(one, NULL, 0, deadline_ms, &alerts, error) == ALERTMANAGER_DONE &&
        alertmanager_silences(one, deadline_ms, &silences, error) == ALERTMANAGER_DONE) {
        incident_facts_init(facts, asked_ms, started_ms, alerts, silences);
        return true;
    }
    tree_free(alerts);
    return false;
}

static bool ask(const struct config_alertmanager *alertmanager, int64_t deadline_ms,
                struct incident_facts *facts, struct error *error)
{
    for (size_t i = 0; i < alertmanager->urls.count; i++) {
        struct error cause = ERROR_INIT;
        struct config_alertmanager one = *alertmanager;
        one.urls = (struct config_list){ alertmanager->urls.items + i, 1 };
        if (ask_one(&one, deadline_ms, facts, &cause))
            return true;
        (void)error_set(error, cause.kind, "alertmanager '%s': %s", alertmanager->name, cause.text);
    }
    return false;
}

const struct tick_source *tick_source(struct tick_source *sources, const struct config *config,
                                      const char *name, int64_t deadline_ms, struct log *log)
{
    size_t at = 0;
    struct error error = ERROR_INIT;
    while (at < config->alertmanager_count && strcmp(config->alertmanagers[at].name, name) != 0)
        at++;
    if (at == config->alertmanager_count)
        return NULL;
    struct tick_source *source = &sources[at];
    if (!source->asked) {
        source->asked = true;
        source->answered = ask(&config->alertmanagers[at], deadline_ms, &source->facts, &error);
        if (!source->answered)
            log_error(log, "%s", error.text);
    }
    return source->answered ? source : NULL;
}
