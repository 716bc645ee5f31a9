#include "tick.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "config.h"
#include "error.h"
#include "incident_compare.h"
#include "incident_show.h"
#include "incident_tell.h"
#include "log.h"
#include "memory.h"
#include "service.h"
#include "store.h"
#include "storm.h"
#include "tick_source.h"

enum {
    INCIDENTS_MAX = 20000, /* looked at in one tick */
    CALL_MS = 5000,        /* for an Alertmanager, for a card and its thread */
    MINUTE_MS = 60000,
    PAUSE_MS = 350 /* after a card: three a second leave room for new alerts in the same chat */
};

struct ticking {
    struct service *service;
    int64_t deadline_ms;
    struct tick_source *sources;
    bool *barred; /* for each receiver: its chat takes no more for now */
    struct tick *result;
};

static int64_t soon(const struct ticking *ticking)
{
    const int64_t soon_ms = clock_steady_ms() + CALL_MS;
    return soon_ms < ticking->deadline_ms ? soon_ms : ticking->deadline_ms;
}

/* Whether the stored incident is another one by what the source says. */
static bool differs(struct incident *incident, const struct tick_source *source,
                    struct incident_change *change)
{
    const size_t fired = alert_count_firing(incident->group.alerts, incident->group.count);
    const bool is_seen = incident->stage == INCIDENT_OPEN || incident->stage == INCIDENT_GATHERED;
    if (!is_seen || !incident_compare(incident, &source->facts))
        return false;
    const size_t fires = alert_count_firing(incident->group.alerts, incident->group.count);
    *change = (struct incident_change){ .resolved = fires < fired ? fired - fires : 0 };
    return true;
}

static void bar(struct ticking *ticking, const struct config_receiver *receiver)
{
    const struct config *config = ticking->service->config;
    for (size_t i = 0; i < config->receiver_count; i++) {
        if (strcmp(config->receivers[i].chat, receiver->chat) == 0)
            ticking->barred[i] = true;
    }
}

/* Shows what the incident is now, and stores it; what cannot be shown now is not stored either, and
 * the next tick finds it anew. */
static void show(struct ticking *ticking, struct incident_work *work,
                 const struct incident_change *change)
{
    struct error error = ERROR_INIT;
    char *shown = work->incident.shown == NULL ? NULL : memory_copy(work->incident.shown);
    const enum card_post_result result = incident_tell(work, change, &error);
    if (result == CARD_POST_DONE && incident_store(work, &error)) {
        const char *now = work->incident.shown;
        if (shown == NULL || now == NULL || strcmp(shown, now) != 0)
            ticking->result->updated++;
    } else {
        ticking->result->put_off++;
        log_error(ticking->service->log, "a card is not brought up to date: %s", error.text);
        bar(ticking, work->receiver);
    }
    free(shown);
}

/* With the key claimed: nobody else changes it. */
static void go_on(struct ticking *ticking, struct incident_work *work,
                  const struct tick_source *source)
{
    struct incident_change change;
    struct error error = ERROR_INIT;
    const enum store_result found =
        incident_load(work->service, work->key, &work->incident, &error);
    if (found == STORE_ABSENT)
        (void)store_index_remove(work->service->store, INCIDENT_KIND, work->key, &error);
    if (found == STORE_OK && work->incident.stage == INCIDENT_OVER)
        (void)store_index_remove(work->service->store, INCIDENT_KIND, work->key, &error);
    else if (found == STORE_OK && differs(&work->incident, source, &change))
        show(ticking, work, &change);
    incident_release(&work->incident);
}

/* Whether there is anything to do: without the claim, which keeps others from the incident. */
static bool needs_work(const struct ticking *ticking, const char *key,
                       const struct tick_source *source)
{
    struct incident incident = { .stage = INCIDENT_OPENING };
    struct incident_change change;
    struct error error = ERROR_INIT;
    const enum store_result found = incident_load(ticking->service, key, &incident, &error);
    const bool needs = found == STORE_ABSENT ||
                       (found == STORE_OK &&
                        (incident.stage == INCIDENT_OVER || differs(&incident, source, &change)));
    incident_release(&incident);
    if (found != STORE_FAILED)
        return needs;
    ticking->result->failed = true;
    log_error(ticking->service->log, "an incident cannot be read: %s", error.text);
    return false;
}

