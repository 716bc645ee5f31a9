#include "self.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "memory.h"

int self_start(const char *name, const char *config_path, const posix_spawn_file_actions_t *actions)
{
    char *word = memory_copy(name);
    char *setting = memory_format("FEISHU_CONFIG=%s", config_path);
    char *words[] = { word, NULL };
    char *environment[] = { setting, NULL };
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    pid_t pid;
    sigemptyset(&none);
    sigfillset(&all);
    memory_check(posix_spawnattr_init(&attributes) == 0 ? &attributes : NULL);
    bool ready = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                                           POSIX_SPAWN_SETSIGDEF) == 0 &&
                 posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
                 posix_spawnattr_setsigdefault(&attributes, &all) == 0;
    const int cause =
        ready ? posix_spawn(&pid, "/proc/self/exe", actions, &attributes, words, environment)
              : EINVAL;
    posix_spawnattr_destroy(&attributes);
    free(setting);
    free(word);
    return cause;
}
