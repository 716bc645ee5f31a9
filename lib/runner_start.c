#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "error.h"
#include "job.h"
#include "memory.h"
#include "process.h"

/* A high copy of the descriptor, out of the way of those the runner has. -1 on failure. */
static int above(int file)
{
    return fcntl(file, F_DUPFD_CLOEXEC, RUNNER_FIRST_FREE + 10);
}

/* What the spawned process has open: moved[i] as i-th of the descriptors above. */
static bool set_files(posix_spawn_file_actions_t *actions, const int moved[static 5])
{
    static const int targets[] = { RUNNER_JOB, RUNNER_EXECUTABLE, RUNNER_LIFE, RUNNER_SLOT,
                                   RUNNER_REPORT };
    bool done = true;
    for (size_t i = 0; i < 5; i++)
        done = done && moved[i] >= 0 &&
               posix_spawn_file_actions_adddup2(actions, moved[i], targets[i]) == 0;
    return done &&
           posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) ==
               0 &&
           posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ==
               0 &&
           posix_spawn_file_actions_addclosefrom_np(actions, RUNNER_FIRST_FREE) == 0;
}

/* Executes this program as a runner: in a session of its own, with every signal as usual, whatever
 * the host ignores, and with nothing of our environment, which a client has a part in. 0, or
 * the number of the error. */
static int spawn(const int moved[static 5], const char *config_path)
{
    char *setting = memory_format("FEISHU_CONFIG=%s", config_path);
    char name[] = RUNNER_NAME;
    char *words[] = { name, NULL };
    char *environment[] = { setting, NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    pid_t pid;
    sigemptyset(&none);
    sigfillset(&all);
    memory_check(posix_spawn_file_actions_init(&actions) == 0 ? &actions : NULL);
    memory_check(posix_spawnattr_init(&attributes) == 0 ? &attributes : NULL);
    bool ready = set_files(&actions, moved) &&
                 posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                                           POSIX_SPAWN_SETSIGDEF) == 0 &&
                 posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
                 posix_spawnattr_setsigdefault(&attributes, &all) == 0;
    int cause = ready
                    ? posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, words, environment)
                    : EMFILE;
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    free(setting);
    return cause;
}

int runner_start(const struct job *job, const struct runner_files *files, const char *config_path,
                 struct error *error)
{
    struct buf text = BUF_INIT(RUNNER_JOB_MAX);
    int report[2] = { -1, -1 };
    job_print(job, &text);
    int input = text.failed ? -1 : process_text(buf_text(&text), text.len);
    bool ready = input >= 0 && pipe2(report, O_CLOEXEC) == 0;
    int cause = text.failed ? EFBIG : errno;
    const int moved[] = { above(input), above(files->executable), above(files->life),
                          above(files->slot), above(report[1]) };
    if (ready)
        cause = spawn(moved, config_path);
    for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
        if (moved[i] >= 0)
            close(moved[i]);
    }
    if (input >= 0)
        close(input);
    if (report[1] >= 0)
        close(report[1]);
    buf_release(&text);
    if (ready && cause == 0)
        return report[0];
    error_set(error, ERROR_INTERNAL, "no runner: %s", strerror(cause));
    if (report[0] >= 0)
        close(report[0]);
    return -1;
}

void runner_wait(int file, int64_t deadline_ms, char message_id[static DELIVERY_ID_LEN])
{
    struct pollfd wait = { file, POLLIN, 0 };
    int64_t left_ms = deadline_ms - clock_steady_ms();
    ssize_t count = 0;
    /* The id is written at once and is shorter than what a pipe takes at once. */
    if (left_ms > 0 && poll(&wait, 1, (int)left_ms) == 1)
        count = read(file, message_id, DELIVERY_ID_LEN - 1);
    message_id[count > 0 ? count : 0] = '\0';
}
