/* Pure. The bytes of one file of the dir: store: a line with the digest of all that follows it and
 * the time when it is over; the key and a NUL; the value. The digest tells a whole file from one
 * that a lost power or a failing disk has cut or torn. */
#ifndef FEISHU_STORE_ENTRY_H
#define FEISHU_STORE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store.h"

struct buf;

enum { STORE_ENTRY_MAX = STORE_VALUE_MAX + STORE_KEY_MAX + 128 /* bytes of a file */ };

/* Borrowed throughout: from the caller, or from the bytes that were parsed. */
struct store_entry {
    const char *key;
    const char *value;
    size_t len;
    int64_t over_ms; /* from then on it counts as absent */
};

void store_entry_print(const struct store_entry *entry, struct buf *out);

/* bytes[len] must be NUL. False if they are not exactly what store_entry_print makes. */
bool store_entry_parse(const char *bytes, size_t len, struct store_entry *entry)
    __attribute__((warn_unused_result));

/* When something that begins at now_ms and lasts life_ms (1 or more) is over, as far as times can
 * be written. */
int64_t store_entry_over_ms(int64_t now_ms, int64_t life_ms);

#endif
