#include "incident.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cipher.h"
#include "config.h"
#include "memory.h"
#include "tree.h"

/* A source that tells no times means that things happen as it tells of them. before: what is known
 * of the same alert, or NULL. */
static void date(struct alert *alert, const struct alert *before, int64_t now_ms)
{
    if (alert->starts_ms == 0)
        alert->starts_ms = before != NULL && before->firing ? before->starts_ms : now_ms;
    if (!alert->firing && alert->ends_ms == 0)
        alert->ends_ms = now_ms;
}

/* What was last heard of it. */
static int64_t last_ms(const struct alert *alert)
{
    return alert->ends_ms > alert->starts_ms ? alert->ends_ms : alert->starts_ms;
}

/* By fingerprint; of one fingerprint in the order of the array that both are in. */
static int compare(const void *a, const void *b)
{
    const struct alert *one = *(struct alert *const *)a;
    const struct alert *other = *(struct alert *const *)b;
    const int order = strcmp(one->fingerprint, other->fingerprint);
    return order != 0 ? order : (one > other) - (one < other);
}

/* Of alerts with one fingerprint, count of them. */
static struct alert *newest_of(struct alert *const *same, size_t count, int64_t now_ms)
{
    struct alert *newest = same[0];
    date(newest, NULL, now_ms);
    for (size_t i = 1; i < count; i++) {
        date(same[i], newest, now_ms);
        if (last_ms(same[i]) < last_ms(newest))
            continue;
        same[i]->server_ms = newest->server_ms;
        newest = same[i];
    }
    return newest;
}

static void count_change(const struct alert *known, const struct alert *now,
                         struct incident_change *change)
{
    const bool fired = known != NULL && known->firing;
    if (now->firing && !fired)
        change->joined++;
    if (!now->firing && fired)
        change->resolved++;
}

/* Leaves one alert of each fingerprint; the first `known` of the group are known, the others were
 * told just now. */
static void unite(struct alert_group *group, size_t known, int64_t now_ms,
                  struct incident_change *change)
{
    struct alert *all = group->alerts;
    const size_t count = group->count;
    struct alert **order = memory_zero(count + 1, sizeof(struct alert *));
    for (size_t i = 0; i < count; i++)
        order[i] = &all[i];
    qsort(order, count, sizeof(struct alert *), compare);
    group->alerts = memory_zero(count + 1, sizeof(*group->alerts));
    group->count = 0;
    for (size_t at = 0, same = 1; at < count; at += same) {
        for (same = 1; at + same < count &&
                       strcmp(order[at]->fingerprint, order[at + same]->fingerprint) == 0;)
            same++;
        struct alert *newest = newest_of(&order[at], same, now_ms);
        count_change(order[at] < all + known ? order[at] : NULL, newest, change);
        group->alerts[group->count++] = *newest;
        *newest = (struct alert){ .fingerprint = NULL };
    }
    for (size_t i = 0; i < count; i++)
        alert_release(&all[i]);
    free(order);
    free(all);
}

void incident_open(struct incident *incident, const char *id, int64_t now_ms,
                   struct alert_group *group)
{
    struct incident_change change = { 0 };
    *incident = (struct incident){ .stage = INCIDENT_OPENING, .opened_ms = now_ms };
    (void)snprintf(incident->id, sizeof(incident->id), "%s", id);
    incident->group = *group;
    *group = (struct alert_group){ .key = NULL };
    unite(&incident->group, 0, now_ms, &change);
}

/* What the newer payload says of the group itself. */
static void take_group(struct alert_group *known, struct alert_group *told)
{
    struct alert *alerts = known->alerts;
    const size_t count = known->count;
    known->alerts = NULL;
    known->count = 0;
    alert_group_release(known);
    *known = *told;
    known->alerts = alerts;
    known->count = count;
    *told = (struct alert_group){ .key = NULL };
}

/* Puts what was told behind what is known. */
static void append(struct alert_group *known, struct alert_group *told)
{
    const size_t count = known->count + told->count;
    known->alerts = memory_resize(known->alerts, (count + 1) * sizeof(*known->alerts));
    memcpy(known->alerts + known->count, told->alerts, told->count * sizeof(*told->alerts));
    known->count = count;
    free(told->alerts);
    told->alerts = NULL;
    told->count = 0;
}

void incident_merge(struct incident *incident, struct alert_group *group, int64_t now_ms,
                    struct incident_change *change)
{
    const size_t known = incident->group.count;
    *change = (struct incident_change){ 0 };
    append(&incident->group, group);
    unite(&incident->group, known, now_ms, change);
    take_group(&incident->group, group);
    /* A payload tells of every alert that fires: those that were only counted are in it again, and
     * did not join just now. */
    for (size_t i = 0; i < SEVERITY_COUNT; i++) {
        const uint64_t counted = incident->uncounted[i];
        change->joined -= change->joined < counted ? change->joined : counted;
        incident->uncounted[i] = 0;
    }
    change->repeated = change->joined == 0 && change->resolved == 0;
}

uint64_t incident_firing(const struct incident *incident)
{
    uint64_t firing = alert_count_firing(incident->group.alerts, incident->group.count);
    for (size_t i = 0; i < SEVERITY_COUNT; i++)
        firing += incident->uncounted[i];
    return firing;
}

bool incident_is_over(const struct incident *incident)
{
    return incident_firing(incident) == 0;
}

void incident_deed_set(struct incident_deed *deed, const char *open_id, const char *name,
                       int64_t at_ms)
{
    incident_deed_clear(deed);
    *deed = (struct incident_deed){ memory_copy(open_id), memory_copy(name), at_ms };
}

void incident_deed_clear(struct incident_deed *deed)
{
    free(deed->open_id);
    free(deed->name);
    *deed = (struct incident_deed){ NULL, NULL, 0 };
}

void incident_release(struct incident *incident)
{
    alert_group_release(&incident->group);
    incident_deed_clear(&incident->acknowledged);
    incident_deed_clear(&incident->silenced);
    free(incident->message_id);
    free(incident->shown);
    free(incident->silence_id);
    free(incident->pending_id);
    *incident = (struct incident){ .stage = INCIDENT_OPENING };
}

char *incident_key(const char *receiver, const char *group_key)
{
    char hex[CIPHER_HEX_LEN];
    cipher_digest_hex(&(const struct cipher_part){ group_key, strlen(group_key) }, 1, hex);
    return memory_format("incident:%s:%s", receiver, hex);
}

const struct config_receiver *incident_receiver(const struct config *config, const char *key)
{
    const char *name = strchr(key, ':');
    const char *end = strrchr(key, ':');
    if (name == NULL || end <= name)
        return NULL;
    char *copy = memory_copy_bytes(name + 1, (size_t)(end - name - 1));
    const struct config_receiver *receiver = config_receiver(config, copy);
    free(copy);
    return receiver;
}
