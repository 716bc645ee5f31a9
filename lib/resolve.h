/* Effect. The addresses of a host, with an end to the waiting. */
#ifndef FEISHU_RESOLVE_H
#define FEISHU_RESOLVE_H

#include <stddef.h>
#include <stdint.h>

enum {
    RESOLVE_LEN = 46, /* characters of an address, with the final NUL */
    RESOLVE_MAX = 4
};

/* Puts up to RESOLVE_MAX addresses of host, a name or an address, into addresses and returns how
 * many; 0 if there is none, or none is known within wait_ms. A resolver that hangs is left behind
 * in its thread. */
size_t resolve(const char *host, int64_t wait_ms, char addresses[RESOLVE_MAX][RESOLVE_LEN]);

#endif
