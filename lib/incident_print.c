#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "incident.h"
#include "memory.h"
#include "tree.h"

static const char *const stages[] = {
    [INCIDENT_OPENING] = "opening",
    [INCIDENT_OPEN] = "open",
    [INCIDENT_OVER] = "over",
    [INCIDENT_GATHERED] = "gathered",
};

enum { FRAME_BYTES = 200 }; /* of what holds the alerts, and their counts */

enum { STAGES = sizeof(stages) / sizeof(stages[0]) };

/* The texts and the times of an alert, an incident: the field and where it is kept. */
struct field {
    const char *key;
    size_t offset;
};

#define FIELD_OF(type, field)                                                                      \
    {                                                                                              \
#field, offsetof(struct type, field)                                                       \
    }

static const struct field alert_texts[] = {
    FIELD_OF(alert, fingerprint), FIELD_OF(alert, source_url),  FIELD_OF(alert, dashboard_url),
    FIELD_OF(alert, panel_url),   FIELD_OF(alert, silence_url), FIELD_OF(alert, runbook_url),
    FIELD_OF(alert, values),
};
static const struct field group_texts[] = {
    FIELD_OF(alert_group, key),
    FIELD_OF(alert_group, title),
    FIELD_OF(alert_group, text),
    FIELD_OF(alert_group, url),
};
static const struct field incident_texts[] = {
    FIELD_OF(incident, message_id),
    FIELD_OF(incident, shown),
    FIELD_OF(incident, silence_id),
    FIELD_OF(incident, pending_id),
};

static const struct field alert_times[] = {
    FIELD_OF(alert, starts_ms),
    FIELD_OF(alert, ends_ms),
    FIELD_OF(alert, server_ms),
};
static const struct field incident_times[] = {
    FIELD_OF(incident, opened_ms), FIELD_OF(incident, sending_ms),
    FIELD_OF(incident, posted_ms), FIELD_OF(incident, silenced_until_ms),
    FIELD_OF(incident, stored_ms), FIELD_OF(incident, indexed_ms),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* NULL and "" are left out. */
static void print_texts(struct json_object *tree, const void *from, const struct field *fields,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = *(char *const *)((const char *)from + fields[i].offset);
        if (text != NULL && text[0] != '\0')
            tree_set_text(tree, fields[i].key, text);
    }
}

/* absent: what stands for a text that is not there; NULL for none. */
static void parse_texts(struct json_object *tree, void *into, const struct field *fields,
                        size_t count, const char *absent)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = tree_text(tree, fields[i].key);
        text = text == NULL ? absent : text;
        *(char **)((char *)into + fields[i].offset) = text == NULL ? NULL : memory_copy(text);
    }
}

/* 0 is left out. */
static void print_times(struct json_object *tree, const void *from, const struct field *fields,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int64_t ms = *(const int64_t *)(const void *)((const char *)from + fields[i].offset);
        if (ms != 0)
            tree_set_int(tree, fields[i].key, ms);
    }
}

static void parse_times(struct json_object *tree, void *into, const struct field *fields,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)tree_int(tree, fields[i].key, (int64_t *)(void *)((char *)into + fields[i].offset));
}

static struct json_object *shared_or_new(struct json_object *tree)
{
    return tree == NULL ? tree_new_object() : tree_share(tree);
}

static struct json_object *print_alert(const struct alert *alert)
{
    struct json_object *tree = tree_new_object();
    print_texts(tree, alert, alert_texts, COUNT(alert_texts));
    tree_set_bool(tree, "firing", alert->firing);
    print_times(tree, alert, alert_times, COUNT(alert_times));
    tree_set_int(tree, "severity", (int64_t)alert->severity);
    tree_set(tree, "labels", tree_share(alert->labels));
    tree_set(tree, "annotations", tree_share(alert->annotations));
    return tree;
}

