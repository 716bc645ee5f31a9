#include "timestamp.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MINUTE_S = 60, HOUR_S = 3600, SECOND_MS = 1000 };

/* Reads count digits as a number within bounds. NULL if there are none, else what is behind. */
static const char *read_number(const char *at, int count, int low, int high, int *number)
{
    *number = 0;
    for (int i = 0; i < count; i++) {
        if (isdigit((unsigned char)at[i]) == 0)
            return NULL;
        *number = 10 * *number + (at[i] - '0');
    }
    return *number >= low && *number <= high ? at + count : NULL;
}

/* One part of a time: what comes before it, how many digits, its bounds. */
static const struct part {
    const char *before;
    int digits;
    int low;
    int high;
} parts[] = {
    { "", 4, 1, 9999 },  { "-", 2, 1, 12 }, { "-", 2, 1, 31 },
    { "Tt ", 2, 0, 23 }, { ":", 2, 0, 59 }, { ":", 2, 0, 60 },
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static const char *read_parts(const char *at, int numbers[static PARTS])
{
    for (size_t i = 0; i < PARTS && at != NULL; i++) {
        if (parts[i].before[0] != '\0') {
            if (*at == '\0' || strchr(parts[i].before, *at) == NULL)
                return NULL;
            at++;
        }
        at = read_number(at, parts[i].digits, parts[i].low, parts[i].high, &numbers[i]);
    }
    return at;
}

/* Milliseconds of ".345678"; passes all its digits. */
static const char *read_fraction(const char *at, int *ms)
{
    int unit = SECOND_MS / 10;
    *ms = 0;
    if (*at != '.')
        return at;
    for (at++; isdigit((unsigned char)*at) != 0; at++) {
        *ms += (*at - '0') * unit;
        unit /= 10;
    }
    return at;
}

/* "Z" or "+08:00", at the end of the text. */
static bool read_zone(const char *at, int *offset_s)
{
    int hours;
    int minutes;
    *offset_s = 0;
    if ((*at == 'Z' || *at == 'z') && at[1] == '\0')
        return true;
    if (*at != '+' && *at != '-')
        return false;
    const int sign = *at == '+' ? 1 : -1;
    at = read_number(at + 1, 2, 0, 23, &hours);
    if (at == NULL || *at != ':')
        return false;
    at = read_number(at + 1, 2, 0, 59, &minutes);
    *offset_s = sign * (hours * HOUR_S + minutes * MINUTE_S);
    return at != NULL && *at == '\0';
}

bool timestamp_read(const char *text, int64_t *ms)
{
    int numbers[PARTS];
    int fraction_ms;
    int offset_s;
    const char *at = read_parts(text, numbers);
    if (at == NULL || !read_zone(read_fraction(at, &fraction_ms), &offset_s))
        return false;
    struct tm tm = {
        .tm_year = numbers[0] - 1900,
        .tm_mon = numbers[1] - 1,
        .tm_mday = numbers[2],
        .tm_hour = numbers[3],
        .tm_min = numbers[4],
        .tm_sec = numbers[5],
    };
    const int64_t time_ms = ((int64_t)timegm(&tm) - offset_s) * SECOND_MS + fraction_ms;
    *ms = time_ms > 0 ? time_ms : 0;
    return true;
}

void timestamp_print(int64_t ms, char text[static TIMESTAMP_LEN])
{
    struct tm tm;
    const time_t seconds = (time_t)(ms / SECOND_MS);
    (void)gmtime_r(&seconds, &tm);
    const size_t len = strftime(text, TIMESTAMP_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
    (void)snprintf(text + len, TIMESTAMP_LEN - len, ".%03dZ", (int)(ms % SECOND_MS));
}
