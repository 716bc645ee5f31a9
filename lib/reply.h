/* Pure. The answer to one HTTP request, and its exact bytes. */
#ifndef FEISHU_REPLY_H
#define FEISHU_REPLY_H

#include <stdint.h>

#include "buf.h"

struct error;

struct reply {
    int status;
    const char *allow;     /* the Allow header of a 405; else NULL */
    int64_t retry_after_s; /* of a 503; 0: as Feishu comes again anyway */
    struct buf body;       /* JSON */
    const char *reason;    /* for the log; borrowed, static or in `detail` */
    char detail[256];
};

#define REPLY_INIT                                                                                 \
    {                                                                                              \
        0, NULL, 0, BUF_INIT(1 << 20), "", ""                                                      \
    }

/* Sets status and reason; the body is the small JSON object of that status ({} for 200) that tells
 * a client nothing more. reason is copied. */
void reply_set(struct reply *reply, int status, const char *reason);

/* 200 with {"challenge": …} or {"message_id": …}. */
void reply_set_challenge(struct reply *reply, const char *challenge);
void reply_set_message(struct reply *reply, const char *message_id);

/* The one mapping from kinds of errors to statuses; the error's text is the reason. */
void reply_set_error(struct reply *reply, const struct error *error);

/* Appends the CGI answer: status line, headers, body. */
void reply_render(const struct reply *reply, struct buf *out);

/* Frees the body. */
void reply_release(struct reply *reply);

#endif
