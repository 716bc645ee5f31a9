/* Effect. An incident's card, made to show what the incident is now. */
#ifndef FEISHU_INCIDENT_SHOW_H
#define FEISHU_INCIDENT_SHOW_H

#include <stdint.h>

#include "card_post.h"
#include "incident.h"
#include "store.h"

#define INCIDENT_KIND "incidents" /* of the store's index: the keys of all that are not over */

/* An incident that this process holds the claim of. Everything but the incident is borrowed. */
struct incident_work {
    struct service *service;
    const struct config_receiver *receiver;
    const char *key; /* under which it is stored */
    struct incident incident;
    int64_t deadline_ms; /* clock_steady_ms */
    int64_t wait_s;      /* after which to come again, if it cannot be shown now */
    bool unrecorded;     /* the store cannot be used */
};

/* Posts the card, or updates it if it would look different; stores the incident before the first
 * and after both. A message that is gone, or too old to be changed, is replaced by a new one. */
enum card_post_result incident_show(struct incident_work *work, struct error *error);

/* Claims the incident for somebody who waits for it, and so waits a little for another process:
 * until until_ms (clock_steady_ms). As store_claim. */
enum store_result incident_claim(const struct incident_work *work, int64_t until_ms,
                                 struct store_claim *claim);

/* Stores the incident, and keeps it in the index of open ones or takes it out. */
bool incident_store(struct incident_work *work, struct error *error)
    __attribute__((warn_unused_result));

/* Reads it; STORE_ABSENT if there is none. */
enum store_result incident_load(struct service *service, const char *key, struct incident *incident,
                                struct error *error);

/* The card as it should be now. Caller frees. */
struct json_object *incident_card(const struct incident_work *work);

/* Takes note that the card is what the message shows now. */
void incident_remember(struct incident_work *work, struct json_object *card);

/* What the store knows of a button: the key of the incident and the receiver's name. The button's
 * own key is the incident's id. */
char *incident_button_key(const char *id);

#endif
