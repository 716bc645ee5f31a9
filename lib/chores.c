#include "chores.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "error.h"
#include "memory.h"
#include "self.h"
#include "service.h"
#include "store.h"
#include "tick.h"
#include "unfinished.h"
#include "watchdog.h"

enum { TICK_MS = 50000 }; /* after that no further card is begun */

void chores(struct service *service, bool clean)
{
    struct error error = ERROR_INIT;
    const int64_t deadline_ms = clock_steady_ms() + TICK_MS;
    unfinished_sweep(service);
    tick_if_due(service, deadline_ms);
    if (clean)
        (void)store_clean(service->store, clock_wall_ms(), &error);
}

/* Standard error stays: it is the log's. */
static bool set_files(posix_spawn_file_actions_t *actions)
{
    return posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) ==
               0 &&
           posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) == 0;
}

bool chores_start(const char *config_path, struct error *error)
{
    posix_spawn_file_actions_t actions;
    memory_check(posix_spawn_file_actions_init(&actions) == 0 ? &actions : NULL);
    const int cause = set_files(&actions) ? self_start(CHORES_NAME, config_path, &actions) : EMFILE;
    posix_spawn_file_actions_destroy(&actions);
    return cause == 0 ||
           error_set(error, ERROR_INTERNAL, "no process for chores: %s", strerror(cause));
}

int chores_main(void)
{
    struct config config;
    struct service service;
    struct log log = LOG_INIT;
    struct error error = ERROR_INIT;
    const char *config_path = getenv("FEISHU_CONFIG");
    (void)signal(SIGPIPE, SIG_IGN);
    watchdog_limit(CHORES_LIMIT_S);
    /* What is wrong with the configuration, every request says. */
    if (config_path == NULL || !config_load(config_path, &config, &error))
        return EXIT_FAILURE;
    log.target = config.log;
    service_open(&service, &config, config_path);
    service_begin(&service, &log, clock_steady_ms());
    chores(&service, true);
    log_write(&log);
    service_close(&service);
    config_release(&config);
    log_release(&log);
    return EXIT_SUCCESS;
}
