/* Effect. A Redis for tests, on a unix socket in a folder of its own. */
#ifndef FEISHU_REDIS_KIT_H
#define FEISHU_REDIS_KIT_H

#include <sys/types.h>

struct redis_kit {
    char *folder;
    char *socket;
    pid_t pid;
};

/* Starts one, with further options (NULL-terminated; or NULL), and waits until it listens. It ends
 * with this process. */
void redis_kit_start(struct redis_kit *redis, const char *const *options);

/* Ends it and removes its folder. */
void redis_kit_stop(struct redis_kit *redis);

#endif
