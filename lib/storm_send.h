/* Effect. A chat's digests, made to show the incidents that are gathered. */
#ifndef FEISHU_STORM_SEND_H
#define FEISHU_STORM_SEND_H

#include <stdint.h>

#include "card_post.h"
#include "digest.h"

struct config_receiver;
struct error;
struct service;
struct storm_lines;

/* A storm whose claim this process holds. Everything but the storm is borrowed. */
struct storm_sending {
    struct service *service;
    const struct config_receiver *receiver; /* one of the chat */
    const char *key;                        /* under which it is stored */
    struct storm storm;
    int64_t deadline_ms; /* clock_steady_ms */
    int64_t wait_s;      /* after which to come again, if it is CARD_POST_LATER */
};

/* Puts each line on a digest: on the one that has it, else on the last one with room, else on a new
 * one. Posts and updates what would look different, and stores the storm before the first and after
 * each. What was accepted stays so when a later one is CARD_POST_LATER. */
enum card_post_result storm_send(struct storm_sending *sending, const struct storm_lines *lines,
                                 struct error *error);

#endif
