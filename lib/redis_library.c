#include "redis_library.h"

#include <stddef.h>

#include "library.h"

static const struct library_function functions[] = {
    { "redisConnectWithTimeout", offsetof(struct redis_library, connect) },
    { "redisConnectUnixWithTimeout", offsetof(struct redis_library, connect_unix) },
    { "redisSetTimeout", offsetof(struct redis_library, set_timeout) },
    { "redisCommandArgv", offsetof(struct redis_library, command) },
    { "freeReplyObject", offsetof(struct redis_library, free_reply) },
    { "redisFree", offsetof(struct redis_library, free) },
};

static const struct library hiredis = {
    .name = "libhiredis.so.0.14",
    .package = "libhiredis0.14",
    .functions = functions,
    .count = sizeof(functions) / sizeof(functions[0]),
};

bool redis_library_load(struct redis_library *library, struct error *error)
{
    return library_load(&hiredis, library, error);
}
