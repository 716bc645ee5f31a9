#include "incident.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cipher.h"
#include "memory.h"
#include "tree.h"

void incident_open(struct incident *incident, const char *id, int64_t now_ms,
                   struct alert_group *group)
{
    *incident = (struct incident){ .stage = INCIDENT_OPENING, .opened_ms = now_ms };
    (void)snprintf(incident->id, sizeof(incident->id), "%s", id);
    incident->group = *group;
    *group = (struct alert_group){ .key = NULL };
}

static struct alert *find(const struct alert_group *group, const char *fingerprint)
{
    for (size_t i = 0; i < group->count; i++) {
        if (strcmp(group->alerts[i].fingerprint, fingerprint) == 0)
            return &group->alerts[i];
    }
    return NULL;
}

/* Whether what was told of an alert is newer than what is known of it. */
static bool is_newer(const struct alert *told, const struct alert *known)
{
    if (told->starts_ms != known->starts_ms)
        return told->starts_ms > known->starts_ms;
    return told->ends_ms >= known->ends_ms || !told->firing;
}

static void count_change(const struct alert *known, const struct alert *told,
                         struct incident_change *change)
{
    const bool fired = known != NULL && known->firing;
    if (told->firing && !fired)
        change->joined++;
    if (!told->firing && fired)
        change->resolved++;
}

static void swap(struct alert *one, struct alert *other)
{
    const struct alert kept = *one;
    *one = *other;
    *other = kept;
}

static void merge_alert(struct incident *incident, struct alert *told,
                        struct incident_change *change)
{
    struct alert_group *group = &incident->group;
    struct alert *known = find(group, told->fingerprint);
    if (known != NULL && !is_newer(told, known))
        return;
    count_change(known, told, change);
    if (known != NULL)
        told->server_ms = known->server_ms;
    if (known == NULL) {
        known = &group->alerts[group->count++];
        *known = (struct alert){ .fingerprint = NULL };
    }
    swap(known, told);
}

/* What the newer payload says of the group itself. */
static void take_group(struct alert_group *known, struct alert_group *told)
{
    char **const texts[][2] = { { &known->title, &told->title },
                                { &known->text, &told->text },
                                { &known->url, &told->url } };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char *old = *texts[i][0];
        *texts[i][0] = *texts[i][1];
        *texts[i][1] = old;
    }
    struct json_object *card = known->card;
    known->card = told->card;
    told->card = card;
    known->left_out = told->left_out;
    known->listed = told->listed;
}

void incident_merge(struct incident *incident, struct alert_group *group,
                    struct incident_change *change)
{
    struct alert_group *known = &incident->group;
    *change = (struct incident_change){ 0 };
    /* A payload tells of every alert that fires: those that were only counted are in it again. */
    memset(incident->uncounted, 0, sizeof(incident->uncounted));
    known->alerts =
        memory_resize(known->alerts, (known->count + group->count) * sizeof(*known->alerts));
    for (size_t i = 0; i < group->count; i++)
        merge_alert(incident, &group->alerts[i], change);
    take_group(known, group);
    change->repeated = change->joined == 0 && change->resolved == 0;
    alert_group_release(group);
}

bool incident_is_over(const struct incident *incident)
{
    for (size_t i = 0; i < SEVERITY_COUNT; i++) {
        if (incident->uncounted[i] > 0)
            return false;
    }
    return alert_count_firing(incident->group.alerts, incident->group.count) == 0;
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
