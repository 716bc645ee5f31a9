/* Effect. What nobody tells us of and what must be done all the same, for once a minute: open
 * incidents are compared with Alertmanager, and their cards brought up to date. */
#ifndef FEISHU_TICK_H
#define FEISHU_TICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct service;

/* What came of it. */
struct tick {
    size_t looked_at; /* incidents that Alertmanager could be asked about */
    size_t updated;   /* of them: changed, and their cards with them */
    size_t put_off;   /* changed, and left to the next tick */
    bool failed;      /* a store or an Alertmanager that could not be asked; the log tells which */
};

/* Compares all open incidents until deadline_ms (clock_steady_ms). Several at once do no harm. */
void tick(struct service *service, int64_t deadline_ms, struct tick *result);

/* The same, unless somebody did it within the last minute. */
void tick_if_due(struct service *service, int64_t deadline_ms);

#endif
