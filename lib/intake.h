/* Effect. Alerts that came in become a card, or a change of one. */
#ifndef FEISHU_INTAKE_H
#define FEISHU_INTAKE_H

#include <stdint.h>

struct alert_group;
struct config_receiver;
struct reply;
struct service;

/* Takes the group, which becomes its own, to the receiver's chat before deadline_ms
 * (clock_steady_ms). reply is 200 only if the platform has what there is to show, else 503. */
void intake(struct service *service, const struct config_receiver *receiver,
            struct alert_group *group, int64_t deadline_ms, struct reply *reply);

#endif
