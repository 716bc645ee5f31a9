#include "moment.h"

#include <stdbool.h>
#include <time.h>

#include "memory.h"

#define HALF_DAY_MS INT64_C(43200000)

char *moment_say(int64_t ms, int64_t now_ms)
{
    struct tm tm;
    char text[16];
    const time_t seconds = (time_t)(ms / 1000);
    const bool is_near = ms - now_ms < HALF_DAY_MS && now_ms - ms < HALF_DAY_MS;
    (void)localtime_r(&seconds, &tm);
    (void)strftime(text, sizeof(text), is_near ? "%H:%M" : "%m-%d %H:%M", &tm);
    return memory_copy(text);
}
