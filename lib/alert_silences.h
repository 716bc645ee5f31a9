/* Effect. An Alertmanager's silences, by word. */
#ifndef FEISHU_ALERT_SILENCES_H
#define FEISHU_ALERT_SILENCES_H

#include <stdint.h>

struct alert_command;
struct config_alertmanager;
struct deed;
struct service;

/* What somebody wrote. Borrowed, but for `about`. */
struct alert_silences {
    const struct config_alertmanager *alertmanager;
    const struct alert_command *command;
    const char *message_id; /* from which the action's id is made: doing it again finds it */
    int64_t deadline_ms;    /* clock_steady_ms */
    char *about;            /* for the audit line; set by those that act, owned by the caller */
};

/* Each does it and sets said and result of deed. */
void alert_silences_list(struct service *service, struct alert_silences *order, struct deed *deed);
void alert_silences_make(struct service *service, struct alert_silences *order, struct deed *deed);
void alert_silences_end(struct service *service, struct alert_silences *order, struct deed *deed);

#endif
