#include "duration.h"

#include <ctype.h>
#include <string.h>

#include "memory.h"
#include "number.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS };
enum { DIGITS_MAX = 6 };

/* What may stand behind a number; of words with the same beginning the longer one first. */
static const struct {
    const char *word;
    int64_t length_ms;
} units[] = {
    { "seconds", SECOND_MS },
    { "second", SECOND_MS },
    { "sec", SECOND_MS },
    { "s", SECOND_MS },
    { "秒钟", SECOND_MS },
    { "秒", SECOND_MS },
    { "minutes", MINUTE_MS },
    { "minute", MINUTE_MS },
    { "min", MINUTE_MS },
    { "m", MINUTE_MS },
    { "分钟", MINUTE_MS },
    { "分", MINUTE_MS },
    { "hours", HOUR_MS },
    { "hour", HOUR_MS },
    { "h", HOUR_MS },
    { "个小时", HOUR_MS },
    { "小时", HOUR_MS },
    { "时", HOUR_MS },
    { "days", 24LL * HOUR_MS },
    { "day", 24LL * HOUR_MS },
    { "d", 24LL * HOUR_MS },
    { "天", 24LL * HOUR_MS },
    { "日", 24LL * HOUR_MS },
    { "weeks", 7LL * 24 * HOUR_MS },
    { "week", 7LL * 24 * HOUR_MS },
    { "w", 7LL * 24 * HOUR_MS },
    { "周", 7LL * 24 * HOUR_MS },
};

static const char *pass_spaces(const char *at)
{
    return at + strspn(at, " \t");
}

/* A word of letters is a unit as a whole: "h" is one, and the "h" of "hello" is none. */
static bool ends_here(const char *word, const char *behind)
{
    const bool is_ascii = isalpha((unsigned char)word[0]) != 0;
    return !is_ascii || isalpha((unsigned char)behind[0]) == 0;
}

static const char *read_unit(const char *at, int64_t *unit_ms)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        const size_t len = strlen(units[i].word);
        if (strncasecmp(at, units[i].word, len) == 0 && ends_here(units[i].word, at + len)) {
            *unit_ms = units[i].length_ms;
            return at + len;
        }
    }
    return NULL;
}

/* Reads a number and its unit, adds them up, and returns what is behind them; NULL if there are
 * none. */
static const char *read_part(const char *at, int64_t *sum_ms)
{
    char digits[DIGITS_MAX + 1];
    uint64_t number;
    int64_t unit_ms;
    const size_t len = strspn(at, "0123456789");
    if (len == 0 || len > DIGITS_MAX)
        return NULL;
    memcpy(digits, at, len);
    digits[len] = '\0';
    if (!number_parse(digits, 0, UINT64_MAX, &number))
        return NULL;
    at = read_unit(pass_spaces(at + len), &unit_ms);
    if (at != NULL)
        *sum_ms += (int64_t)number * unit_ms;
    return at;
}

bool duration_read(const char *text, int64_t max_ms, int64_t *length_ms)
{
    int64_t sum_ms = 0;
    const char *at = pass_spaces(text);
    do {
        at = read_part(at, &sum_ms);
        if (at == NULL || sum_ms > max_ms)
            return false;
        at = pass_spaces(at);
    } while (at[0] != '\0');
    if (sum_ms == 0)
        return false;
    *length_ms = sum_ms;
    return true;
}

/* From the longest to the shortest, as they are said. */
static const struct {
    int64_t length_ms;
    const char *names[2];
} spoken[] = {
    { 24LL * HOUR_MS, { [LANGUAGE_ZH] = "天", [LANGUAGE_EN] = "d" } },
    { HOUR_MS, { [LANGUAGE_ZH] = "小时", [LANGUAGE_EN] = "h" } },
    { MINUTE_MS, { [LANGUAGE_ZH] = "分钟", [LANGUAGE_EN] = "min" } },
    { SECOND_MS, { [LANGUAGE_ZH] = "秒", [LANGUAGE_EN] = "s" } },
};

enum { SPOKEN_COUNT = sizeof(spoken) / sizeof(spoken[0]) };

char *duration_say(int64_t length_ms, enum language language)
{
    /* A day is said as 24 hours, two are said as days. */
    size_t first = length_ms < 48LL * HOUR_MS ? 1 : 0;
    while (first < SPOKEN_COUNT - 1 && length_ms < spoken[first].length_ms)
        first++;
    const long long count = length_ms / spoken[first].length_ms;
    const char *name = spoken[first].names[language];
    if (first == SPOKEN_COUNT - 1)
        return memory_format("%lld %s", count, name);
    const long long more = length_ms % spoken[first].length_ms / spoken[first + 1].length_ms;
    if (more == 0)
        return memory_format("%lld %s", count, name);
    return memory_format("%lld %s %lld %s", count, name, more, spoken[first + 1].names[language]);
}
