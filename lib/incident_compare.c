#include "incident_compare.h"

#include <stdlib.h>
#include <string.h>

#include "alertmanager.h"
#include "incident.h"
#include "labels.h"
#include "memory.h"
#include "text.h"
#include "timestamp.h"
#include "tree.h"

struct incident_fact {
    const char *fingerprint;
    struct json_object *alert;
};

static int by_fingerprint(const void *one, const void *other)
{
    return strcmp(((const struct incident_fact *)one)->fingerprint,
                  ((const struct incident_fact *)other)->fingerprint);
}

void incident_facts_init(struct incident_facts *facts, int64_t asked_ms, int64_t started_ms,
                         struct json_object *alerts, struct json_object *silences)
{
    const size_t count = tree_count(alerts);
    *facts = (struct incident_facts){
        asked_ms, started_ms, alerts, silences, memory_zero(count + 1, sizeof(*facts->facts)), 0
    };
    for (size_t i = 0; i < count; i++) {
        struct json_object *alert = tree_at(alerts, i);
        const char *fingerprint = tree_text(alert, "fingerprint");
        if (fingerprint != NULL)
            facts->facts[facts->count++] = (struct incident_fact){ fingerprint, alert };
    }
    qsort(facts->facts, facts->count, sizeof(*facts->facts), by_fingerprint);
}

void incident_facts_release(struct incident_facts *facts)
{
    free(facts->facts);
    tree_free(facts->alerts);
    tree_free(facts->silences);
    *facts = (struct incident_facts){ 0 };
}

/* What the API says of the alert; NULL if it does not fire there. */
static struct json_object *find(const struct incident_facts *facts, const struct alert *alert)
{
    const struct incident_fact wanted = { alert->fingerprint, NULL };
    const struct incident_fact *found =
        bsearch(&wanted, facts->facts, facts->count, sizeof(wanted), by_fingerprint);
    return found == NULL ? NULL : found->alert;
}

/* A time that cannot be read is 0. */
static int64_t time_of(struct json_object *object, const char *key)
{
    int64_t ms = 0;
    const char *text = tree_text(object, key);
    return text != NULL && timestamp_read(text, &ms) ? ms : 0;
}

/* The alert fires there. */
static bool take_firing(struct alert *alert, struct json_object *told,
                        const struct incident_facts *facts)
{
    const int64_t starts_ms = time_of(told, "startsAt");
    const bool again = !alert->firing && time_of(told, "endsAt") > alert->ends_ms;
    const bool is_newer = (alert->firing || again) && starts_ms > alert->starts_ms;
    const bool is_noted = alert->server_ms == facts->started_ms;
    alert->server_ms = facts->started_ms;
    if (is_newer)
        alert->starts_ms = starts_ms;
    if (again) {
        alert->firing = true;
        alert->ends_ms = 0;
    }
    return again || is_newer || !is_noted;
}

/* The alert is not there. */
static bool take_absent(struct alert *alert, const struct incident_facts *facts)
{
    const bool is_settled = facts->asked_ms - facts->started_ms > INCIDENT_SETTLE_MS;
    if (!alert->firing || alert->server_ms == 0 ||
        (alert->server_ms != facts->started_ms && !is_settled))
        return false;
    alert->firing = false;
    alert->ends_ms = facts->asked_ms;
    return true;
}

static bool take_alerts(struct incident *incident, const struct incident_facts *facts)
{
    bool changed = false;
    for (size_t i = 0; i < incident->group.count; i++) {
        struct alert *alert = &incident->group.alerts[i];
        struct json_object *told = find(facts, alert);
        if (told == NULL ? take_absent(alert, facts) : take_firing(alert, told, facts))
            changed = true;
    }
    return changed;
}

static bool is_in_group(const struct incident *incident, struct json_object *alert)
{
    struct json_object *group = incident->group.labels;
    const char *names[LABELS_MAX];
    const size_t count = labels_names(group, names);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(labels_get(tree_object(alert, "labels"), names[i]),
                   labels_get(group, names[i])) != 0)
            return false;
    }
    return true;
}

/* Alerts that are only counted cannot be looked up; when the group has none left, they have ended
 * with the others. */
static bool take_uncounted(struct incident *incident, const struct incident_facts *facts)
{
    if (incident_is_over(incident) ||
        alert_count_firing(incident->group.alerts, incident->group.count) > 0)
        return false;
    for (size_t i = 0; i < facts->count; i++) {
        if (is_in_group(incident, facts->facts[i].alert))
            return false;
    }
    memset(incident->uncounted, 0, sizeof(incident->uncounted));
    return true;
}

static const char *id_of(struct json_object *silence)
{
    const char *id = tree_text(silence, "id");
    return id != NULL && strlen(id) < ALERTMANAGER_ID_LEN ? id : "";
}

static bool is_active(struct json_object *silence)
{
    const char *state = tree_text(tree_object(silence, "status"), "state");
    return state != NULL && strcmp(state, "active") == 0;
}

static bool mutes(struct json_object *silence, struct json_object *alert)
{
    struct json_object *ids = tree_array(tree_object(alert, "status"), "silencedBy");
    for (size_t i = 0; i < tree_count(ids); i++) {
        const char *id = tree_text_at(ids, i);
        if (id != NULL && strcmp(id, id_of(silence)) == 0)
            return is_active(silence);
    }
    return false;
}

