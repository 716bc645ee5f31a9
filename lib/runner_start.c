#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "error.h"
#include "job.h"
#include "memory.h"
#include "process.h"
#include "self.h"

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

/* Starts the runner with those descriptors. 0, or the number of the error. */
static int start(const int moved[static 5], const char *config_path)
{
    posix_spawn_file_actions_t actions;
    memory_check(posix_spawn_file_actions_init(&actions) == 0 ? &actions : NULL);
    const int cause =
        set_files(&actions, moved) ? self_start(RUNNER_NAME, config_path, &actions) : EMFILE;
    posix_spawn_file_actions_destroy(&actions);
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
        cause = start(moved, config_path);
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
