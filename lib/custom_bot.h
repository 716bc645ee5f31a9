/* Effect. A group's custom bot (自定义机器人): a webhook that takes cards and nothing else. */
#ifndef FEISHU_CUSTOM_BOT_H
#define FEISHU_CUSTOM_BOT_H

#include "buf.h"
#include "card_post.h"

struct secret;

/* Posts the card to the receiver's custom bot, signed if it has a secret. As card_post. */
enum card_post_result custom_bot_post(struct service *service,
                                      const struct config_receiver *receiver,
                                      struct json_object *card, int64_t deadline_ms,
                                      int64_t *wait_s, struct error *error);

/* Pure. Appends the signature of a custom bot: base64 of HMAC-SHA256 with the timestamp and the
 * secret as the key, over nothing. */
void custom_bot_sign(const char *timestamp, const struct secret *secret, struct buf *signature);

#endif
