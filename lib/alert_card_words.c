#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card_parts.h"
#include "buf.h"
#include "card.h"
#include "error.h"
#include "incident.h"
#include "labels.h"
#include "markdown.h"
#include "matcher.h"
#include "memory.h"
#include "tree.h"

/* Bytes of markdown for each part, so that the worst of all together fit into a card. */
enum {
    SUMMARY_MAX = 1000,
    DESCRIPTION_MAX = 3000,
    VALUE_MAX = 200,
    NAME_MAX = 80,
    ALERT_MAX = 600,
    COMMON_MAX = 20, /* labels */
    MENTIONS_MAX = 50
};

/* Adds the text as an element, if there is any, and empties it. */
static void flush(struct json_object *card, struct buf *text)
{
    if (text->len > 0)
        card_add(card, card_markdown(buf_text(text)));
    buf_clear(text);
}

/* A moment in the reader's own time zone. */
static char *moment(int64_t ms)
{
    return memory_format(
        "<local_datetime millisecond='%" PRId64 "' format_type='date_num'></local_datetime> "
        "<local_datetime millisecond='%" PRId64 "' format_type='time'></local_datetime>",
        ms, ms);
}

/* Adds a phrase whose arguments are markdown already. */
static void add_phrase(struct buf *out, enum language language, enum phrase phrase,
                       const char *const *arguments)
{
    char *said = words_say(language, phrase, arguments);
    buf_add_text(out, said);
    free(said);
}

static bool fits_any(const struct alert_card_parts *parts, const char *text)
{
    struct matcher matcher;
    struct error error = ERROR_INIT;
    bool fits = false;
    if (!matcher_read(text, &matcher, &error))
        return false;
    for (size_t i = 0; i < parts->count && !fits; i++)
        fits = parts->order[i]->firing && matcher_fits(&matcher, parts->order[i]->labels);
    matcher_release(&matcher);
    return fits;
}

static bool is_among(const char *const *people, size_t count, const char *person)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(people[i], person) == 0)
            return true;
    }
    return false;
}

/* Whom a firing incident that nobody took on is told to, each once. */
static void add_mentions(const struct alert_card_parts *parts, struct buf *out)
{
    const struct config_receiver *receiver = parts->view->receiver;
    const char *people[MENTIONS_MAX];
    size_t count = 0;
    if (parts->firing == 0 || parts->incident->acknowledged.open_id != NULL)
        return;
    for (size_t i = 0; i < receiver->mention_count; i++) {
        const struct config_list *list = &receiver->mentions[i].people;
        const bool fits = fits_any(parts, receiver->mentions[i].matcher);
        for (size_t j = 0; fits && j < list->count && count < MENTIONS_MAX; j++) {
            if (is_among(people, count, list->items[j]))
                continue;
            people[count++] = list->items[j];
            buf_add_format(out, "<at id=%s></at> ", list->items[j]);
        }
    }
}

static const char *first_of(struct json_object *annotations, const char *one, const char *other)
{
    const char *text = labels_get(annotations, one);
    return text[0] != '\0' ? text : labels_get(annotations, other);
}

/* What the source, or the rule's author, wrote about all of it. */
static void add_story(const struct alert_card_parts *parts, struct json_object *card,
                      struct buf *out)
{
    const struct alert_group *group = &parts->incident->group;
    const bool is_told = group->single && group->text[0] != '\0';
    const char *summary = is_told ? "" : labels_get(parts->comments, "summary");
    const char *description =
        is_told ? group->text : first_of(parts->comments, "description", "message");
    if (summary[0] != '\0') {
        buf_add_text(out, "**");
        markdown_add_cut(out, summary, SUMMARY_MAX);
        buf_add_text(out, "**");
        flush(card, out);
    }
    markdown_add_cut(out, description, DESCRIPTION_MAX);
    flush(card, out);
}

static void add_deed(const struct alert_card_parts *parts, struct buf *out, enum phrase phrase,
                     const struct incident_deed *deed, int64_t at_ms)
{
    struct buf name = BUF_INIT(4 * VALUE_MAX);
    if (deed->open_id == NULL)
        return;
    char *when = moment(at_ms);
    markdown_add_cut(&name, deed->name, VALUE_MAX);
    if (out->len > 0)
        buf_add_text(out, "\n\n");
    add_phrase(out, parts->language, phrase, WORDS(buf_text(&name), when));
    free(when);
    buf_release(&name);
}

static void add_deeds(const struct alert_card_parts *parts, struct buf *out)
{
    const struct incident *incident = parts->incident;
    add_deed(parts, out, PHRASE_ACKNOWLEDGED_BY, &incident->acknowledged,
             incident->acknowledged.at_ms);
    if (incident->silence_id != NULL && incident->silenced_until_ms > parts->view->now_ms)
        add_deed(parts, out, PHRASE_SILENCED_BY, &incident->silenced, incident->silenced_until_ms);
}

/* Adds "**name** value", with a comma before it if it is not the first. */
static void add_label(struct buf *out, const char *name, const char *value, bool is_first)
{
    buf_add_text(out, is_first ? "**" : ", **");
    markdown_add_cut(out, name, NAME_MAX);
    buf_add_text(out, "** ");
    markdown_add_cut(out, value, VALUE_MAX);
}

