#include "alert_card_parts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "card.h"
#include "incident.h"
#include "labels.h"
#include "markdown.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

#define HOUR_MS INT64_C(3600000)

enum { TITLE_MAX = 120 }; /* bytes; phones show about forty characters */

/* The entries that all alerts have with the same value. Caller frees. */
static struct json_object *in_all(const struct alert_group *group, size_t offset)
{
    struct json_object **sets = memory_zero(group->count + 1, sizeof(struct json_object *));
    for (size_t i = 0; i < group->count; i++)
        sets[i] = *(struct json_object *const *)((const char *)&group->alerts[i] + offset);
    struct json_object *shared = labels_shared(sets, group->count);
    free(sets);
    return shared;
}

/* The alert's name, then what else makes it a group: "DiskFull · prod". */
static void add_names(const struct alert_card_parts *parts, struct buf *title)
{
    struct json_object *labels = parts->incident->group.labels;
    const char *names[LABELS_MAX];
    const size_t count = labels_names(labels, names);
    buf_add_text(title, labels_get(parts->common, "alertname"));
    for (size_t i = 0; i < count; i++) {
        const char *value = labels_get(labels, names[i]);
        if (alert_card_is_shown(names[i]) && value[0] != '\0')
            buf_add_format(title, "%s%s", title->len > 0 ? " · " : "", value);
    }
}

/* A title is one line, and no longer than a phone shows. Caller frees. */
static char *fit_title(struct buf *title)
{
    const size_t cut = text_cut(buf_text(title), title->len, TITLE_MAX);
    if (cut < title->len) {
        buf_cut(title, cut);
        buf_add_text(title, "…");
    }
    char *plain = markdown_plain(buf_text(title));
    for (char *at = strpbrk(plain, "\n\t"); at != NULL; at = strpbrk(at, "\n\t"))
        *at = ' ';
    return plain;
}

/* The source's own title, or one made of what the alerts are called; "Alert" where they have no
 * name at all. */
static char *make_title(const struct alert_card_parts *parts)
{
    struct buf title = BUF_INIT(SIZE_MAX / 4);
    buf_add_text(&title, parts->incident->group.title);
    if (title.len == 0)
        add_names(parts, &title);
    if (title.len == 0) {
        char *word = words_say(parts->language, PHRASE_ALERT, WORDS(NULL));
        buf_add_text(&title, word);
        free(word);
    }
    char *fitted = fit_title(&title);
    buf_release(&title);
    return fitted;
}

/* The first that applies. */
static enum alert_card_look look_of(const struct alert_card_parts *parts)
{
    const struct incident *incident = parts->incident;
    if (parts->firing == 0)
        return ALERT_CARD_RESOLVED;
    if (incident->silence_id != NULL && incident->silenced_until_ms > parts->view->now_ms)
        return ALERT_CARD_SILENCED;
    return incident->acknowledged.open_id != NULL ? ALERT_CARD_ACKNOWLEDGED : ALERT_CARD_FIRING;
}

void alert_card_parts_init(struct alert_card_parts *parts, const struct incident *incident,
                           const struct alert_card_view *view)
{
    const struct alert_group *group = &incident->group;
    *parts = (struct alert_card_parts){
        .incident = incident,
        .view = view,
        .language = view->receiver->language,
        .order = alert_order(group->alerts, group->count),
        .count = group->count,
        .firing = incident_firing(incident),
        .common = in_all(group, offsetof(struct alert, labels)),
        .comments = in_all(group, offsetof(struct alert, annotations)),
    };
    for (size_t i = 1; i < parts->count; i++)
        parts->is_mixed |= group->alerts[i].severity != group->alerts[0].severity;
    parts->look = look_of(parts);
    parts->title = make_title(parts);
}

void alert_card_parts_release(struct alert_card_parts *parts)
{
    free(parts->order);
    tree_free(parts->common);
    tree_free(parts->comments);
    free(parts->title);
}

static const struct {
    enum phrase phrase;
    const char *header; /* NULL: by severity */
    const char *tag;    /* likewise */
} looks[] = {
    [ALERT_CARD_RESOLVED] = { PHRASE_STATE_RESOLVED, "green", "neutral" },
    [ALERT_CARD_SILENCED] = { PHRASE_STATE_SILENCED, "grey", NULL },
    [ALERT_CARD_ACKNOWLEDGED] = { PHRASE_STATE_ACKNOWLEDGED, NULL, NULL },
    [ALERT_CARD_FIRING] = { PHRASE_STATE_FIRING, NULL, NULL },
};

static const struct {
    enum phrase phrase;
    const char *colour;
} severities[] = {
    [SEVERITY_CRITICAL] = { PHRASE_SEVERITY_CRITICAL, "red" },
    [SEVERITY_WARNING] = { PHRASE_SEVERITY_WARNING, "orange" },
    [SEVERITY_INFO] = { PHRASE_SEVERITY_INFO, "blue" },
};

/* What stands in the state's brackets: until when, or how many. A title knows no reader's time
 * zone: it is this machine's. The day is told of a silence that was made for long, however much of
 * it is left: the title stays what it is. */
static char *state_argument(const struct alert_card_parts *parts)
{
    struct tm tm;
    char text[16];
    const struct incident *incident = parts->incident;
    const time_t until = (time_t)(incident->silenced_until_ms / 1000);
    if (parts->look != ALERT_CARD_SILENCED)
        return memory_format("%zu", parts->firing);
    const bool is_far = incident->silenced_until_ms - incident->silenced.at_ms > 12 * HOUR_MS;
    (void)localtime_r(&until, &tm);
    (void)strftime(text, sizeof(text), is_far ? "%m-%d %H:%M" : "%H:%M", &tm);
    return memory_copy(text);
}

enum phrase alert_card_severity(enum alert_severity severity)
{
    return severities[severity].phrase;
}

const char *alert_card_colour(enum alert_severity severity)
{
    return severities[severity].colour;
}

struct json_object *alert_card_head(const struct alert_card_parts *parts)
{
    const struct alert_group *group = &parts->incident->group;
    const char *header = looks[parts->look].header;
    const char *tag = looks[parts->look].tag;
    const enum alert_severity worst = alert_worst(group->alerts, group->count);
    char *argument = state_argument(parts);
    char *state = words_say(parts->language, looks[parts->look].phrase, WORDS(argument));
    char *title = memory_format("[%s] %s", state, parts->title);
    char *severity = words_say(parts->language, severities[worst].phrase, WORDS(NULL));
    struct json_object *card =
        card_new(header != NULL ? header : severities[worst].colour, title, title);
    card_add_tag(card, severity, tag != NULL ? tag : severities[worst].colour);
    free(severity);
    free(title);
    free(state);
    free(argument);
    return card;
}
