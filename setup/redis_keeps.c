#include "redis_keeps.h"

#include <hiredis/hiredis.h>
#include <stddef.h>
#include <string.h>

#include "context.h"
#include "error.h"
#include "memory.h"
#include "redis.h"
#include "report.h"

/* What INFO says of a Redis that keeps; each line without it is a reason to warn. */
static const struct {
    const char *name;  /* of the line, with its colon */
    const char *value; /* that keeps */
    const char *detail, *advice;
} lines[] = {
    { "\naof_enabled:", "1", N_("this Redis forgets what it was told last when it is killed"),
      N_("Set appendonly yes and appendfsync always in redis.conf") },
    { "\nmaxmemory_policy:", "noeviction", N_("this Redis throws away keys when it is full"),
      N_("Set maxmemory-policy noeviction in redis.conf") },
};

static bool judge(const char *info, struct finding *finding)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        const char *line = strstr(info, lines[i].name);
        const size_t len = strlen(lines[i].value);
        if (line == NULL || strncmp(line + strlen(lines[i].name), lines[i].value, len) == 0)
            continue;
        finding_set(finding, FINDING_WARN, memory_copy(_(lines[i].detail)),
                    memory_copy(_(lines[i].advice)));
        return false;
    }
    return true;
}

bool redis_keeps(const char *url, struct finding *finding)
{
    static const struct redis_word words[] = { { "INFO", 4 } };
    struct error ignored = ERROR_INIT;
    struct redis *redis = redis_open(url);
    if (redis == NULL)
        return true;
    struct redisReply *reply = redis_ask(redis, words, 1, &ignored);
    const bool told = reply != NULL && reply->type == REDIS_REPLY_STRING;
    const bool keeps = !told || judge(reply->str, finding);
    if (reply != NULL)
        redis_forget(redis, reply);
    redis_close(redis);
    return keeps;
}
