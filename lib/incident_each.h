/* Effect. All incidents that are not over, one after another, as they are stored. */
#ifndef FEISHU_INCIDENT_EACH_H
#define FEISHU_INCIDENT_EACH_H

#include <stdbool.h>

#include "store.h"

struct config_receiver;
struct error;
struct incident;
struct service;

struct incident_visit {
    /* Whether those of the receiver are wanted: others are not read. */
    bool (*wants)(void *context, const struct config_receiver *receiver);
    /* False to stop. Takes nothing of the incident, which is released afterwards. */
    bool (*visit)(void *context, const char *key, const struct config_receiver *receiver,
                  const struct incident *incident);
    void *context;
};

/* Visits those of receivers that are configured, in no order. One that a crash left in the index
 * can be over. What cannot be read is logged and left out. STORE_OK or FAILED. */
enum store_result incident_each(struct service *service, const struct incident_visit *visit,
                                struct error *error);

#endif
