#include "reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "tree.h"

/* Every status that is answered. The first stands for those that are not here. */
static const struct status {
    int code;
    const char *name;
    const char *body;
} statuses[] = {
    { 500, "Internal Server Error", "{\"error\":\"internal error\"}" },
    { 200, "OK", "{}" },
    { 400, "Bad Request", "{\"error\":\"bad request\"}" },
    { 401, "Unauthorized", "{\"error\":\"unauthorized\"}" },
    { 404, "Not Found", "{\"error\":\"not found\"}" },
    { 405, "Method Not Allowed", "{\"error\":\"method not allowed\"}" },
    { 411, "Length Required", "{\"error\":\"length required\"}" },
    { 413, "Content Too Large", "{\"error\":\"too large\"}" },
    { 502, "Bad Gateway", "{\"error\":\"no answer\"}" }, /* the web server's, for the log */
    { 503, "Service Unavailable", "{\"error\":\"try again\"}" },
};

static const int error_statuses[] = {
    [ERROR_NONE] = 500,    [ERROR_INVALID] = 400,  [ERROR_UNAUTHENTICATED] = 401,
    [ERROR_CONFIG] = 500,  [ERROR_STORE] = 503,    [ERROR_NETWORK] = 503,
    [ERROR_REFUSED] = 200, [ERROR_INTERNAL] = 500,
};

/* Seconds after which the platform comes again of its own accord. */
enum { RETRY_AFTER_S = 15 };

static const struct status *find_status(int code)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (statuses[i].code == code)
            return &statuses[i];
    }
    return &statuses[0];
}

void reply_set(struct reply *reply, int status, const char *reason)
{
    const struct status *found = find_status(status);
    const size_t len = strnlen(reason, sizeof(reply->detail) - 1);
    memmove(reply->detail, reason, len); /* the reason may be the present one */
    reply->detail[len] = '\0';
    reply->reason = reply->detail;
    reply->status = found->code;
    buf_clear(&reply->body);
    buf_add_text(&reply->body, found->body);
}

/* 200 with an object of one text. */
static void set_text(struct reply *reply, const char *key, const char *value, const char *reason)
{
    struct json_object *object = tree_new_object();
    tree_set_text(object, key, value);
    reply_set(reply, 200, reason);
    buf_clear(&reply->body);
    tree_print(object, &reply->body);
    tree_free(object);
    if (reply->body.failed)
        reply_set(reply, 500, "the answer is too long");
}

void reply_set_challenge(struct reply *reply, const char *challenge)
{
    set_text(reply, "challenge", challenge, "challenge");
}

void reply_set_message(struct reply *reply, const char *message_id)
{
    set_text(reply, "message_id", message_id, "answered");
}

void reply_set_error(struct reply *reply, const struct error *error)
{
    reply_set(reply, error_statuses[error->kind], error->text);
}

void reply_render(const struct reply *reply, struct buf *out)
{
    const struct status *status = find_status(reply->status);
    const bool complete = status->code == reply->status && !reply->body.failed;
    const char *body = complete ? buf_text(&reply->body) : statuses[0].body;
    const size_t body_len = complete ? reply->body.len : strlen(body);
    if (!complete)
        status = &statuses[0];
    buf_add_format(out,
                   "Status: %d %s\r\n"
                   "Content-Type: application/json; charset=utf-8\r\n"
                   "Content-Length: %zu\r\n"
                   "Cache-Control: no-store\r\n",
                   status->code, status->name, body_len);
    if (status->code == 405 && reply->allow != NULL)
        buf_add_format(out, "Allow: %s\r\n", reply->allow);
    if (status->code == 503)
        buf_add_format(out, "Retry-After: %" PRId64 "\r\n",
                       reply->retry_after_s > 0 ? reply->retry_after_s : RETRY_AFTER_S);
    buf_add_text(out, "\r\n");
    buf_add(out, body, body_len);
}

void reply_release(struct reply *reply)
{
    buf_release(&reply->body);
}
