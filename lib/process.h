/* Effect. Runs one program to its end, within limits, and keeps what it prints. */
#ifndef FEISHU_PROCESS_H
#define FEISHU_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

struct error;

enum {
    PROCESS_OUTPUT_MAX = 64 * 1024, /* bytes kept of standard output: its beginning */
    PROCESS_ERRORS_MAX = 2 * 1024   /* bytes kept of standard error: its end */
};

struct process {
    int executable;     /* descriptor of the file to run; its own copy stays open in the program */
    char *const *words; /* argv */
    char *const *environment;
    const char *input; /* standard input: all of it is there from the start */
    size_t input_len;
    int64_t timeout_ms; /* then the whole process group gets SIGTERM, and soon SIGKILL */
    int64_t notice_ms;  /* clock_steady_ms at which notice is called if it still runs */
    int64_t (*notice)(void *context); /* returns when to call it again; INT64_MAX: never; or NULL */
    void *context;
};

struct process_end {
    struct buf output;
    uint64_t output_left_out; /* bytes of standard output that were not kept */
    struct buf errors;
    bool timed_out;
    int status; /* as of waitpid */
};

#define PROCESS_END_INIT                                                                           \
    {                                                                                              \
        BUF_INIT(PROCESS_OUTPUT_MAX), 0, BUF_INIT(2 * PROCESS_ERRORS_MAX), false, 0                \
    }

/* Runs the process: without core dumps, at most 512 MiB of data, 256 open files, 512 processes of
 * this user, and as many seconds of processor time as all processors have while it may last. It is
 * killed if we are. When it ends, so does whatever is left of its process group. A program that
 * cannot be executed ends with status 127 and the reason among its errors. False with
 * ERROR_INTERNAL if no process could be made. Caller releases end. */
bool process_run(const struct process *process, struct process_end *end, struct error *error)
    __attribute__((warn_unused_result));

/* Frees the buffers. */
void process_end_release(struct process_end *end);

/* A descriptor from which text can be read once from its start, or -1. Close-on-exec. */
int process_text(const char *text, size_t len);

#endif
