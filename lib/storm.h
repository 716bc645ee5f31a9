/* Effect. Incidents that begin in a chat faster than anybody could read: ten a minute get a card of
 * their own, the others are gathered on digests, which are updated in place. */
#ifndef FEISHU_STORM_H
#define FEISHU_STORM_H

#include <stdbool.h>
#include <stdint.h>

#include "card_post.h"

struct config_receiver;
struct error;
struct incident_work;
struct service;

/* Whether the incident may have a card of its own now, which is counted. Only the app's bot can
 * update digests: a custom bot posts card by card. */
bool storm_admits(const struct incident_work *work);

/* As incident_show, for a gathered incident: stores it, and brings the digests of its chat up to
 * date. CARD_POST_DONE once a digest says what the incident is, or no more lists one that is over.
 * One process at a time does this for all that are waiting: the others get CARD_POST_LATER. */
enum card_post_result storm_show(struct incident_work *work, struct error *error);

/* Brings the digests of the receiver's chat up to date with the incidents that are stored. */
enum card_post_result storm_refresh(struct service *service, const struct config_receiver *receiver,
                                    int64_t deadline_ms, struct error *error);

#endif
