#include "number.h"

#include <stddef.h>
#include <string.h>

static const char digits[] = "0123456789";

bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *number)
{
    size_t len = strlen(text);
    if (len == 0 || strspn(text, digits) != len)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++) {
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (value < min || value > max)
        return false;
    *number = value;
    return true;
}

/* The milliseconds in a decimal fraction: ".7171419" is 717. */
static bool parse_fraction(const char *text, int64_t *ms)
{
    size_t len = strlen(text);
    if (len < 2 || len > 10 || text[0] != '.' || strspn(text + 1, digits) != len - 1)
        return false;
    int64_t value = 0;
    for (size_t i = 1; i <= 3; i++)
        value = value * 10 + (i < len ? text[i] - '0' : 0);
    *ms = value;
    return true;
}

bool number_parse_time(const char *text, int64_t *ms)
{
    size_t whole = strspn(text, digits);
    char integer[20];
    uint64_t value;
    int64_t fraction = 0;
    if (whole >= sizeof(integer))
        return false;
    memcpy(integer, text, whole);
    integer[whole] = '\0';
    if (!number_parse(integer, 0, INT64_MAX, &value))
        return false;
    bool seconds = whole == 9 || whole == 10;
    if (text[whole] != '\0' && (!seconds || !parse_fraction(text + whole, &fraction)))
        return false;
    if (seconds)
        *ms = (int64_t)value * 1000 + fraction;
    else if (whole == 13)
        *ms = (int64_t)value;
    else if (whole == 16)
        *ms = (int64_t)(value / 1000);
    else if (whole == 19)
        *ms = (int64_t)(value / 1000000);
    else
        return false;
    return true;
}
