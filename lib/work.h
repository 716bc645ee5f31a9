/* Effect. One event being worked on: the claim, the record, the answer. */
#ifndef FEISHU_WORK_H
#define FEISHU_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "delivery.h"
#include "store.h"
#include "words.h"

struct action;
struct event;
struct reply;
struct service;

struct work {
    struct service *service;
    const struct event *event;
    const struct action *action;
    void (*committed)(void);
    struct reply *reply;
    char *message_id; /* of DELIVERY_ID_LEN: gets the id of what is posted */
    struct delivery delivery;
    struct store_claim claim;
    bool claimed; /* false: the store cannot be used, and the work goes on without */
};

/* Claims the event and reads its record. False if it is settled here, with the reply set: another
 * process works on it, it is done, or a command that began earlier was gone on with. */
bool work_take(struct work *work) __attribute__((warn_unused_result));

/* Posts the text as the answer to the event, or what an earlier attempt left to be posted; ends the
 * claim and sets the reply. */
void work_answer(struct work *work, const char *text);

/* The same with a text that holds what came from people or alerts: it mentions nobody. */
void work_answer_text(struct work *work, const char *text);

/* The same with a phrase, whose arguments come from people: it mentions nobody. */
void work_answer_phrase(struct work *work, enum phrase phrase, const char *const *arguments);

/* Ends the claim and leaves the event to a later delivery. The reply is the caller's. */
void work_release_claim(struct work *work);

/* Sets the reply to the id of what was posted. */
void work_reply_posted(struct work *work);

/* Until when (clock_steady_ms) the platform may be called. */
int64_t work_deadline(const struct work *work);

#endif
