#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "memory.h"

static const char replacement[] = "\uFFFD";
static const char full_width_less_than[] = "\uFF1C";

/* What UTF-8 allows: the range of the first byte, of the second, and the bytes in all. */
static const struct {
    uint8_t first_low;
    uint8_t first_high;
    uint8_t second_low;
    uint8_t second_high;
    uint8_t len;
} forms[] = {
    { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
    { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
    { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* What folds to an ASCII character, or ('\0') to nothing. */
static const struct {
    uint32_t first;
    uint32_t last;
    char ascii;
} folds[] = {
    { 0x00a0, 0x00a0, ' ' },  { 0x2000, 0x200a, ' ' },  { 0x200b, 0x200d, '\0' },
    { 0x2018, 0x2019, '\'' }, { 0x201c, 0x201d, '"' },  { 0x202f, 0x202f, ' ' },
    { 0x205f, 0x205f, ' ' },  { 0x3000, 0x3000, ' ' },  { 0xfeff, 0xfeff, '\0' },
    { 0xff02, 0xff02, '"' },  { 0xff07, 0xff07, '\'' }, { 0xff0c, 0xff0c, ',' },
    { 0xff1d, 0xff1d, '=' },  { 0xff5e, 0xff5e, '~' },
};

static bool is_continuation(char byte)
{
    return ((uint8_t)byte & 0xc0) == 0x80;
}

/* The length of the character of several bytes at data; 0 if there is none. */
static size_t wide_length(const char *data, size_t len)
{
    for (size_t i = 0; len > 1 && i < sizeof(forms) / sizeof(forms[0]); i++) {
        const uint8_t first = (uint8_t)data[0];
        const uint8_t second = (uint8_t)data[1];
        if (first < forms[i].first_low || first > forms[i].first_high)
            continue;
        if (second < forms[i].second_low || second > forms[i].second_high || forms[i].len > len)
            return 0;
        for (size_t at = 2; at < forms[i].len; at++) {
            if (!is_continuation(data[at]))
                return 0;
        }
        return forms[i].len;
    }
    return 0;
}

/* Reads the character at data, of at least one byte: its length, or 0 if that is no UTF-8. */
static size_t decode(const char *data, size_t len, uint32_t *point)
{
    const uint8_t first = (uint8_t)data[0];
    *point = first;
    if (first < 0x80)
        return 1;
    const size_t count = wide_length(data, len);
    *point = first & (0x7fU >> count);
    for (size_t i = 1; i < count; i++)
        *point = *point << 6 | ((uint8_t)data[i] & 0x3fU);
    return count;
}

bool text_is_utf8(const char *data, size_t len)
{
    size_t at = 0;
    while (at < len) {
        if ((uint8_t)data[at] < 0x80) {
            at++;
            continue;
        }
        const size_t count = wide_length(data + at, len - at);
        if (count == 0)
            return false;
        at += count;
    }
    return true;
}

size_t text_cut(const char *text, size_t len, size_t max)
{
    if (len <= max)
        return len;
    size_t cut = max;
    /* No character has more than three bytes after its first: beyond that it is no UTF-8. */
    while (cut > 0 && max - cut < 4 && is_continuation(text[cut]))
        cut--;
    return max - cut < 4 ? cut : max;
}

/* Whether text may hold the character: tab and newline are the only control characters. */
static bool is_printable(uint32_t point)
{
    return point >= 0xa0 || (point >= ' ' && point < 0x7f) || point == '\t' || point == '\n';
}

/* How many bytes at data are plain ASCII: nearly all of nearly every text. */
static size_t plain_length(const char *data, size_t len)
{
    size_t count = 0;
    while (count < len && (uint8_t)data[count] < 0x7f &&
           ((uint8_t)data[count] >= ' ' || data[count] == '\n' || data[count] == '\t'))
        count++;
    return count;
}

char *text_clean(const char *data, size_t len)
{
    const size_t replacement_len = strlen(replacement);
    char *clean = memory_get(replacement_len * len + 1);
    char *to = clean;
    size_t at = 0;
    while (at < len) {
        uint32_t point;
        const size_t plain = plain_length(data + at, len - at);
        to = mempcpy(to, data + at, plain);
        at += plain;
        if (at == len)
            break;
        const size_t count = decode(data + at, len - at, &point);
        const bool line_end = data[at] == '\r' && at + 1 < len && data[at + 1] == '\n';
        if (count > 0 && is_printable(point))
            to = mempcpy(to, data + at, count);
        else if (!line_end)
            to = mempcpy(to, replacement, replacement_len);
        at += count > 0 ? count : 1;
    }
    *to = '\0';
    return clean;
}

char *text_line(const char *data, size_t len)
{
    char *line = text_clean(data, len);
    for (char *at = line; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\t')
            *at = ' ';
    }
    return line;
}

/* Whether the character folds to another, and to which. */
static bool fold(uint32_t point, char *ascii)
{
    for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]); i++) {
        if (point >= folds[i].first && point <= folds[i].last) {
            *ascii = folds[i].ascii;
            return true;
        }
    }
    return false;
}

/* The length of white space and of what cannot be seen at text, of len bytes. */
static size_t blank_length(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        uint32_t point;
        char ascii;
        const size_t count = decode(text + at, len - at, &point);
        const bool folded = count > 1 && fold(point, &ascii) && (ascii == ' ' || ascii == '\0');
        if (!folded && (count != 1 || (point > ' ' && point != 0x7f)))
            break;
        at += count;
    }
    return at;
}

char *text_inert(const char *text)
{
    const size_t len = strlen(text);
    char *inert = memory_get((sizeof(full_width_less_than) - 1) * len + 1);
    char *to = inert;
    for (size_t at = 0; at < len; at++) {
        size_t after = at + 1;
        if (text[at] == '<')
            after += blank_length(text + after, len - after);
        if (text[at] == '<' && strncasecmp(text + after, "at", 2) == 0)
            to = stpcpy(to, full_width_less_than);
        else
            *to++ = text[at];
    }
    *to = '\0';
    return inert;
}

char *text_fold(const char *text)
{
    const size_t len = strlen(text);
    char *folded = memory_get(len + 1);
    char *to = folded;
    size_t at = 0;
    while (at < len) {
        uint32_t point;
        char ascii;
        const size_t count = decode(text + at, len - at, &point);
        const size_t step = count > 0 ? count : 1;
        if (count < 2 || !fold(point, &ascii))
            to = mempcpy(to, text + at, step);
        else if (ascii != '\0')
            *to++ = ascii;
        at += step;
    }
    *to = '\0';
    return folded;
}
