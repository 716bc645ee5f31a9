/* For tests and fuzz targets: what must hold of a card whatever the alerts say. */
#ifndef FEISHU_CARD_KIT_H
#define FEISHU_CARD_KIT_H

#include <stdbool.h>
#include <stddef.h>

#include "alert_card.h"

struct json_object;

/* Whom the cards of these tests mention. */
#define CARD_KIT_PERSON "ou_1"

/* What is wrong with the card of an incident: markup that is not ours, more bytes in the request
 * that posts it than the platform takes, or something against its rules; NULL if nothing is. The
 * text is good until the next call. */
const char *card_kit_wrong(struct json_object *card, enum alert_card_way way);

/* Whether a and b are the same JSON, in the same order. */
bool card_kit_same(struct json_object *a, struct json_object *b);

#endif
