#include "alert_card.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alert_card_parts.h"
#include "buf.h"
#include "card.h"
#include "cipher.h"
#include "incident.h"
#include "memory.h"
#include "tree.h"

/* Bytes of the request that posts the card, without the card itself. */
enum { ENVELOPE_BYTES = 400 };

static const size_t bytes_max[] = {
    [ALERT_CARD_APP] = 30000 - ENVELOPE_BYTES,
    [ALERT_CARD_CUSTOM] = 20000 - ENVELOPE_BYTES,
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

struct json_object *alert_card(const struct incident *incident, const struct alert_card_view *view)
{
    struct alert_card_parts parts;
    if (incident->group.card != NULL)
        return tree_share(incident->group.card);
    alert_card_parts_init(&parts, incident, view);
    struct json_object *card = fit(&parts);
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
