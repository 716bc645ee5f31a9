#include "rate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "number.h"
#include "store.h"

enum { TEXT_MAX = 32 };

bool rate_take(struct store *store, const struct rate *rate, int64_t now_ms, int64_t *wait_ms)
{
    const int64_t window = now_ms / rate->window_ms;
    char *key = memory_format("rate:%s:%" PRId64, rate->name, window);
    bool allowed = true;
    bool settled = false;
    *wait_ms = (window + 1) * rate->window_ms - now_ms;
    /* Whoever was faster has counted one more: after `most` of them nobody may any more. */
    for (int64_t i = 0; i <= rate->most && !settled; i++) {
        struct error error = ERROR_INIT;
        struct buf old = BUF_INIT(TEXT_MAX);
        char text[TEXT_MAX];
        uint64_t count = 0;
        const enum store_result read = store_get(store, key, now_ms, &old, &error);
        if (read == STORE_OK && !number_parse(buf_text(&old), 0, INT64_MAX - 1, &count))
            count = 0;
        allowed = (int64_t)count < rate->most;
        settled = read == STORE_FAILED || !allowed;
        const int len = snprintf(text, sizeof(text), "%" PRIu64, count + 1);
        const struct store_change change = {
            .old = read == STORE_OK ? old.data : NULL,
            .old_len = old.len,
            .value = text,
            .len = (size_t)len,
            .life_ms = 2 * rate->window_ms,
        };
        if (!settled)
            settled = store_put_if(store, key, &change, now_ms, &error) != STORE_TAKEN;
        buf_release(&old);
    }
    free(key);
    return allowed;
}
