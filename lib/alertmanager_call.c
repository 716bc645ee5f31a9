#include "alertmanager_call.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "http.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

enum { QUOTE_MAX = 120 /* bytes of an answer in an error */ };

#define TRUSTED "/etc/ssl/certs"

/* A call to one address. */
struct attempt {
    const struct config_alertmanager *alertmanager;
    const struct alertmanager_call *call;
    const char *address;
    const char *basic; /* "Authorization: Basic …", or NULL */
    int64_t deadline_ms;
};

/* "Authorization: Basic …", or NULL if there is no user. Caller wipes and frees. */
static char *make_basic(const struct config_alertmanager *alertmanager)
{
    struct buf pair = BUF_INIT(4096);
    struct buf coded = BUF_INIT(8192);
    if (alertmanager->user[0] == '\0')
        return NULL;
    buf_add_format(&pair, "%s:", alertmanager->user);
    if (secret_is_set(&alertmanager->password))
        buf_add(&pair, alertmanager->password.data, alertmanager->password.len);
    cipher_base64(buf_text(&pair), pair.len, &coded);
    char *header = memory_format("Authorization: Basic %s", buf_text(&coded));
    buf_wipe(&pair);
    buf_wipe(&coded);
    return header;
}

static bool changes(const struct alertmanager_call *call)
{
    return strcmp(call->method, "GET") != 0;
}

static enum http_outcome send(const struct attempt *attempt, struct http_response *response,
                              struct error *error)
{
    const struct buf *body = attempt->call->body;
    const struct secret *bearer = &attempt->alertmanager->bearer;
    const char *const headers[] = { attempt->basic, NULL };
    char *url = memory_format("%s%s", attempt->address, attempt->call->path);
    const struct http_request request = {
        .method = attempt->call->method,
        .url = url,
        .bearer = secret_is_set(bearer) ? bearer->data : NULL,
        .body = body == NULL ? NULL : buf_text(body),
        .body_len = body == NULL ? 0 : body->len,
        .headers = headers,
    };
    struct http *http = http_open(TRUSTED, "", true);
    const enum http_outcome outcome =
        http->send(http, &request, attempt->deadline_ms, response, error);
    http_close(http);
    free(url);
    return outcome;
}

/* Whether the text has what we are known by: a proxy can quote the request that it refuses. */
static bool holds_secret(const struct attempt *attempt, const char *text)
{
    const struct secret *password = &attempt->alertmanager->password;
    const struct secret *bearer = &attempt->alertmanager->bearer;
    return (secret_is_set(password) && strstr(text, password->data) != NULL) ||
           (secret_is_set(bearer) && strstr(text, bearer->data) != NULL) ||
           (attempt->basic != NULL && strstr(text, strrchr(attempt->basic, ' ') + 1) != NULL);
}

/* Tells of an answer that is none of success, with its beginning in one line. */
static void quote(const struct attempt *attempt, const struct http_response *response,
                  struct error *error)
{
    char *line = text_line(buf_text(&response->body), response->body.len);
    const bool quotable = !holds_secret(attempt, line);
    line[quotable ? text_cut(line, strlen(line), QUOTE_MAX) : 0] = '\0';
    (void)error_set(error, ERROR_REFUSED, "Alertmanager answers %d%s%s", response->status,
                    line[0] == '\0' ? "" : ": ", line);
    free(line);
}

/* What an answer means; *tree gets its JSON if it was a success with any. */
static enum alertmanager_outcome judge(const struct attempt *attempt,
                                       const struct http_response *response,
                                       struct json_object **tree, struct error *error)
{
    struct error cause = ERROR_INIT;
    const bool may_be_done = changes(attempt->call);
    if (response->status == 200) {
        *tree = tree_parse(buf_text(&response->body), response->body.len, &cause);
        if (*tree != NULL || may_be_done)
            return ALERTMANAGER_DONE;
        (void)error_set(error, ERROR_NETWORK, "Alertmanager's answer is no JSON");
        return ALERTMANAGER_UNREACHED;
    }
    quote(attempt, response, error);
    if (response->status < 500)
        return ALERTMANAGER_REFUSED;
    return may_be_done ? ALERTMANAGER_UNKNOWN : ALERTMANAGER_UNREACHED;
}

static enum alertmanager_outcome make(const struct attempt *attempt, struct json_object **tree,
                                      struct error *error)
{
    struct http_response response = HTTP_RESPONSE_INIT;
    enum alertmanager_outcome result = ALERTMANAGER_UNREACHED;
    const enum http_outcome outcome = send(attempt, &response, error);
    if (outcome == HTTP_ANSWERED)
        result = judge(attempt, &response, tree, error);
    else if (outcome == HTTP_CUT && changes(attempt->call))
        result = ALERTMANAGER_UNKNOWN;
    buf_wipe(&response.body);
    return result;
}

enum alertmanager_outcome alertmanager_call(const struct config_alertmanager *alertmanager,
                                            const struct alertmanager_call *call,
                                            int64_t deadline_ms, struct json_object **tree,
                                            struct error *error)
{
    const struct config_list *urls = &alertmanager->urls;
    enum alertmanager_outcome result = ALERTMANAGER_UNREACHED;
    struct error cause = ERROR_INIT;
    char *header = make_basic(alertmanager);
    struct attempt attempt = { .alertmanager = alertmanager, .call = call, .basic = header };
    *tree = NULL;
    for (size_t i = 0; i < urls->count && result == ALERTMANAGER_UNREACHED; i++) {
        const int64_t now_ms = clock_steady_ms();
        cause = (struct error)ERROR_INIT;
        attempt.address = urls->items[i];
        attempt.deadline_ms = now_ms + (deadline_ms - now_ms) / (int64_t)(urls->count - i);
        result = make(&attempt, tree, &cause);
    }
    if (header != NULL)
        explicit_bzero(header, strlen(header));
    free(header);
    if (result != ALERTMANAGER_DONE)
        (void)error_set(error, cause.kind, "%s", cause.text);
    return result;
}
