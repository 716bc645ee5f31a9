#include "alert_card_parts.h"

#include <inttypes.h>
#include <stdio.h>
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

enum { TITLE_MAX = 120 }; /* bytes; phones show about forty characters */

/* The entries that all alerts have with the same value. Caller frees. */
static struct json_object *in_all(const struct alert_group *group,
                                  struct json_object *(*of)(const struct alert *alert))
{
    struct json_object *common =
        group->count == 0 ? tree_new_object() : tree_share(of(&group->alerts[0]));
    for (size_t i = 1; i < group->count; i++) {
        struct json_object *fewer = labels_common(common, of(&group->alerts[i]));
        tree_free(common);
        common = fewer;
    }
    return common;
}

static struct json_object *labels_of(const struct alert *alert)
{
    return alert->labels;
}

static struct json_object *annotations_of(const struct alert *alert)
{
    return alert->annotations;
}

/* The name, then what else makes it a group: "DiskFull · prod". */
static char *make_title(const struct alert_card_parts *parts)
{
    const struct alert_group *group = &parts->incident->group;
    const char *names[LABELS_MAX];
    struct buf title = BUF_INIT(1 << 16);
    const char *name = labels_get(parts->common, "alertname");
    if (group->title[0] != '\0')
        buf_add_text(&title, group->title);
    else if (name[0] != '\0')
        buf_add_text(&title, name);
    const size_t count =
        title.len > 0 && group->title[0] != '\0' ? 0 : labels_names(group->labels, names);
    for (size_t i = 0; i < count; i++) {
        const char *value = labels_get(group->labels, names[i]);
        if (strcmp(names[i], "alertname") != 0 && value[0] != '\0')
            buf_add_format(&title, "%s%s", title.len > 0 ? " · " : "", value);
    }
    if (title.len == 0) {
        char *word = words_say(parts->language, PHRASE_ALERT, WORDS(NULL));
        buf_add_text(&title, word);
        free(word);
    }
    const size_t cut = text_cut(buf_text(&title), title.len, TITLE_MAX);
    if (cut < title.len) {
        buf_cut(&title, cut);
        buf_add_text(&title, "…");
    }
    char *plain = markdown_plain(buf_text(&title));
    /* A title is one line. */
    for (char *at = strpbrk(plain, "\n\t"); at != NULL; at = strpbrk(at, "\n\t"))
        *at = ' ';
    buf_release(&title);
    return plain;
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
        .firing = alert_count_firing(group->alerts, group->count),
        .common = in_all(group, labels_of),
        .comments = in_all(group, annotations_of),
    };
    for (size_t i = 0; i < SEVERITY_COUNT; i++)
        parts->firing += incident->uncounted[i];
    parts->title = make_title(parts);
}

void alert_card_parts_release(struct alert_card_parts *parts)
{
    free(parts->order);
    tree_free(parts->common);
    tree_free(parts->comments);
    free(parts->title);
}

/* What an incident can look like: first row that applies. */
enum look { LOOK_RESOLVED, LOOK_SILENCED, LOOK_ACKNOWLEDGED, LOOK_FIRING };

static enum look look_of(const struct alert_card_parts *parts)
{
    const struct incident *incident = parts->incident;
    if (parts->firing == 0)
        return LOOK_RESOLVED;
    if (incident->silence_id != NULL && incident->silenced_until_ms > parts->view->now_ms)
        return LOOK_SILENCED;
    return incident->acknowledged.open_id != NULL ? LOOK_ACKNOWLEDGED : LOOK_FIRING;
}

static const struct {
    enum phrase phrase;
    const char *colour; /* NULL: by severity */
} looks[] = {
    [LOOK_RESOLVED] = { PHRASE_STATE_RESOLVED, "green" },
    [LOOK_SILENCED] = { PHRASE_STATE_SILENCED, "grey" },
    [LOOK_ACKNOWLEDGED] = { PHRASE_STATE_ACKNOWLEDGED, NULL },
    [LOOK_FIRING] = { PHRASE_STATE_FIRING, NULL },
};

static const struct {
    enum phrase phrase;
    const char *header;
    const char *tag;
} severities[] = {
    [SEVERITY_CRITICAL] = { PHRASE_SEVERITY_CRITICAL, "red", "red" },
    [SEVERITY_WARNING] = { PHRASE_SEVERITY_WARNING, "orange", "orange" },
    [SEVERITY_INFO] = { PHRASE_SEVERITY_INFO, "blue", "blue" },
};

/* What stands in the state's brackets: until when, or how many. A title knows no reader's time
 * zone: it is this machine's. */
static char *state_argument(const struct alert_card_parts *parts, enum look look)
{
    struct tm tm;
    char text[16];
    const time_t until = (time_t)(parts->incident->silenced_until_ms / 1000);
    if (look != LOOK_SILENCED)
        return memory_format("%zu", parts->firing);
    const bool is_far = parts->incident->silenced_until_ms - parts->view->now_ms > 12LL * 3600000;
    (void)localtime_r(&until, &tm);
    (void)strftime(text, sizeof(text), is_far ? "%m-%d %H:%M" : "%H:%M", &tm);
    return memory_copy(text);
}

struct json_object *alert_card_head(const struct alert_card_parts *parts)
{
    const struct alert_group *group = &parts->incident->group;
    const enum look look = look_of(parts);
    const enum alert_severity worst = alert_worst(group->alerts, group->count);
    char *argument = state_argument(parts, look);
    char *state = words_say(parts->language, looks[look].phrase, WORDS(argument));
    char *title = memory_format("[%s] %s", state, parts->title);
    const char *colour = looks[look].colour == NULL ? severities[worst].header : looks[look].colour;
    struct json_object *card = card_new(colour, title, title);
    char *severity = words_say(parts->language, severities[worst].phrase, WORDS(NULL));
    card_add_tag(card, severity, severities[worst].tag);
    free(severity);
    free(title);
    free(state);
    free(argument);
    return card;
}
