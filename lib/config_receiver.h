/* Pure. Receivers of alerts, and the Alertmanagers that they act on. */
#ifndef FEISHU_CONFIG_RECEIVER_H
#define FEISHU_CONFIG_RECEIVER_H

#include <stdbool.h>

struct config;
struct config_alertmanager;
struct config_receiver;
struct error;

/* What a section fills, new and with what holds if nothing is said. Borrowed: lives until the next
 * is added. */
void *config_alertmanager_add(void *config, const char *title);
void *config_receiver_add(void *config, const char *title);
void *config_mention_add(void *receiver, const char *title);

/* Whether what the receivers say of each other and of the rest fits together. ERROR_CONFIG, "NAME:
 * receiver 'ops': what is wrong and what to do". */
bool config_receivers_fit(const struct config *config, const char *name, struct error *error)
    __attribute__((warn_unused_result));

void config_alertmanager_release(struct config_alertmanager *alertmanager);
void config_receiver_release(struct config_receiver *receiver);

#endif
