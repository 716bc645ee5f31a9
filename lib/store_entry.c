#include "store_entry.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "number.h"

enum {
    DIGEST_LEN = CIPHER_HEX_LEN - 1,
    TIME_MAX = 32 /* " 1700000000000\n" and room to spare */
};

void store_entry_print(const struct store_entry *entry, struct buf *out)
{
    char hex[CIPHER_HEX_LEN];
    char time[TIME_MAX];
    (void)snprintf(time, sizeof(time), " %" PRId64 "\n", entry->over_ms);
    const struct cipher_part parts[] = {
        { time, strlen(time) },
        { entry->key, strlen(entry->key) + 1 },
        { entry->value, entry->len },
    };
    cipher_digest_hex(parts, 3, hex);
    buf_add(out, hex, DIGEST_LEN);
    for (int i = 0; i < 3; i++)
        buf_add(out, parts[i].data, parts[i].len);
}

/* Reads " 1700000000000\n". */
static bool parse_time(const char *text, size_t len, int64_t *time_ms)
{
    char digits[TIME_MAX];
    uint64_t number;
    if (len < 3 || len - 2 >= sizeof(digits) || text[0] != ' ')
        return false;
    memcpy(digits, text + 1, len - 2);
    digits[len - 2] = '\0';
    if (!number_parse(digits, 0, INT64_MAX, &number))
        return false;
    *time_ms = (int64_t)number;
    return true;
}

bool store_entry_parse(const char *bytes, size_t len, struct store_entry *entry)
{
    char hex[CIPHER_HEX_LEN];
    if (len <= DIGEST_LEN)
        return false;
    const char *end = bytes + len;
    const char *time = bytes + DIGEST_LEN;
    const struct cipher_part rest = { time, len - DIGEST_LEN };
    cipher_digest_hex(&rest, 1, hex);
    if (memcmp(hex, bytes, DIGEST_LEN) != 0)
        return false;
    const char *line_end = memchr(time, '\n', (size_t)(end - time));
    if (line_end == NULL || !parse_time(time, (size_t)(line_end + 1 - time), &entry->over_ms))
        return false;
    entry->key = line_end + 1;
    const char *key_end = memchr(entry->key, '\0', (size_t)(end - entry->key));
    if (key_end == NULL)
        return false;
    entry->value = key_end + 1;
    entry->len = (size_t)(end - entry->value);
    return true;
}

int64_t store_entry_over_ms(int64_t now_ms, int64_t life_ms)
{
    int64_t start_ms = now_ms < 0 ? 0 : now_ms;
    return life_ms > INT64_MAX - start_ms ? INT64_MAX : start_ms + life_ms;
}
