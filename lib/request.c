#include "request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cipher.h"
#include "number.h"

enum { ID_LEN = 8, DISCARD_LEN = 65536 };

static const char *cgi_variable(void *context, const char *name)
{
    (void)context;
    return getenv(name);
}

static long cgi_read(void *context, char *data, size_t len)
{
    (void)context;
    for (;;) {
        const ssize_t count = read(STDIN_FILENO, data, len);
        if (count >= 0 || errno != EINTR)
            return count;
    }
}

struct request_source request_source_cgi(void)
{
    return (struct request_source){ NULL, cgi_variable, cgi_read };
}

/* The variable's value; "" when absent. */
static const char *variable(const struct request_source *source, const char *name)
{
    const char *value = source->variable(source->context, name);
    return value == NULL ? "" : value;
}

static enum request_length read_length(const char *text, uint64_t *content_length)
{
    if (text[0] == '\0')
        return REQUEST_LENGTH_ABSENT;
    return number_parse(text, 0, UINT64_MAX, content_length) ? REQUEST_LENGTH_RIGHT
                                                             : REQUEST_LENGTH_INVALID;
}

void request_begin(const struct request_source *source, int64_t started_ms, struct request *request)
{
    *request = (struct request){
        .method = variable(source, "REQUEST_METHOD"),
        .path = variable(source, "PATH_INFO"),
        .peer = variable(source, "REMOTE_ADDR"),
        .timestamp = variable(source, "HTTP_X_LARK_REQUEST_TIMESTAMP"),
        .nonce = variable(source, "HTTP_X_LARK_REQUEST_NONCE"),
        .signature = variable(source, "HTTP_X_LARK_SIGNATURE"),
        .content_type = variable(source, "CONTENT_TYPE"),
        .authorization = variable(source, "HTTP_AUTHORIZATION"),
        .grafana_signature = variable(source, "HTTP_X_GRAFANA_ALERTING_SIGNATURE"),
        .grafana_timestamp = variable(source, "HTTP_X_GRAFANA_ALERTING_TIMESTAMP"),
        .config_path = variable(source, "FEISHU_CONFIG"),
        .started_ms = started_ms,
    };
    if (request->path[0] == '\0' || strcmp(request->path, "/") == 0)
        request->path = "/event";
    request->length = read_length(variable(source, "CONTENT_LENGTH"), &request->content_length);
    cipher_random_hex(request->id, ID_LEN);
}

/* Reads up to len bytes into the body itself; as the source's read. */
static long keep(const struct request_source *source, struct buf *body, size_t len)
{
    const long count = source->read(source->context, buf_reserve(body, len), len);
    if (count > 0)
        buf_extend(body, (size_t)count);
    return count;
}

void request_read_body(const struct request_source *source, size_t max_body,
                       struct request *request)
{
    char discarded[DISCARD_LEN];
    struct buf *body = &request->body;
    uint64_t total = 0;
    long count;
    size_t kept = max_body;
    if (request->length == REQUEST_LENGTH_RIGHT && request->content_length < max_body)
        kept = (size_t)request->content_length;
    *body = (struct buf)BUF_INIT(kept);
    do {
        count = body->len < kept ? keep(source, body, kept - body->len)
                                 : source->read(source->context, discarded, sizeof(discarded));
        if (count > 0)
            total += (uint64_t)count;
    } while (count > 0);
    if (request->length == REQUEST_LENGTH_RIGHT && total != request->content_length)
        request->length = REQUEST_LENGTH_WRONG;
}

void request_release(struct request *request)
{
    buf_release(&request->body);
}