static void work_on(struct ticking *ticking, const struct config_receiver *receiver,
                    const char *key, const struct tick_source *source)
{
    struct store_claim claim;
    struct error error = ERROR_INIT;
    struct service *service = ticking->service;
    struct incident_work work = {
        .service = service,
        .receiver = receiver,
        .key = key,
        .deadline_ms = soon(ticking),
        .wait_s = 1,
    };
    if (store_claim(service->store, key, service->config->lease_s * 1000, clock_wall_ms(), &claim,
                    &error) != STORE_OK)
        return; /* whoever has it brings it up to date */
    const size_t updated = ticking->result->updated;
    go_on(ticking, &work, source);
    (void)store_release(service->store, key, &claim, clock_wall_ms(), &error);
    if (ticking->result->updated > updated)
        (void)nanosleep(&(const struct timespec){ 0, PAUSE_MS * 1000000L }, NULL);
}

/* One member of the index. */
static bool tick_one(void *context, const char *key)
{
    struct ticking *ticking = context;
    struct service *service = ticking->service;
    const struct config_receiver *receiver = incident_receiver(service->config, key);
    if (receiver == NULL || receiver->alertmanager[0] == '\0' ||
        ticking->barred[receiver - service->config->receivers])
        return true;
    if (clock_steady_ms() >= ticking->deadline_ms)
        return false;
    const struct tick_source *source = tick_source(
        ticking->sources, service->config, receiver->alertmanager, soon(ticking), service->log);
    if (source == NULL) {
        ticking->result->failed = true;
        return true;
    }
    ticking->result->looked_at++;
    if (needs_work(ticking, key, source))
        work_on(ticking, receiver, key, source);
    return true;
}

/* Once for each chat: lines can leave a digest where nobody tells of it. */
static void refresh_digests(struct ticking *ticking)
{
    const struct config *config = ticking->service->config;
    for (size_t i = 0; i < config->receiver_count; i++) {
        size_t first = 0;
        struct error error = ERROR_INIT;
        const struct config_receiver *receiver = &config->receivers[i];
        while (strcmp(config->receivers[first].chat, receiver->chat) != 0)
            first++;
        if (first == i && receiver->chat[0] != '\0' && clock_steady_ms() < ticking->deadline_ms)
            (void)storm_refresh(ticking->service, receiver, soon(ticking), &error);
    }
}

void tick(struct service *service, int64_t deadline_ms, struct tick *result)
{
    struct error error = ERROR_INIT;
    const struct config *config = service->config;
    *result = (struct tick){ 0 };
    struct ticking ticking = {
        .service = service,
        .deadline_ms = deadline_ms,
        .sources = tick_sources(config),
        .barred = memory_zero(config->receiver_count + 1, sizeof(bool)),
        .result = result,
    };
    if (store_index_list(service->store, INCIDENT_KIND, INCIDENTS_MAX, clock_wall_ms(), tick_one,
                         &ticking, &error) != STORE_OK) {
        result->failed = true;
        log_error(service->log, "open incidents cannot be found: %s", error.text);
    }
    refresh_digests(&ticking);
    tick_sources_free(ticking.sources, config);
    free(ticking.barred);
}

void tick_if_due(struct service *service, int64_t deadline_ms)
{
    struct tick result;
    struct store_claim claim;
    struct error error = ERROR_INIT;
    /* Nobody releases it: it ends with its lease, a minute on. */
    if (service->config->alertmanager_count > 0 &&
        strcmp(service->config->store_url.data, "none") != 0 &&
        store_claim(service->store, "tick", MINUTE_MS, clock_wall_ms(), &claim, &error) == STORE_OK)
        tick(service, deadline_ms, &result);
}
