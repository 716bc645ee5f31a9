#include "storm_lines.h"

#include <stdlib.h>
#include <string.h>

#include "alert_card_parts.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "incident_show.h"
#include "log.h"
#include "memory.h"
#include "service.h"

enum { INCIDENTS_MAX = 20000, ROOM = 64 };

struct collecting {
    struct storm_lines *lines;
    struct service *service;
    const struct config_receiver *receiver;
    size_t room;
};

static void add_people(struct storm_lines *lines, const struct incident *incident,
                       const struct config_receiver *receiver)
{
    struct alert_card_parts parts;
    const struct alert_card_view view = { .receiver = receiver, .now_ms = clock_wall_ms() };
    if (receiver->mention_count == 0)
        return;
    alert_card_parts_init(&parts, incident, &view);
    lines->people_count =
        alert_card_people(&parts, lines->people, lines->people_count, DIGEST_PEOPLE_MAX);
    alert_card_parts_release(&parts);
}

static void add(struct collecting *collecting, const struct incident *incident,
                const struct config_receiver *receiver)
{
    struct storm_lines *lines = collecting->lines;
    if (lines->count == collecting->room) {
        collecting->room = 2 * collecting->room + ROOM;
        lines->lines = memory_resize(lines->lines, collecting->room * sizeof(*lines->lines));
    }
    lines->lines[lines->count++] = digest_line(incident, receiver->language);
    add_people(lines, incident, receiver);
    if (lines->url[0] == '\0') {
        free(lines->url);
        lines->url = memory_copy(incident->group.url);
    }
}

/* One member of the index of open incidents. */
static bool collect(void *context, const char *key)
{
    struct error error = ERROR_INIT;
    struct collecting *collecting = context;
    struct service *service = collecting->service;
    struct incident incident = { .stage = INCIDENT_OPENING };
    const struct config_receiver *receiver = incident_receiver(service->config, key);
    if (receiver == NULL || strcmp(receiver->chat, collecting->receiver->chat) != 0)
        return true;
    const enum store_result found = incident_load(service, key, &incident, &error);
    if (found == STORE_FAILED)
        log_error(service->log, "an incident cannot be read: %s", error.text);
    if (found == STORE_OK && incident.stage == INCIDENT_GATHERED && !incident_is_over(&incident))
        add(collecting, &incident, receiver);
    incident_release(&incident);
    return true;
}

bool storm_lines_collect(struct storm_lines *lines, struct service *service,
                         const struct config_receiver *receiver, struct error *error)
{
    struct collecting collecting = { .lines = lines, .service = service, .receiver = receiver };
    *lines = (struct storm_lines){ .url = memory_copy("") };
    if (store_index_list(service->store, INCIDENT_KIND, INCIDENTS_MAX, clock_wall_ms(), collect,
                         &collecting, error) == STORE_OK)
        return true;
    storm_lines_release(lines);
    return false;
}

void storm_lines_release(struct storm_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        digest_line_release(&lines->lines[i]);
    free(lines->lines);
    free(lines->url);
    *lines = (struct storm_lines){ .count = 0 };
}