/* The common labels but those that the title and the tag say already. */
static void add_common(const struct alert_card_parts *parts, struct buf *out)
{
    const char *names[LABELS_MAX];
    const size_t count = parts->count > 1 ? labels_names(parts->common, names) : 0;
    size_t shown = 0;
    for (size_t i = 0; i < count && shown < COMMON_MAX; i++) {
        if (strcmp(names[i], "alertname") == 0 || strcmp(names[i], "severity") == 0)
            continue;
        add_label(out, names[i], labels_get(parts->common, names[i]), shown++ == 0);
    }
}

void alert_card_add_words(const struct alert_card_parts *parts, struct json_object *card)
{
    struct buf out = BUF_INIT(1 << 20);
    add_mentions(parts, &out);
    flush(card, &out);
    add_story(parts, card, &out);
    add_deeds(parts, &out);
    flush(card, &out);
    add_common(parts, &out);
    flush(card, &out);
    buf_release(&out);
}

/* When it began, or ended; what was measured. */
static void add_state(const struct alert_card_parts *parts, const struct alert *alert,
                      struct buf *out)
{
    const int64_t ms = alert->firing ? alert->starts_ms : alert->ends_ms;
    char *when = moment(ms);
    if (ms > 0) {
        buf_add_text(out, out->len > 0 ? " · " : "");
        add_phrase(out, parts->language, alert->firing ? PHRASE_SINCE : PHRASE_ENDED, WORDS(when));
    }
    free(when);
    if (alert->values[0] == '\0')
        return;
    buf_add_text(out, out->len > 0 ? " · " : "");
    markdown_add_cut(out, alert->values, VALUE_MAX);
}

/* The labels that tell the alert from the others; of a single one all but its name. */
static void add_own_labels(const struct alert_card_parts *parts, const struct alert *alert,
                           struct buf *out)
{
    const char *names[LABELS_MAX];
    const bool is_single = parts->count == 1;
    struct json_object *own =
        is_single ? tree_share(alert->labels) : labels_without(alert->labels, parts->common);
    const size_t count = labels_names(own, names);
    for (size_t i = 0; i < count && out->len < ALERT_MAX; i++) {
        if (!is_single || strcmp(names[i], "alertname") != 0)
            add_label(out, names[i], labels_get(own, names[i]), out->len == 0);
    }
    tree_free(own);
}

/* What its rule's author wrote about this alert alone. */
static void add_comment(const struct alert_card_parts *parts, const struct alert *alert,
                        struct buf *out)
{
    struct json_object *comments = labels_without(alert->annotations, parts->comments);
    const char *summary = first_of(comments, "summary", "description");
    if (summary[0] != '\0') {
        buf_add_text(out, out->len > 0 ? " · " : "");
        markdown_add_cut(out, summary, ALERT_MAX);
    }
    tree_free(comments);
}

/* One alert as an item of a list; struck out if it is over. */
static void add_alert(const struct alert_card_parts *parts, const struct alert *alert,
                      struct buf *out)
{
    struct buf item = BUF_INIT(1 << 16);
    const char *strike = alert->firing ? "" : "~~";
    add_own_labels(parts, alert, &item);
    add_state(parts, alert, &item);
    add_comment(parts, alert, &item);
    if (item.len > 0)
        buf_add_format(out, "%s- %s%s%s", out->len > 0 ? "\n" : "", strike, buf_text(&item),
                       strike);
    buf_release(&item);
}

/* Says how many alerts that fire stand nowhere above. */
static void add_not_shown(const struct alert_card_parts *parts, size_t shown, struct buf *out)
{
    char texts[3][24];
    uint64_t counts[SEVERITY_COUNT];
    uint64_t all = 0;
    memcpy(counts, parts->incident->uncounted, sizeof(counts));
    for (size_t i = shown; i < parts->count; i++)
        counts[parts->order[i]->severity] += parts->order[i]->firing ? 1 : 0;
    for (size_t i = 0; i < SEVERITY_COUNT; i++)
        all += counts[i];
    if (all == 0)
        return;
    (void)snprintf(texts[0], sizeof(texts[0]), "%" PRIu64, all);
    (void)snprintf(texts[1], sizeof(texts[1]), "%" PRIu64, counts[SEVERITY_CRITICAL]);
    (void)snprintf(texts[2], sizeof(texts[2]), "%" PRIu64, counts[SEVERITY_WARNING]);
    add_phrase(out, parts->language, PHRASE_NOT_SHOWN, WORDS(texts[0], texts[1], texts[2]));
}

void alert_card_add_alerts(const struct alert_card_parts *parts, size_t shown,
                           struct json_object *card)
{
    char text[24];
    struct buf out = BUF_INIT(1 << 20);
    for (size_t i = 0; i < shown; i++)
        add_alert(parts, parts->order[i], &out);
    flush(card, &out);
    add_not_shown(parts, shown, &out);
    flush(card, &out);
    (void)snprintf(text, sizeof(text), "%" PRIu64, parts->incident->group.left_out);
    if (parts->incident->group.left_out > 0)
        add_phrase(&out, parts->language, PHRASE_SOURCE_LEFT_OUT, WORDS(text));
    flush(card, &out);
    buf_release(&out);
}
