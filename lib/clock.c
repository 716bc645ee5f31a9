#include "clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now = { 0, 0 };
    (void)clock_gettime(id, &now); /* fails only for a clock that Linux does not have */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_steady_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}
