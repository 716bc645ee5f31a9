/* Pure. Strict decimal numbers, and the platform's times, whose unit is told by their length. */
#ifndef FEISHU_NUMBER_H
#define FEISHU_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Reads text, digits only, as a number in [min, max]. *number is untouched on failure. */
bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *number)
    __attribute__((warn_unused_result));

/* Reads a time since the epoch and gives it in milliseconds. 9 or 10 digits are seconds, 13
 * milliseconds, 16 microseconds, 19 nanoseconds; after seconds a fraction (".7171419") may follow.
 * *ms is untouched on failure. */
bool number_parse_time(const char *text, int64_t *ms) __attribute__((warn_unused_result));

#endif
