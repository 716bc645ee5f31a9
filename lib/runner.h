/* Effect. The process of its own that runs one folder command: how it is started, and its main. It
 * is this same program executed under another name, so that it shares nothing with who started it
 * but the descriptors it is given. It alone posts what the command's message gets: first, if the
 * command takes long, that it is running; then its result. */
#ifndef FEISHU_RUNNER_H
#define FEISHU_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "delivery.h"

struct error;
struct job;

#define RUNNER_NAME "feishu-runner" /* argv[0] of the internal mode */

/* Where a runner finds the descriptors it is given. */
enum {
    RUNNER_JOB = 0, /* the job as JSON */
    RUNNER_EXECUTABLE = 3,
    RUNNER_LIFE,
    RUNNER_SLOT,
    RUNNER_REPORT, /* where it writes the id of the first message it posts */
    RUNNER_FIRST_FREE,
    RUNNER_JOB_MAX = 4 << 20 /* bytes of a job */
};

/* Descriptors that the runner takes over; the caller closes its own. */
struct runner_files {
    int executable; /* the command, opened and checked */
    int life;       /* the lock that shows that the runner lives */
    int slot;       /* the lock of one of the places for commands */
};

/* Starts a runner for the job. Returns a descriptor for runner_wait (caller closes), or -1 with
 * ERROR_INTERNAL: then nothing was started. config_path is where it finds its configuration. */
int runner_start(const struct job *job, const struct runner_files *files, const char *config_path,
                 struct error *error) __attribute__((warn_unused_result));

/* Waits until deadline_ms (clock_steady_ms) for the id of the first message the runner posts; "" if
 * none is posted by then. */
void runner_wait(int file, int64_t deadline_ms, char message_id[static DELIVERY_ID_LEN]);

/* The whole life of a runner. Returns its exit status. */
int runner_main(void);

#endif
