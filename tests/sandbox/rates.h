/* Pure. How many in one second: a window that slides. */
#ifndef SANDBOX_RATES_H
#define SANDBOX_RATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RATES_CHAT = 5, /* messages a second into one chat */
    RATES_API = 50  /* requests a second to one API */
};

struct rate {
    int64_t taken_ms[RATES_API]; /* when the last ones were taken, steady clock */
    size_t next;
    size_t count;
};

/* Takes one if fewer than limit (up to RATES_API) were taken in the last second. */
bool rates_take(struct rate *rate, size_t limit, int64_t now_ms);

#endif
