#include <stdlib.h>
#include <string.h>

#include "alert_card_parts.h"
#include "buf.h"
#include "card.h"
#include "duration.h"
#include "incident.h"
#include "markdown.h"
#include "memory.h"
#include "tree.h"

enum { URL_MAX = 2000, HOUR_MS = 3600000 };

/* What leads away from the card, in this order; of each kind the first that an alert has. */
static const struct {
    enum phrase phrase;
    size_t offset; /* in struct alert */
} links[] = {
    { PHRASE_LINK_RUNBOOK, offsetof(struct alert, runbook_url) },
    { PHRASE_LINK_DASHBOARD, offsetof(struct alert, dashboard_url) },
    { PHRASE_LINK_PANEL, offsetof(struct alert, panel_url) },
    { PHRASE_LINK_SOURCE, offsetof(struct alert, source_url) },
};

static const char *first_url(const struct alert_card_parts *parts, size_t offset)
{
    for (size_t i = 0; i < parts->count; i++) {
        const char *url = *(char *const *)((const char *)parts->order[i] + offset);
        if (url[0] != '\0' && strlen(url) <= URL_MAX && markdown_is_url(url))
            return url;
    }
    return NULL;
}

void alert_card_add_links(const struct alert_card_parts *parts, struct json_object *elements)
{
    struct buf out = BUF_INIT(1 << 16);
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        const char *url = first_url(parts, links[i].offset);
        if (url == NULL)
            continue;
        char *words = words_say(parts->language, links[i].phrase, WORDS(NULL));
        buf_add_text(&out, out.len > 0 ? " · " : "");
        markdown_add_link(&out, words, url);
        free(words);
    }
    if (out.len > 0)
        tree_append(elements, card_markdown(buf_text(&out)));
    buf_release(&out);
}

/* What a button's press carries: a key of the store, and which of its buttons it was. */
static struct json_object *value_of(const struct alert_card_parts *parts, const char *act)
{
    struct json_object *value = tree_new_object();
    tree_set_text(value, "key", parts->view->button);
    tree_set_text(value, "act", act);
    return value;
}

static void add_button(const struct alert_card_parts *parts, struct json_object *row,
                       enum phrase phrase, const char *argument, const char *type, const char *act)
{
    char *text = words_say(parts->language, phrase, WORDS(argument));
    card_row_add(row, card_button(text, type, NULL, value_of(parts, act)));
    free(text);
}

static void add_link_button(const struct alert_card_parts *parts, struct json_object *row,
                            enum phrase phrase, const char *url)
{
    if (url == NULL || url[0] == '\0' || strlen(url) > URL_MAX || !markdown_is_url(url))
        return;
    char *text = words_say(parts->language, phrase, WORDS(NULL));
    card_row_add(row, card_button(text, "default", url, NULL));
    free(text);
}

/* How long a silence may last; the longest asks first. */
static const struct {
    const char *act;
    int64_t length_ms;
    bool confirm;
} silences[] = {
    { "silence-1h", 1LL * HOUR_MS, false },
    { "silence-4h", 4LL * HOUR_MS, false },
    { "silence-24h", 24LL * HOUR_MS, true },
};

static void add_silence(const struct alert_card_parts *parts, struct json_object *row, size_t i)
{
    char *length = duration_say(silences[i].length_ms, parts->language);
    char *text = words_say(parts->language, PHRASE_BUTTON_SILENCE, WORDS(length));
    struct json_object *button =
        card_button(text, "default", NULL, value_of(parts, silences[i].act));
    if (silences[i].confirm) {
        char *count = memory_format("%zu", parts->firing);
        char *title = words_say(parts->language, PHRASE_CONFIRM_SILENCE, WORDS(length));
        char *mutes = words_say(parts->language, PHRASE_CONFIRM_MUTES, WORDS(count));
        card_button_confirm(button, title, mutes);
        free(mutes);
        free(title);
        free(count);
    }
    card_row_add(row, button);
    free(text);
    free(length);
}

/* The buttons that act on an incident that is not over. */
static void add_acts(const struct alert_card_parts *parts, struct json_object *row)
{
    const bool silenced = parts->look == ALERT_CARD_SILENCED;
    if (parts->incident->acknowledged.open_id == NULL)
        add_button(parts, row, PHRASE_BUTTON_ACKNOWLEDGE, NULL, "primary", "acknowledge");
    if (!parts->view->can_silence)
        return;
    if (silenced)
        add_button(parts, row, PHRASE_BUTTON_UNSILENCE, NULL, "default", "unsilence");
    for (size_t i = 0; !silenced && i < sizeof(silences) / sizeof(silences[0]); i++)
        add_silence(parts, row, i);
}

void alert_card_add_buttons(const struct alert_card_parts *parts, struct json_object *elements)
{
    struct json_object *row = card_row();
    if (parts->view->can_act && parts->firing > 0)
        add_acts(parts, row);
    if (parts->firing > 0 && !parts->view->can_silence)
        add_link_button(parts, row, PHRASE_BUTTON_SILENCE_AT,
                        first_url(parts, offsetof(struct alert, silence_url)));
    add_link_button(parts, row, PHRASE_BUTTON_VIEW, parts->incident->group.url);
    if (tree_count(tree_array(row, "columns")) == 0) {
        tree_free(row);
        return;
    }
    tree_append(elements, row);
}
