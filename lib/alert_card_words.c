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
    COMMON_MAX = 20 /* labels */,
    MENTIONS_MAX = 50
};

/* Appends the text as an element, if there is any, and empties it. */
static void flush(struct json_object *elements, struct buf *text)
{
    if (text->len > 0)
        tree_append(elements, card_markdown(buf_text(text)));
    buf_clear(text);
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

size_t alert_card_people(const struct alert_card_parts *parts, const char **people, size_t count,
                         size_t max)
{
    const struct config_receiver *receiver = parts->view->receiver;
    if (parts->look != ALERT_CARD_FIRING)
        return count;
    for (size_t i = 0; i < receiver->mention_count; i++) {
        const struct config_list *list = &receiver->mentions[i].people;
        const bool fits = fits_any(parts, receiver->mentions[i].matcher);
        for (size_t j = 0; fits && j < list->count && count < max; j++) {
            if (!is_among(people, count, list->items[j]))
                people[count++] = list->items[j];
        }
    }
    return count;
}

void alert_card_add_people(struct buf *out, const char *const *people, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_add_format(out, "<at id=%s></at> ", people[i]);
}

static void add_mentions(const struct alert_card_parts *parts, struct buf *out)
{
    const char *people[MENTIONS_MAX];
    alert_card_add_people(out, people, alert_card_people(parts, people, 0, MENTIONS_MAX));
}

/* What the source, or the rule's author, wrote about all of it. */
static void add_story(const struct alert_card_parts *parts, struct json_object *elements,
                      struct buf *out)
{
    const struct alert_group *group = &parts->incident->group;
    const char *summary = labels_get(parts->comments, "summary");
    const char *description = group->text;
    if (description[0] == '\0')
        description = alert_card_description(parts->comments);
    if (summary[0] != '\0') {
        buf_add_text(out, "**");
        markdown_add_line(out, summary, SUMMARY_MAX);
        buf_add_text(out, "**");
        flush(elements, out);
    }
    markdown_add(out, description, DESCRIPTION_MAX);
    flush(elements, out);
}

static void add_deed(const struct alert_card_parts *parts, struct json_object *elements,
                     enum phrase phrase, const struct incident_deed *deed, int64_t at_ms)
{
    struct buf name = BUF_INIT(4 * ALERT_CARD_VALUE_MAX);
    struct buf out = BUF_INIT(8 * ALERT_CARD_VALUE_MAX);
    if (deed->open_id == NULL)
        return;
    char *when = alert_card_moment(at_ms);
    markdown_add_line(&name, deed->name, ALERT_CARD_VALUE_MAX);
    alert_card_add_phrase(&out, parts->language, phrase, WORDS(buf_text(&name), when));
    flush(elements, &out);
    free(when);
    buf_release(&name);
    buf_release(&out);
}

static void add_deeds(const struct alert_card_parts *parts, struct json_object *elements)
{
    const struct incident *incident = parts->incident;
    add_deed(parts, elements, PHRASE_ACKNOWLEDGED_BY, &incident->acknowledged,
             incident->acknowledged.at_ms);
    if (parts->look == ALERT_CARD_SILENCED)
        add_deed(parts, elements, PHRASE_SILENCED_BY, &incident->silenced,
                 incident->silenced_until_ms);
}

/* The common labels but those that the title and the tag say already; a single alert tells all of
 * its labels itself. */
static void add_common(const struct alert_card_parts *parts, struct buf *out)
{
    const char *names[LABELS_MAX];
    const size_t count = parts->count > 1 ? labels_names(parts->common, names) : 0;
    size_t shown = 0;
    for (size_t i = 0; i < count; i++) {
        if (!alert_card_is_shown(names[i]))
            continue;
        if (++shown > COMMON_MAX) {
            buf_add_text(out, ", …");
            return;
        }
        alert_card_add_label(out, names[i], labels_get(parts->common, names[i]));
    }
}

void alert_card_add_words(const struct alert_card_parts *parts, struct json_object *elements)
{
    struct buf out = BUF_INIT(1 << 20);
    add_mentions(parts, &out);
    flush(elements, &out);
    add_story(parts, elements, &out);
    add_deeds(parts, elements);
    add_common(parts, &out);
    flush(elements, &out);
    buf_release(&out);
}