static void parse_alert(struct json_object *tree, struct alert *alert)
{
    int64_t severity = SEVERITY_WARNING;
    *alert = (struct alert){ .firing = false };
    parse_texts(tree, alert, alert_texts, COUNT(alert_texts), "");
    (void)tree_bool(tree, "firing", &alert->firing);
    parse_times(tree, alert, alert_times, COUNT(alert_times));
    if (tree_int(tree, "severity", &severity) && severity >= 0 && severity < SEVERITY_COUNT)
        alert->severity = (enum alert_severity)severity;
    alert->labels = shared_or_new(tree_object(tree, "labels"));
    alert->annotations = shared_or_new(tree_object(tree, "annotations"));
}

static void print_deed(struct json_object *tree, const char *key, const struct incident_deed *deed)
{
    if (deed->open_id == NULL)
        return;
    struct json_object *object = tree_new_object();
    tree_set_text(object, "open_id", deed->open_id);
    tree_set_text(object, "name", deed->name);
    tree_set_int(object, "at_ms", deed->at_ms);
    tree_set(tree, key, object);
}

static void parse_deed(struct json_object *tree, const char *key, struct incident_deed *deed)
{
    struct json_object *object = tree_object(tree, key);
    const char *open_id = tree_text(object, "open_id");
    const char *name = tree_text(object, "name");
    int64_t at_ms = 0;
    if (open_id == NULL)
        return;
    (void)tree_int(object, "at_ms", &at_ms);
    incident_deed_set(deed, open_id, name == NULL ? open_id : name, at_ms);
}

static size_t length_of(struct json_object *tree)
{
    struct buf text = BUF_INIT(SIZE_MAX / 4);
    tree_print(tree, &text);
    const size_t len = text.len;
    buf_release(&text);
    return len;
}

/* The alerts as they are stored, within the bytes that are left; the others are counted. */
static struct json_object *print_alerts(const struct incident *incident, size_t room,
                                        uint64_t uncounted[static SEVERITY_COUNT])
{
    const struct alert_group *group = &incident->group;
    const struct alert **order = alert_order(group->alerts, group->count);
    struct json_object *array = tree_new_array();
    size_t used = 0;
    for (size_t i = 0; i < group->count; i++) {
        struct json_object *tree =
            i < INCIDENT_ALERTS_MAX && room > 0 ? print_alert(order[i]) : NULL;
        if (tree != NULL && room < INCIDENT_BYTES_MAX)
            used += length_of(tree) + 1;
        if (tree != NULL && used <= room) {
            tree_append(array, tree);
            continue;
        }
        tree_free(tree);
        room = 0; /* none of those that matter less */
        uncounted[order[i]->severity] += order[i]->firing ? 1 : 0;
    }
    free(order);
    return array;
}

/* All but the alerts. */
static struct json_object *print_rest(const struct incident *incident)
{
    const struct alert_group *group = &incident->group;
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "stage", stages[incident->stage]);
    tree_set_text(tree, "id", incident->id);
    print_times(tree, incident, incident_times, COUNT(incident_times));
    print_texts(tree, incident, incident_texts, COUNT(incident_texts));
    print_deed(tree, "acknowledged", &incident->acknowledged);
    print_deed(tree, "silenced", &incident->silenced);
    print_texts(tree, group, group_texts, COUNT(group_texts));
    tree_set_bool(tree, "single", group->single);
    tree_set_bool(tree, "listed", group->listed);
    tree_set_int(tree, "left_out", (int64_t)group->left_out);
    tree_set(tree, "labels", tree_share(group->labels));
    if (group->card != NULL)
        tree_set(tree, "card", tree_share(group->card));
    return tree;
}

