/* Effect. What changed of an incident, told in its card's thread: updating a card is silent. */
#ifndef FEISHU_INCIDENT_RING_H
#define FEISHU_INCIDENT_RING_H

#include "card_post.h"

struct error;
struct incident_change;
struct incident_work;

/* Tells of the change, if that is among what the receiver rings for; once, however often it is
 * called for the same one. CARD_POST_DONE too if there is nothing to tell. */
enum card_post_result incident_ring(struct incident_work *work,
                                    const struct incident_change *change, struct error *error);

#endif
