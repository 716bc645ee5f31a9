#include "leftover.h"

#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void leftover_fill(char bytes[static LEFTOVER_LEN])
{
    for (size_t i = 0; i < LEFTOVER_LEN; i++)
        bytes[i] = (char)('A' + (i * i + 7) % 53);
}

struct leftover leftover_note(const char *data)
{
    struct leftover leftover = { (uintptr_t)data, "" };
    memcpy(leftover.bytes, data, LEFTOVER_LEN);
    return leftover;
}

bool leftover_remains(const struct leftover *leftover)
{
    enum { SKIPPED = 32 };
    char found[LEFTOVER_LEN] = "";
    const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(memory, 0);
    const ssize_t count = pread(memory, found, sizeof(found), (off_t)leftover->place);
    close(memory);
    /* Memory that was given back to the kernel cannot be read: nothing is left. */
    return count == LEFTOVER_LEN &&
           memcmp(found + SKIPPED, leftover->bytes + SKIPPED, LEFTOVER_LEN - SKIPPED) == 0;
}
