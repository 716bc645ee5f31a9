/* Pure. Times as RFC 3339 writes them. */
#ifndef FEISHU_TIMESTAMP_H
#define FEISHU_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

enum { TIMESTAMP_LEN = 25 }; /* "2026-11-23T08:00:12.345Z" and the final NUL */

/* Reads "2026-11-23T08:00:12.345678+08:00" or the same with Z; milliseconds since the epoch, UTC.
 * Times before the epoch ("0001-01-01T00:00:00Z", with which sources say "none") are 0. *ms is
 * untouched on failure. */
bool timestamp_read(const char *text, int64_t *ms) __attribute__((warn_unused_result));

/* Writes it in UTC. ms: 0 up to the year 9999. */
void timestamp_print(int64_t ms, char text[static TIMESTAMP_LEN]);

#endif