/* room: for the alerts; INCIDENT_BYTES_MAX if nobody has measured. */
static void print(const struct incident *incident, size_t room, struct buf *out)
{
    uint64_t uncounted[SEVERITY_COUNT];
    struct json_object *tree = print_rest(incident);
    struct json_object *counts = tree_new_array();
    memcpy(uncounted, incident->uncounted, sizeof(uncounted));
    tree_set(tree, "alerts", print_alerts(incident, room, uncounted));
    for (size_t i = 0; i < SEVERITY_COUNT; i++)
        tree_append_int(counts, (int64_t)uncounted[i]);
    tree_set(tree, "uncounted", counts);
    tree_print(tree, out);
    tree_free(tree);
}

/* How many bytes the alerts may take. */
static size_t room_of(const struct incident *incident)
{
    struct json_object *rest = print_rest(incident);
    const size_t used = length_of(rest) + FRAME_BYTES;
    tree_free(rest);
    return used < INCIDENT_BYTES_MAX ? INCIDENT_BYTES_MAX - used : 0;
}

/* Most incidents fit, and are not measured alert by alert. */
void incident_print(const struct incident *incident, struct buf *out)
{
    struct buf text = BUF_INIT(INCIDENT_BYTES_MAX);
    print(incident, INCIDENT_BYTES_MAX, &text);
    if (text.failed)
        print(incident, room_of(incident), out);
    else
        buf_add(out, buf_text(&text), text.len);
    buf_release(&text);
}

static bool parse_stage(struct json_object *tree, enum incident_stage *stage)
{
    const char *name = tree_text(tree, "stage");
    for (unsigned i = 0; name != NULL && i < STAGES; i++) {
        if (strcmp(stages[i], name) == 0) {
            *stage = (enum incident_stage)i;
            return true;
        }
    }
    return false;
}

static void parse_group(struct json_object *tree, struct alert_group *group)
{
    int64_t left_out = 0;
    struct json_object *alerts = tree_array(tree, "alerts");
    struct json_object *card = tree_object(tree, "card");
    parse_texts(tree, group, group_texts, COUNT(group_texts), "");
    (void)tree_bool(tree, "single", &group->single);
    (void)tree_bool(tree, "listed", &group->listed);
    if (tree_int(tree, "left_out", &left_out) && left_out > 0)
        group->left_out = (uint64_t)left_out;
    group->labels = shared_or_new(tree_object(tree, "labels"));
    group->card = card == NULL ? NULL : tree_share(card);
    group->count = tree_count(alerts);
    group->alerts = memory_zero(group->count + 1, sizeof(*group->alerts));
    for (size_t i = 0; i < group->count; i++)
        parse_alert(tree_at(alerts, i), &group->alerts[i]);
}

static void parse_uncounted(struct json_object *array, uint64_t uncounted[static SEVERITY_COUNT])
{
    for (size_t i = 0; i < SEVERITY_COUNT; i++) {
        int64_t count = 0;
        if (tree_int_at(array, i, &count) && count > 0)
            uncounted[i] = (uint64_t)count;
    }
}

bool incident_parse(const char *text, size_t len, struct incident *incident, struct error *error)
{
    struct error cause = ERROR_INIT;
    struct json_object *tree = tree_parse_object(text, len, &cause);
    const char *id = tree_text(tree, "id");
    *incident = (struct incident){ .stage = INCIDENT_OPENING };
    if (id == NULL || strlen(id) != INCIDENT_ID_LEN - 1 || !parse_stage(tree, &incident->stage)) {
        tree_free(tree);
        return error_set(error, ERROR_STORE, "a stored incident cannot be read");
    }
    memcpy(incident->id, id, INCIDENT_ID_LEN);
    parse_times(tree, incident, incident_times, COUNT(incident_times));
    parse_texts(tree, incident, incident_texts, COUNT(incident_texts), NULL);
    parse_deed(tree, "acknowledged", &incident->acknowledged);
    parse_deed(tree, "silenced", &incident->silenced);
    parse_group(tree, &incident->group);
    parse_uncounted(tree_array(tree, "uncounted"), incident->uncounted);
    tree_free(tree);
    return true;
}
