/* Effect. Reads one CGI request: the variables it needs and the whole body. */
#ifndef FEISHU_REQUEST_H
#define FEISHU_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* Where a request comes from: the process's own environment and standard input, or FastCGI. */
struct request_source {
    void *context;
    /* A variable's value, or NULL. Borrowed: lives as long as the request. */
    const char *(*variable)(void *context, const char *name);
    /* Reads up to len bytes of the body; 0 at its end, negative on failure. */
    long (*read)(void *context, char *data, size_t len);
};

enum request_length {
    REQUEST_LENGTH_ABSENT,  /* no CONTENT_LENGTH */
    REQUEST_LENGTH_INVALID, /* not a number */
    REQUEST_LENGTH_WRONG,   /* fewer or more bytes came than it says */
    REQUEST_LENGTH_RIGHT
};

struct request {
    const char *method;    /* these are "" when absent, and borrowed from the source */
    const char *path;      /* PATH_INFO; "/event" when empty or "/" */
    const char *peer;      /* REMOTE_ADDR */
    const char *timestamp; /* X-Lark-Request-Timestamp */
    const char *nonce;     /* X-Lark-Request-Nonce */
    const char *signature; /* X-Lark-Signature */
    const char *content_type;
    const char *authorization;     /* the header, as it came */
    const char *grafana_signature; /* X-Grafana-Alerting-Signature */
    const char *grafana_timestamp; /* X-Grafana-Alerting-Timestamp */
    const char *config_path;       /* FEISHU_CONFIG: the web server says which bot is asked */
    struct buf body;               /* at most the limit given to request_read_body */
    enum request_length length;
    uint64_t content_length; /* what CONTENT_LENGTH says, if it is a number */
    int64_t started_ms;      /* clock_steady_ms when the request began */
    char id[17];             /* random, for the log */
};

/* The source of a CGI process: getenv and file descriptor 0. */
struct request_source request_source_cgi(void);

/* Begins with what the variables say; CONTENT_LENGTH is taken to be right until the body is read.
 * started_ms as above. Caller releases. */
void request_begin(const struct request_source *source, int64_t started_ms,
                   struct request *request);

/* Then reads the body to its end, even beyond max_body bytes, which alone are kept. */
void request_read_body(const struct request_source *source, size_t max_body,
                       struct request *request);

/* Frees the body. */
void request_release(struct request *request);

#endif
