#include "alert_card.h"

#include <inttypes.h>
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

/* How many bytes the card takes in the request: as it is, or as a text within JSON. */
static size_t measure(struct json_object *card, enum alert_card_way way)
{
    struct buf text = BUF_INIT(SIZE_MAX / 4);
    tree_print(card, &text);
    size_t len = text.len;
    for (size_t i = 0; way == ALERT_CARD_APP && i < text.len; i++) {
        if (strchr("\"\\", text.data[i]) != NULL)
            len++;
    }
    buf_release(&text);
    return len;
}

size_t alert_card_size(struct json_object *card, enum alert_card_way way)
{
    return measure(card, way) + ENVELOPE_BYTES;
}

/* The card with the first `shown` alerts of the order. */
static struct json_object *render(const struct alert_card_parts *parts, size_t shown)
{
    struct json_object *card = alert_card_head(parts);
    alert_card_add_words(parts, card);
    alert_card_add_alerts(parts, shown, card);
    alert_card_add_links(parts, card);
    alert_card_add_buttons(parts, card);
    return card;
}

/* The greatest card that fits: by halving between what is known to fit and what may not. */
static struct json_object *fit(const struct alert_card_parts *parts)
{
    const enum alert_card_way way = parts->view->way;
    size_t most = parts->count < ALERT_CARD_ALERTS_MAX ? parts->count : ALERT_CARD_ALERTS_MAX;
    size_t least = 0;
    struct json_object *best = render(parts, most);
    if (measure(best, way) <= bytes_max[way])
        return best;
    tree_free(best);
    best = render(parts, 0);
    while (most - least > 1) {
        const size_t middle = least + (most - least) / 2;
        struct json_object *card = render(parts, middle);
        const bool fits = measure(card, way) <= bytes_max[way];
        tree_free(fits ? best : card);
        best = fits ? card : best;
        *(fits ? &least : &most) = middle;
    }
    return best;
}

static struct json_object *render_bare(const struct alert_card_parts *parts)
{
    struct json_object *card = alert_card_head(parts);
    alert_card_add_alerts(parts, 0, card);
    alert_card_add_buttons(parts, card);
    return card;
}

struct json_object *alert_card(const struct incident *incident, const struct alert_card_view *view)
{
    struct alert_card_parts parts;
    if (incident->group.card != NULL && !view->is_bare)
        return tree_share(incident->group.card);
    alert_card_parts_init(&parts, incident, view);
    struct json_object *card = view->is_bare ? render_bare(&parts) : fit(&parts);
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
