/* Pure. Lengths of time as people write them: "2h", "1h30m", "90m", "3d", "30分钟", "2 小时". */
#ifndef FEISHU_DURATION_H
#define FEISHU_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "words.h"

/* Reads the whole of text as a length of time in milliseconds, above 0 and up to max_ms. */
bool duration_read(const char *text, int64_t max_ms, int64_t *length_ms)
    __attribute__((warn_unused_result));

/* As people say it: "2 小时 30 分钟", "2 h 30 min"; two units at most. Caller frees. */
char *duration_say(int64_t length_ms, enum language language);

#endif
