#include "rate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "store.h"

enum { STAMP_LEN = 20 }; /* characters of a moment at most, with the blank behind it */

/* What the store holds: the moments that count, each with a blank behind it. */
struct count {
    struct buf text;
    int64_t counted;
    int64_t oldest_ms;
};

/* Keeps of the stored moments those of the window that ends now. One further in the future than a
 * clock that is a little ahead is nobody's. */
static void read_moments(const char *stored, const struct rate *rate, int64_t now_ms,
                         struct count *count)
{
    char *end;
    for (const char *at = stored; *at != '\0'; at = end) {
        const int64_t ms = strtoll(at, &end, 10);
        if (end == at)
            return;
        if (ms <= now_ms - rate->window_ms || ms > now_ms + rate->window_ms)
            continue;
        if (count->counted == 0 || ms < count->oldest_ms)
            count->oldest_ms = ms;
        count->counted++;
        buf_add_format(&count->text, "%" PRId64 " ", ms);
    }
}

/* One attempt. False: others were faster. */
static bool try_to_take(struct store *store, const struct rate *rate, const char *key,
                        int64_t now_ms, bool *allowed, int64_t *wait_ms)
{
    struct error error = ERROR_INIT;
    const size_t room = (size_t)(rate->most + 1) * STAMP_LEN;
    struct buf old = BUF_INIT(room);
    struct count count = { .text = BUF_INIT(room) };
    const enum store_result read = store_get(store, key, now_ms, &old, &error);
    bool settled = read == STORE_FAILED;
    *allowed = true;
    if (!settled) {
        read_moments(buf_text(&old), rate, now_ms, &count);
        *allowed = count.counted < rate->most;
        *wait_ms = count.oldest_ms + rate->window_ms - now_ms;
        settled = !*allowed;
    }
    if (!settled) {
        buf_add_format(&count.text, "%" PRId64 " ", now_ms);
        const struct store_change change = {
            .old = read == STORE_OK ? buf_text(&old) : NULL,
            .old_len = old.len,
            .value = buf_text(&count.text),
            .len = count.text.len,
            .life_ms = 2 * rate->window_ms,
        };
        settled = store_put_if(store, key, &change, now_ms, &error) != STORE_TAKEN;
    }
    buf_release(&old);
    buf_release(&count.text);
    return settled;
}

bool rate_take(struct store *store, const struct rate *rate, int64_t now_ms, int64_t *wait_ms)
{
    char *key = memory_format("rate:%s:%" PRId64, rate->name, rate->window_ms);
    bool allowed = true;
    *wait_ms = 0;
    /* Whoever was faster has counted one more: after `most` of them nobody may any more. */
    for (int64_t i = 0; i <= rate->most; i++) {
        if (try_to_take(store, rate, key, now_ms, &allowed, wait_ms))
            break;
    }
    free(key);
    return allowed;
}
