#include "digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card.h"
#include "alert_card_parts.h"
#include "buf.h"
#include "card.h"
#include "cipher.h"
#include "markdown.h"
#include "memory.h"
#include "tree.h"

enum { TITLE_MAX = 400 /* bytes of markdown */, LINE_MAX = 1024 };

struct digest_line digest_line(const struct incident *incident, enum language language)
{
    const struct alert_group *group = &incident->group;
    struct digest_line line = {
        .severity = alert_worst(group->alerts, group->count),
        .firing = incident_firing(incident),
        .title = alert_card_title(incident, language),
    };
    memcpy(line.incident, incident->id, INCIDENT_ID_LEN);
    return line;
}

void digest_line_release(struct digest_line *line)
{
    free(line->title);
}

/* "- DiskFull · prod ×3" */
static void add_line(const struct digest_line *line, struct buf *out)
{
    buf_add_text(out, "- ");
    markdown_add_line(out, line->title, TITLE_MAX);
    if (line->firing > 1)
        buf_add_format(out, " ×%" PRIu64, line->firing);
    buf_add_text(out, "\n");
}

void digest_said(const struct digest_line *line, char said[static DIGEST_SAID_LEN])
{
    char hex[CIPHER_HEX_LEN];
    struct buf text = BUF_INIT(LINE_MAX);
    buf_add_format(&text, "%d", (int)line->severity);
    add_line(line, &text);
    cipher_digest_hex(&(const struct cipher_part){ buf_text(&text), text.len }, 1, hex);
    (void)snprintf(said, DIGEST_SAID_LEN, "%.*s", DIGEST_SAID_LEN - 1, hex);
    buf_release(&text);
}

size_t digest_line_cost(const struct digest_line *line)
{
    struct buf text = BUF_INIT(LINE_MAX);
    add_line(line, &text);
    const size_t cost = alert_card_cost(&text);
    buf_release(&text);
    return cost;
}

int digest_line_compare(const void *a, const void *b)
{
    const struct digest_line *one = *(const struct digest_line *const *)a;
    const struct digest_line *other = *(const struct digest_line *const *)b;
    if (one->severity != other->severity)
        return one->severity < other->severity ? -1 : 1;
    if (one->firing != other->firing)
        return one->firing > other->firing ? -1 : 1;
    const int order = strcmp(one->title, other->title);
    return order != 0 ? order : strcmp(one->incident, other->incident);
}

static struct json_object *new_card(const struct digest_line *const *lines, size_t count,
                                    const struct digest_view *view)
{
    uint64_t counts[SEVERITY_COUNT] = { 0 };
    char *number = memory_format("%zu", count);
    const enum phrase phrase = count == 0 ? PHRASE_STATE_STORM_OVER : PHRASE_STATE_STORM;
    for (size_t i = 0; i < count; i++)
        counts[lines[i]->severity]++;
    char *state = words_say(view->language, phrase, WORDS(number));
    char *list = alert_card_counts(view->language, counts);
    char *title =
        memory_format("[%s]%s%s", state, list == NULL ? "" : " ", list == NULL ? "" : list);
    struct json_object *card =
        card_new(count == 0 ? "green" : alert_card_colour(lines[0]->severity), title, title);
    free(title);
    free(list);
    free(state);
    free(number);
    return card;
}

static void add_words(const struct digest_view *view, enum phrase phrase,
                      struct json_object *elements)
{
    char *words = words_say(view->language, phrase, WORDS(NULL));
    tree_append(elements, card_markdown(words));
    free(words);
}

static void add_people(const struct digest_view *view, struct json_object *elements)
{
    struct buf out = BUF_INIT(1 << 16);
    alert_card_add_people(&out, view->people, view->people_count);
    if (out.len > 0)
        tree_append(elements, card_markdown(buf_text(&out)));
    buf_release(&out);
}

/* The lines of one severity, from the first on, beneath its name. How many. */
static size_t add_lines(const struct digest_line *const *lines, size_t count,
                        const struct digest_view *view, struct json_object *elements)
{
    size_t i = 0;
    struct buf out = BUF_INIT(1 << 20);
    char *name = words_say(view->language, alert_card_severity(lines[0]->severity), WORDS(NULL));
    buf_add_format(&out, "**%s**\n", name);
    for (; i < count && lines[i]->severity == lines[0]->severity; i++)
        add_line(lines[i], &out);
    tree_append(elements, card_markdown(buf_text(&out)));
    buf_release(&out);
    free(name);
    return i;
}

static void add_link(const struct digest_view *view, struct json_object *elements)
{
    if (!markdown_is_url(view->url))
        return;
    struct json_object *row = card_row();
    char *words = words_say(view->language, PHRASE_BUTTON_VIEW, WORDS(NULL));
    card_row_add(row, card_button(words, "default", view->url, NULL));
    tree_append(elements, row);
    free(words);
}

struct json_object *digest_card(const struct digest_line *const *lines, size_t count,
                                const struct digest_view *view)
{
    struct json_object *card = new_card(lines, count, view);
    struct json_object *elements = card_elements(card);
    if (count > 0)
        add_people(view, elements);
    add_words(view, count > 0 ? PHRASE_STORM : PHRASE_STORM_OVER, elements);
    for (size_t at = 0; at < count;)
        at += add_lines(lines + at, count - at, view, elements);
    add_link(view, elements);
    return card;
}
