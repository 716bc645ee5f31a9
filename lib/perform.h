/* Effect. Carries out what was decided about an event, once, and says how to answer the request. */
#ifndef FEISHU_PERFORM_H
#define FEISHU_PERFORM_H

#include "delivery.h"

struct action;
struct event;
struct reply;
struct service;

/* Carries out the action. reply is set as the HTTP contract has it; message_id gets the id of what
 * was posted, or "". `committed` is called at the moment from which on the event is ours: a command
 * has begun, and whatever happens the answer is 200. */
void perform(struct service *service, const struct event *event, const struct action *action,
             void (*committed)(void), struct reply *reply, char message_id[static DELIVERY_ID_LEN]);

#endif
