/* Pure. Who may handle alerts. */
#ifndef FEISHU_OPERATOR_H
#define FEISHU_OPERATOR_H

#include <stdbool.h>

struct config;
struct config_receiver;
struct event;

/* Somebody, as a verified event tells of them. Borrowed. */
struct operator_claim {
    const char *person_id; /* open_id */
    const char *chat_id;   /* where they press or write */
    bool own_tenant;
};

/* Whoever pressed or wrote. */
struct operator_claim operator_of(const struct event *event);

/* Whether the person is one of the receiver's operators, in its chat. */
bool operator_is_one(const struct config_receiver *receiver, const struct operator_claim *claim);

/* Whether the person may act there, too: without an encrypt key anybody could pretend to be them,
 * and other organisations' members are nobody's operators. */
bool operator_may_act(const struct config *config, const struct config_receiver *receiver,
                      const struct operator_claim *claim);

#endif
