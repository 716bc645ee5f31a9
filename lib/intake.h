/* Effect. Alerts that came in become a card, or a change of one. */
#ifndef FEISHU_INTAKE_H
#define FEISHU_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

struct alert_group;
struct buf;
struct config_receiver;
struct error;
struct reply;
struct service;

/* Reads a body, as it is or as the receiver's transform makes it. As alert_read; further errors as
 * transform. */
bool intake_read(const struct config_receiver *receiver, const char *content_type,
                 const struct buf *body, struct alert_group *group, struct error *error)
    __attribute__((warn_unused_result));

/* Takes the group, which becomes its own, to the receiver's chat before deadline_ms
 * (clock_steady_ms). reply is 200 only if the platform has what there is to show, else 503. */
void intake(struct service *service, const struct config_receiver *receiver,
            struct alert_group *group, int64_t deadline_ms, struct reply *reply);

#endif
