#include "rates.h"

enum { SECOND_MS = 1000 };

bool rates_take(struct rate *rate, size_t limit, int64_t now_ms)
{
    /* The slot that is written next held the one taken `limit` times ago. */
    if (rate->count == limit && now_ms - rate->taken_ms[rate->next] < SECOND_MS)
        return false;
    rate->taken_ms[rate->next] = now_ms;
    rate->next = (rate->next + 1) % limit;
    if (rate->count < limit)
        rate->count++;
    return true;
}
