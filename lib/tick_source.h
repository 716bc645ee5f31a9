/* Effect. What Alertmanagers say, each asked once in a tick. */
#ifndef FEISHU_TICK_SOURCE_H
#define FEISHU_TICK_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "incident_compare.h"

struct config;
struct log;

struct tick_source {
    bool asked;
    bool answered;
    struct incident_facts facts;
};

/* One for each Alertmanager of the configuration, in its order, not asked yet. Caller frees with
 * tick_sources_free. */
struct tick_source *tick_sources(const struct config *config);
void tick_sources_free(struct tick_source *sources, const struct config *config);

/* The source of that name, asked before deadline_ms (clock_steady_ms) unless it was before; NULL if
 * there is none, or it does not answer, which the log tells the first time. Borrowed. */
const struct tick_source *tick_source(struct tick_source *sources, const struct config *config,
                                      const char *name, int64_t deadline_ms, struct log *log);

#endif
