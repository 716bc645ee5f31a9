#include "alert_card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card_parts.h"
#include "buf.h"
#include "card.h"
#include "cipher.h"
#include "duration.h"
#include "incident.h"
#include "memory.h"
#include "tree.h"

/* Bytes of the request that posts the card, without the card itself. */
enum { ENVELOPE_BYTES = 400 };

static const size_t bytes_max[] = {
    [ALERT_CARD_APP] = ALERT_CARD_APP_MAX - ENVELOPE_BYTES,
    [ALERT_CARD_CUSTOM] = ALERT_CARD_CUSTOM_MAX - ENVELOPE_BYTES,
};

/* How many bytes the tree takes in the request: as it is, or as a text within JSON. */
static size_t measure(struct json_object *tree, enum alert_card_way way)
{
    struct buf text = BUF_INIT(SIZE_MAX / 4);
    tree_print(tree, &text);
    size_t len = text.len;
    for (size_t i = 0; way == ALERT_CARD_APP && i < text.len; i++)
        len += text.data[i] == '"' || text.data[i] == '\\' ? 1 : 0;
    buf_release(&text);
    return len;
}

size_t alert_card_size(struct json_object *card, enum alert_card_way way)
{
    return measure(card, way) + ENVELOPE_BYTES;
}

/* All but the alerts is made first; they get the bytes that are left. */
static struct json_object *render(const struct alert_card_parts *parts)
{
    const struct alert_card_view *view = parts->view;
    struct json_object *card = alert_card_head(parts);
    struct json_object *elements = card_elements(card);
    struct json_object *tail = tree_new_array();
    if (!view->is_bare) {
        alert_card_add_words(parts, elements);
        alert_card_add_links(parts, tail);
    }
    alert_card_add_buttons(parts, tail);
    const size_t used = measure(card, view->way) + measure(tail, view->way);
    const size_t max = view->is_bare ? 0 : bytes_max[view->way];
    alert_card_add_alerts(parts, used < max ? max - used : 0, elements);
    for (size_t i = 0; i < tree_count(tail); i++)
        tree_append(elements, tree_share(tree_at(tail, i)));
    tree_free(tail);
    return card;
}

struct json_object *alert_card(const struct incident *incident, const struct alert_card_view *view)
{
    struct alert_card_parts parts;
    if (incident->group.card != NULL && !view->is_bare)
        return tree_share(incident->group.card);
    alert_card_parts_init(&parts, incident, view);
    struct json_object *card = render(&parts);
    alert_card_parts_release(&parts);
    return card;
}

char *alert_card_digest(struct json_object *card)
{
    char hex[CIPHER_HEX_LEN];
    struct buf text = BUF_INIT(SIZE_MAX / 4);
    tree_print(card, &text);
    cipher_digest_hex(&(const struct cipher_part){ buf_text(&text), text.len }, 1, hex);
    buf_release(&text);
    return memory_copy(hex);
}

/* From the start of the first alert to the end of the last. */
static int64_t length_ms(const struct alert_group *group)
{
    int64_t start_ms = INT64_MAX;
    int64_t end_ms = 0;
    for (size_t i = 0; i < group->count; i++) {
        const struct alert *alert = &group->alerts[i];
        if (alert->starts_ms > 0 && alert->starts_ms < start_ms)
            start_ms = alert->starts_ms;
        if (alert->ends_ms > end_ms)
            end_ms = alert->ends_ms;
    }
    return end_ms > start_ms ? end_ms - start_ms : 0;
}

char *alert_card_title(const struct incident *incident, enum language language)
{
    struct alert_card_parts parts;
    const struct config_receiver receiver = { .language = language };
    const struct alert_card_view view = { .receiver = &receiver };
    alert_card_parts_init(&parts, incident, &view);
    char *title = memory_copy(parts.title);
    alert_card_parts_release(&parts);
    return title;
}

char *alert_card_note(const struct incident *incident, enum language language, size_t joined)
{
    struct alert_card_parts parts;
    const struct config_receiver receiver = { .language = language };
    const struct alert_card_view view = { .receiver = &receiver };
    alert_card_parts_init(&parts, incident, &view);
    char *firing = memory_format("%zu", parts.firing);
    char *more = memory_format("%zu", joined);
    char *lasted = duration_say(length_ms(&incident->group), language);
    char *note = NULL;
    if (parts.firing == 0)
        note = words_say(language, PHRASE_NOTE_RESOLVED, WORDS(parts.title, lasted));
    else if (joined > 0)
        note = words_say(language, PHRASE_NOTE_JOINED, WORDS(more, parts.title, firing));
    else
        note = words_say(language, PHRASE_NOTE_REPEAT, WORDS(parts.title, firing));
    free(lasted);
    free(more);
    free(firing);
    alert_card_parts_release(&parts);
    return note;
}