/* The silence that mutes the alert for longest; NULL if none does. */
static struct json_object *longest_of(const struct incident_facts *facts, struct json_object *alert)
{
    struct json_object *longest = NULL;
    const size_t count = tree_count(facts->silences);
    for (size_t i = 0; i < count; i++) {
        struct json_object *silence = tree_at(facts->silences, i);
        if (mutes(silence, alert) && time_of(silence, "endsAt") > time_of(longest, "endsAt"))
            longest = silence;
    }
    return longest;
}

static bool mutes_all(struct json_object *silence, const struct incident *incident,
                      const struct incident_facts *facts)
{
    for (size_t i = 0; i < incident->group.count; i++) {
        const struct alert *alert = &incident->group.alerts[i];
        if (alert->firing && !mutes(silence, find(facts, alert)))
            return false;
    }
    return true;
}

static bool is_pending(const struct incident *incident, struct json_object *silence)
{
    const char *comment = tree_text(silence, "comment");
    return incident->pending_id != NULL && comment != NULL &&
           strstr(comment, incident->pending_id) != NULL;
}

/* Whether the silence was made from the incident's card. */
static bool is_own(const struct incident *incident, struct json_object *silence)
{
    return is_pending(incident, silence) ||
           (incident->silence_id != NULL && strcmp(incident->silence_id, id_of(silence)) == 0);
}

/* The silence that decides until when the incident is silenced; NULL if it is not. */
static struct json_object *choose(const struct incident *incident,
                                  const struct incident_facts *facts)
{
    struct json_object *first = NULL;
    const size_t count = tree_count(facts->silences);
    for (size_t i = 0; i < count; i++) {
        struct json_object *silence = tree_at(facts->silences, i);
        if (is_own(incident, silence) && mutes_all(silence, incident, facts))
            return silence;
    }
    for (size_t i = 0; i < incident->group.count; i++) {
        const struct alert *alert = &incident->group.alerts[i];
        struct json_object *longest = alert->firing ? longest_of(facts, find(facts, alert)) : NULL;
        if (alert->firing && longest == NULL)
            return NULL;
        if (alert->firing &&
            (first == NULL || time_of(longest, "endsAt") < time_of(first, "endsAt")))
            first = longest;
    }
    return first;
}

static bool take_no_silence(struct incident *incident)
{
    const bool changed = incident->silence_id != NULL;
    free(incident->silence_id);
    incident->silence_id = NULL;
    incident->silenced_until_ms = 0;
    incident_deed_clear(&incident->silenced);
    return changed;
}

/* Who made it, as Alertmanager knows them. */
static void take_author(struct incident *incident, struct json_object *silence)
{
    const char *author = tree_text(silence, "createdBy");
    char *name = author == NULL ? memory_copy("?") : text_clean(author, strlen(author));
    incident_deed_set(&incident->silenced, "", name, time_of(silence, "startsAt"));
    free(name);
}

static bool take_silence(struct incident *incident, struct json_object *silence)
{
    const int64_t until_ms = time_of(silence, "endsAt");
    const bool is_known =
        incident->silence_id != NULL && strcmp(incident->silence_id, id_of(silence)) == 0;
    if (is_known && incident->silenced_until_ms == until_ms)
        return false;
    incident->silenced_until_ms = until_ms;
    if (is_known)
        return true;
    free(incident->silence_id);
    incident->silence_id = memory_copy(id_of(silence));
    take_author(incident, silence);
    return true;
}

/* What was sent and not answered has arrived. */
static bool take_pending(struct incident *incident, const struct incident_facts *facts)
{
    for (size_t i = 0; i < tree_count(facts->silences); i++) {
        if (!is_pending(incident, tree_at(facts->silences, i)))
            continue;
        free(incident->pending_id);
        incident->pending_id = NULL;
        return true;
    }
    return false;
}

/* Whether the API says of every alert that fires whether it is silenced. */
static bool knows_all(const struct incident *incident, const struct incident_facts *facts)
{
    for (size_t i = 0; i < incident->group.count; i++) {
        if (incident->group.alerts[i].firing && find(facts, &incident->group.alerts[i]) == NULL)
            return false;
    }
    return true;
}

static bool take_silences(struct incident *incident, const struct incident_facts *facts)
{
    if (incident_is_over(incident))
        return false;
    if (!knows_all(incident, facts))
        return incident->silenced_until_ms <= facts->asked_ms && take_no_silence(incident);
    struct json_object *silence = choose(incident, facts);
    const bool changed =
        silence == NULL ? take_no_silence(incident) : take_silence(incident, silence);
    return take_pending(incident, facts) || changed;
}

bool incident_compare(struct incident *incident, const struct incident_facts *facts)
{
    if (!incident->group.listed || incident->stored_ms >= facts->asked_ms)
        return false;
    bool changed = take_alerts(incident, facts);
    if (take_uncounted(incident, facts))
        changed = true;
    if (take_silences(incident, facts))
        changed = true;
    return changed;
}
