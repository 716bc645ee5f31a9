#include "storm_lines.h"

#include <stdlib.h>
#include <string.h>

#include "alert_card_parts.h"
#include "clock.h"
#include "config.h"
#include "incident_each.h"
#include "list.h"
#include "memory.h"

struct collecting {
    struct storm_lines *lines;
    const char *chat;
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

static void add(struct storm_lines *lines, const struct incident *incident,
                const struct config_receiver *receiver)
{
    lines->lines = list_grow(lines->lines, lines->count, sizeof(*lines->lines));
    lines->lines[lines->count++] = digest_line(incident, receiver->language);
    add_people(lines, incident, receiver);
    if (lines->url[0] == '\0') {
        free(lines->url);
        lines->url = memory_copy(incident->group.url);
    }
}

static bool wants(void *context, const struct config_receiver *receiver)
{
    const struct collecting *collecting = context;
    return strcmp(receiver->chat, collecting->chat) == 0;
}

static bool collect(void *context, const char *key, const struct config_receiver *receiver,
                    const struct incident *incident)
{
    const struct collecting *collecting = context;
    (void)key;
    if (incident->stage == INCIDENT_GATHERED && !incident_is_over(incident))
        add(collecting->lines, incident, receiver);
    return true;
}

bool storm_lines_collect(struct storm_lines *lines, struct service *service,
                         const struct config_receiver *receiver, struct error *error)
{
    struct collecting collecting = { lines, receiver->chat };
    const struct incident_visit visit = { wants, collect, &collecting };
    *lines = (struct storm_lines){ .url = memory_copy("") };
    if (incident_each(service, &visit, error) == STORE_OK)
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
