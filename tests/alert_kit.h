/* For tests of incidents and cards: incidents from payloads, and cards as text. */
#ifndef FEISHU_ALERT_KIT_H
#define FEISHU_ALERT_KIT_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "incident.h"

#define ALERT_KIT_ID "0123456789abcdef0123456789abcdef"

/* An Alertmanager's payload of count alerts called n0, n1, …; every fifth is critical, the others
 * warnings; the first `resolved` of them are over. more: a further member of each alert's labels,
 * as
 * ",\"a\":\"b\"". Caller frees. */
char *alert_kit_payload(size_t count, size_t resolved, const char *more);

/* The payload as a group, or a new incident of it. Caller releases. */
struct alert_group alert_kit_group(const char *payload);
struct alert_group alert_kit_group_of(const char *content_type, const char *body, size_t len);
struct incident alert_kit_incident(const char *payload);

/* A receiver with a mention of ou_1 for critical alerts. Borrowed. */
struct config_receiver alert_kit_receiver(enum language language);

#endif
