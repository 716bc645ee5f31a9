/* Effect. Cards on their way to a chat: through the app's bot, or through a group's custom bot. */
#ifndef FEISHU_CARD_POST_H
#define FEISHU_CARD_POST_H

#include <stdint.h>

#include "delivery.h"

struct config_receiver;
struct error;
struct json_object;
struct service;

enum card_post_result {
    CARD_POST_DONE,
    CARD_POST_LATER, /* it passes by itself, or somebody must mend something; nothing was posted */
    CARD_POST_UNKNOWN, /* it may have been posted */
    CARD_POST_CONTENT, /* the card is refused: a plainer one may pass */
    CARD_POST_GONE     /* of updates: the message is no more, or too old */
};

/* Posts the card to the receiver's chat. uuid: the same for every attempt. message_id gets the new
 * message's id, "" with a custom bot. *wait_s gets the seconds after which to come again if it is
 * CARD_POST_LATER. The error tells why it is not CARD_POST_DONE. */
enum card_post_result card_post(struct service *service, const struct config_receiver *receiver,
                                struct json_object *card, const char *uuid, int64_t deadline_ms,
                                char message_id[static DELIVERY_ID_LEN], int64_t *wait_s,
                                struct error *error);

/* Puts the card in the place of the message's. */
enum card_post_result card_post_update(struct service *service,
                                       const struct config_receiver *receiver,
                                       const char *message_id, struct json_object *card,
                                       int64_t deadline_ms, int64_t *wait_s, struct error *error);

/* Posts a text in the message's thread. */
enum card_post_result card_post_note(struct service *service,
                                     const struct config_receiver *receiver, const char *message_id,
                                     const char *text, const char *uuid, int64_t deadline_ms,
                                     int64_t *wait_s, struct error *error);

#endif
