/* Effect. Posts what a record holds, once: also across processes that are killed in the middle. */
#ifndef FEISHU_DELIVERY_H
#define FEISHU_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "api.h"
#include "buf.h"
#include "record.h"

struct error;
struct service;

/* What a record is about, and where its messages go. Everything is borrowed. */
struct delivery_target {
    const char *key;        /* of the record in the store */
    const char *id;         /* the message's or event's id: what uuids are made from */
    const char *message_id; /* the message to reply to, or NULL: */
    const char *chat_id;    /* then the chat to post into */
};

/* A record and the bytes of it that are in the store. */
struct delivery {
    struct delivery_target target;
    struct record record;
    struct buf stored; /* empty: nothing is stored */
    struct buf
        unsure;      /* what the store failed to store, unless it only failed to say so; or empty */
    bool unrecorded; /* the store cannot be used: what would be stored is not, silently */
};

enum { DELIVERY_ID_LEN = 129 }; /* characters of a message id, with the final NUL */

enum delivery_result {
    DELIVERY_SENT,   /* the message is there; its id is given */
    DELIVERY_LATER,  /* not now: another process may go on from the store */
    DELIVERY_DROPPED /* it cannot be posted, now or later; the log says why */
};

/* Sets the record up for target: nothing stored, RECORD_NEW. */
void delivery_init(struct delivery *delivery, const struct delivery_target *target);

/* Reads the record from the store. True also if there is none (RECORD_NEW). False, with the error
 * set, if the store cannot be used. */
bool delivery_load(struct service *service, struct delivery *delivery, struct error *error)
    __attribute__((warn_unused_result));

/* Stores the record in the place of what is stored, if that is still the same. durable: on the disk
 * when this returns. As store_put_if: true, or false with the error set (ERROR_STORE) or, where
 * another process has changed the record, with no error. After an error it may be called again,
 * also where the store had done it and could not say so. */
bool delivery_save(struct service *service, struct delivery *delivery, bool durable,
                   struct error *error) __attribute__((warn_unused_result));

/* Posts the record's content for its purpose before deadline_ms (clock_steady_ms). The store says
 * so before the POST; afterwards the record says what is known, stored unless it is over. Content
 * that the platform refuses is replaced by a short text that says so. A store that fails stops
 * nothing while the stage is RECORD_ANSWERING. message_id gets the id of what was posted, or "". */
enum delivery_result delivery_post(struct service *service, struct delivery *delivery,
                                   int64_t deadline_ms, char message_id[static DELIVERY_ID_LEN],
                                   struct error *error);

/* One POST of content, of which the store knows nothing. message_id as above. */
void delivery_send(struct service *service, const struct delivery_target *target,
                   const struct content *content, enum record_purpose purpose, int64_t deadline_ms,
                   struct api_answer *answer, char message_id[static DELIVERY_ID_LEN]);

/* Frees the record. */
void delivery_release(struct delivery *delivery);

#endif
