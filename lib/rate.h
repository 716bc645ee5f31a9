/* Effect. How often something may happen, counted in the store by all processes together. */
#ifndef FEISHU_RATE_H
#define FEISHU_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct store;

/* At most `most` within any window_ms. */
struct rate {
    const char *name; /* what is counted: "chat:oc_…" */
    int64_t window_ms;
    int64_t most;
};

/* Counts one more, if that is within the rate. False: not now; *wait_ms gets the time until the
 * oldest that counts does so no more. A store that fails lets it happen: the platform has limits of
 * its own. */
bool rate_take(struct store *store, const struct rate *rate, int64_t now_ms, int64_t *wait_ms);

#endif
