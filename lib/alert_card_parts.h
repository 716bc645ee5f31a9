/* Effect, for the machine's time zone: the parts of an incident's card, from head to buttons. */
#ifndef FEISHU_ALERT_CARD_PARTS_H
#define FEISHU_ALERT_CARD_PARTS_H

#include <stddef.h>

#include "alert_card.h"

struct alert;

enum { ALERT_CARD_ALERTS_MAX = 150 }; /* of more, each would have fewer bytes than a line takes */

struct alert_card_parts {
    const struct incident *incident;
    const struct alert_card_view *view;
    enum language language;
    const struct alert **order; /* what matters most first */
    size_t count;
    size_t firing;
    struct json_object *common;   /* labels that all have */
    struct json_object *comments; /* annotations that all have */
    char *title;                  /* "DiskFull · prod" */
};

void alert_card_parts_init(struct alert_card_parts *parts, const struct incident *incident,
                           const struct alert_card_view *view);
void alert_card_parts_release(struct alert_card_parts *parts);

/* A card with its header: colour and words by status and severity. Caller frees. */
struct json_object *alert_card_head(const struct alert_card_parts *parts);

/* Adds who is mentioned, what was written about all of it, what was done, and the common labels. */
void alert_card_add_words(const struct alert_card_parts *parts, struct json_object *card);

/* Adds the first `shown` alerts, and how many there are besides. */
void alert_card_add_alerts(const struct alert_card_parts *parts, size_t shown,
                           struct json_object *card);

void alert_card_add_links(const struct alert_card_parts *parts, struct json_object *card);
void alert_card_add_buttons(const struct alert_card_parts *parts, struct json_object *card);

#endif
