/* Effect. The log: one logfmt line a request, and lines of their own for what an operator should
 * know. To syslog (identifier "feishu"), or to standard error. Never a secret, a token or what
 * people wrote. */
#ifndef FEISHU_LOG_H
#define FEISHU_LOG_H

#include <stdint.h>

#include "buf.h"
#include "config.h"

struct log {
    enum config_log target;
    struct buf line; /* the request's fields so far */
    struct buf held; /* whole lines for standard error, which wait for the request's line */
};

#define LOG_INIT                                                                                   \
    {                                                                                              \
        CONFIG_LOG_SYSLOG, BUF_INIT(8192), BUF_INIT(65536)                                         \
    }

/* Adds key=value to the request's line, quoted where needed; an empty value is left out, and of a
 * very long one the rest. */
void log_field(struct log *log, const char *key, const char *value);
void log_number(struct log *log, const char *key, int64_t value);

/* Writes the request's line, after those held, and forgets it. To be called after the answer: hosts
 * take what comes on standard error before it for a part of it. */
void log_write(struct log *log);

/* A line of its own: level=error and the formatted text. To syslog at once; for standard error it
 * is held until log_write. */
void log_error(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line of its own about something that a person did: to syslog with the identifier
 * "feishu-audit", else to standard error as level=audit. */
struct log_deed {
    const char *who;    /* open_id */
    const char *name;   /* as people know them, or "" */
    const char *what;   /* "silence-1h" */
    const char *where;  /* the chat */
    const char *about;  /* the incident's title, or the matchers */
    const char *result; /* "done", or why not */
};
void log_audit(struct log *log, const struct log_deed *deed);

/* Frees the lines. */
void log_release(struct log *log);

#endif
