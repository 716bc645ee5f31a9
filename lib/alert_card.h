/* Pure. From an incident to the card that shows it. */
#ifndef FEISHU_ALERT_CARD_H
#define FEISHU_ALERT_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

struct incident;
struct json_object;

/* Bytes of the request that posts a card. */
enum { ALERT_CARD_APP_MAX = 30000, ALERT_CARD_CUSTOM_MAX = 20000 };

/* How a card is posted, which decides how large it may be. */
enum alert_card_way {
    ALERT_CARD_APP, /* the card is a text within the request's JSON, and so escaped: 30,000 bytes */
    ALERT_CARD_CUSTOM /* the card is an object in it, buttons only link: 20,000 bytes */
};

struct alert_card_view {
    const struct config_receiver *receiver; /* its language, its mentions */
    enum alert_card_way way;
    bool can_act;       /* buttons that act: acknowledge, silence, undo */
    bool can_silence;   /* the receiver has an Alertmanager */
    const char *button; /* the opaque key that a button's value carries; "" if none */
    bool is_bare;       /* head, counts and links only: for when more was refused */
    int64_t now_ms;
};

/* The card: JSON 2.0, within its bytes when posted by alert_card_request's shape. Alerts that do
 * not fit are counted on it. What comes from alerts is data: no character of it acts. Caller frees.
 */
struct json_object *alert_card(const struct incident *incident, const struct alert_card_view *view);

/* How many bytes the request takes that posts the card: a little more than it will be. */
size_t alert_card_size(struct json_object *card, enum alert_card_way way);

/* A digest of what the card shows, for telling whether an update would change anything: of all of
 * it but its times. Caller frees. */
char *alert_card_digest(struct json_object *card);

/* What the incident is called: "DiskFull · prod", in one line that is fit for plain text. Caller
 * frees. */
char *alert_card_title(const struct incident *incident, enum language language);

/* What the card's thread is told of a change: alerts that joined, that all is over, or that it
 * still fires. It mentions nobody. Caller frees. */
char *alert_card_note(const struct incident *incident, enum language language, size_t joined);

#endif
