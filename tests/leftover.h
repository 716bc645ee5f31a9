/* What is left in memory of bytes that were freed. Where they stood is taken down before, and is
 * read through the kernel after: to touch it would be wrong. */
#ifndef FEISHU_LEFTOVER_H
#define FEISHU_LEFTOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEFTOVER_LEN = 96 };

struct leftover {
    uintptr_t place;
    char bytes[LEFTOVER_LEN];
};

/* LEFTOVER_LEN bytes like no others, as the secret of a test. */
void leftover_fill(char bytes[static LEFTOVER_LEN]);

/* Takes down where the LEFTOVER_LEN bytes at data stand, and what they are. */
struct leftover leftover_note(const char *data);

/* Whether they still stand there. The first 32 do not count: an allocator writes there itself. */
bool leftover_remains(const struct leftover *leftover);

#endif
