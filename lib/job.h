/* Pure. A folder command to be run: what the process that answers the event hands to the runner. */
#ifndef FEISHU_JOB_H
#define FEISHU_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command_line.h"

struct buf;
struct error;
struct event;
struct json_object;

struct job {
    const char *key;        /* of its record in the store */
    const char *message_id; /* to reply to */
    const char *chat_id;
    const char *sender_id;
    struct command_line line; /* words[0] is the command's name */
    int64_t timeout_ms;
    int64_t started_ms; /* clock_steady_ms when the request began */
    struct json_object *event;
    struct json_object *tree; /* what all of this is borrowed from, but for the line's array */
};

/* Appends the job as JSON. */
void job_print(const struct job *job, struct buf *out);

/* Reads it again. On success the caller releases the job. */
bool job_parse(const char *text, size_t len, struct job *job, struct error *error)
    __attribute__((warn_unused_result));

/* Frees the tree and the line. Not for jobs that were put together by hand. */
void job_release(struct job *job);

#endif
