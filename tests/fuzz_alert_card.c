/* Incidents in any state, to the cards that people see of them, and to the store and back. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card.h"
#include "buf.h"
#include "card_kit.h"
#include "config.h"
#include "error.h"
#include "incident.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

enum { ALERTS_MAX = 300, LABELS_COUNT = 8, REPEATED_MAX = 4000 };

#define ID      "0123456789abcdef0123456789abcdef"
#define LAST_MS INT64_C(253402300799999) /* of the year 9999 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What the incident is made from; zeros when it is used up. */
struct source {
    const uint8_t *data;
    size_t len;
};

static uint64_t take(struct source *source, size_t bytes)
{
    uint64_t number = 0;
    for (; bytes > 0 && source->len > 0; bytes--, source->len--)
        number = number << 8 | *source->data++;
    return number;
}

static bool take_bool(struct source *source)
{
    return take(source, 1) % 2 == 1;
}

static int64_t take_ms(struct source *source)
{
    return (int64_t)(take(source, 6) % (uint64_t)LAST_MS);
}

/* A text as sources are left with: valid, without control characters. Caller frees. */
static char *take_text(struct source *source)
{
    size_t len = (size_t)take(source, 1);
    const size_t times = len > 0 && len % 16 == 0 ? REPEATED_MAX / len : 1;
    struct buf text = BUF_INIT(1 << 16);
    len = len < source->len ? len : source->len;
    for (size_t i = 0; i < times; i++)
        buf_add(&text, source->data, len);
    source->data += len;
    source->len -= len;
    char *clean = text_clean(buf_text(&text), strlen(buf_text(&text)));
    buf_release(&text);
    return clean;
}

static struct json_object *take_labels(struct source *source)
{
    static const char *const names[] = { "alertname", "severity", "summary", "description" };
    struct json_object *labels = tree_new_object();
    for (size_t i = take(source, 1) % LABELS_COUNT; i > 0; i--) {
        const uint64_t name = take(source, 1) % 8;
        char *key = name < 4 ? memory_copy(names[name]) : take_text(source);
        char *value = take_text(source);
        tree_set_text(labels, key, value);
        free(key);
        free(value);
    }
    return labels;
}

static struct alert take_alert(struct source *source)
{
    struct alert alert = { .firing = take_bool(source),
                           .starts_ms = take_ms(source),
                           .ends_ms = take_ms(source),
                           .server_ms = take_ms(source),
                           .severity = (enum alert_severity)(take(source, 1) % SEVERITY_COUNT),
                           .labels = take_labels(source),
                           .annotations = take_labels(source) };
    char **const texts[] = { &alert.fingerprint, &alert.source_url,  &alert.dashboard_url,
                             &alert.panel_url,   &alert.silence_url, &alert.runbook_url,
                             &alert.values };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i] = take_text(source);
    return alert;
}

static struct alert_group take_group(struct source *source)
{
    struct alert_group group = { .key = take_text(source),
                                 .title = take_text(source),
                                 .text = take_text(source),
                                 .url = take_text(source),
                                 .single = take_bool(source),
                                 .listed = take_bool(source),
                                 .labels = take_labels(source),
                                 .left_out = take(source, 2) };
    const size_t count = take(source, 2) % ALERTS_MAX + 1;
    group.alerts = memory_zero(count, sizeof(*group.alerts));
    for (; group.count < count && (group.count == 0 || source->len > 0); group.count++)
        group.alerts[group.count] = take_alert(source);
    return group;
}

static void take_deed(struct source *source, struct incident_deed *deed)
{
    if (!take_bool(source))
        return;
    char *name = take_text(source);
    incident_deed_set(deed, "ou_2", name, take_ms(source));
    free(name);
}

static struct incident take_incident(struct source *source)
{
    struct incident incident;
    struct alert_group group = take_group(source);
    incident_open(&incident, ID, take_ms(source), &group);
    for (size_t i = 0; i < SEVERITY_COUNT; i++)
        incident.uncounted[i] = take(source, 2);
    take_deed(source, &incident.acknowledged);
    take_deed(source, &incident.silenced);
    incident.silence_id = take_bool(source) ? memory_copy("5c6d7e8f") : NULL;
    incident.pending_id = take_bool(source) ? memory_copy(ID) : NULL;
    incident.silenced_until_ms = take_ms(source);
    return incident;
}

static struct alert_card_view take_view(struct source *source)
{
    static char matcher[] = "severity=~\".*\"";
    static char person[] = CARD_KIT_PERSON;
    static char *people[] = { person };
    static struct config_mention mention = { matcher, { people, 1 } };
    static struct config_receiver receiver = { .mentions = &mention, .mention_count = 1 };
    receiver.language = take_bool(source) ? LANGUAGE_EN : LANGUAGE_ZH;
    return (struct alert_card_view){ .receiver = &receiver,
                                     .way = take_bool(source) ? ALERT_CARD_CUSTOM : ALERT_CARD_APP,
                                     .can_act = take_bool(source),
                                     .can_silence = take_bool(source),
                                     .button = ID,
                                     .is_bare = take_bool(source),
                                     .now_ms = take_ms(source) };
}

/* Caller releases. */
static struct incident read_again(const struct incident *incident)
{
    struct incident again;
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(INCIDENT_BYTES_MAX);
    incident_print(incident, &text);
    assert(!text.failed);
    const bool read = incident_parse(buf_text(&text), text.len, &again, &error);
    assert(read);
    buf_release(&text);
    return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct source source = { data, len };
    const struct alert_card_view view = take_view(&source);
    struct incident incident = take_incident(&source);
    struct incident again = read_again(&incident);
    struct json_object *card = alert_card(&incident, &view);
    struct json_object *same = alert_card(&again, &view);
    assert(card_kit_wrong(card, view.way) == NULL);
    assert(card_kit_same(card, same));
    char *note = alert_card_note(&incident, view.receiver->language, view.is_bare ? 1 : 0);
    assert(strchr(note, '<') == NULL);
    free(note);
    tree_free(card);
    tree_free(same);
    incident_release(&incident);
    incident_release(&again);
    return 0;
}
