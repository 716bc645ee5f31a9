#include "alertmanager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "config.h"
#include "error.h"
#include "http.h"
#include "matcher.h"
#include "memory.h"
#include "timestamp.h"
#include "tree.h"

enum { URL_MAX = 16384 };

#define TRUSTED "/etc/ssl/certs"

/* "Authorization: Basic …", or NULL if there is no user. Caller wipes and frees. */
static char *basic(const struct config_alertmanager *alertmanager)
{
    struct buf pair = BUF_INIT(1024);
    struct buf coded = BUF_INIT(2048);
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

/* One request to one address. */
static enum http_outcome send(const struct config_alertmanager *alertmanager, const char *address,
                              const char *method, const char *path, const struct buf *body,
                              int64_t deadline_ms, struct http_response *response,
                              struct error *error)
{
    char *url = memory_format("%s%s", address, path);
    char *header = basic(alertmanager);
    const char *const headers[] = { header, NULL };
    const struct http_request request = {
        .method = method,
        .url = url,
        .bearer = secret_is_set(&alertmanager->bearer) ? alertmanager->bearer.data : NULL,
        .body = body == NULL ? NULL : buf_text(body),
        .body_len = body == NULL ? 0 : body->len,
        .headers = headers,
    };
    struct http *http = http_open(TRUSTED, "", true);
    const enum http_outcome outcome = http->send(http, &request, deadline_ms, response, error);
    http_close(http);
    if (header != NULL)
        explicit_bzero(header, strlen(header));
    free(header);
    free(url);
    return outcome;
}

/* What an answer means; *tree gets its JSON if it was a success with any. */
static enum alertmanager_outcome judge(const struct http_response *response,
                                       struct json_object **tree, struct error *error)
{
    struct error cause = ERROR_INIT;
    if (response->status == 200) {
        *tree = tree_parse(buf_text(&response->body), response->body.len, &cause);
        return ALERTMANAGER_DONE;
    }
    (void)error_set(error, ERROR_REFUSED, "Alertmanager answers %d: %.*s", response->status, 120,
                    buf_text(&response->body));
    return response->status >= 500 ? ALERTMANAGER_UNKNOWN : ALERTMANAGER_REFUSED;
}

/* Tries the addresses in turn until one answers, or a request that changes something may have
 * arrived. */
static enum alertmanager_outcome call(const struct config_alertmanager *alertmanager,
                                      const char *method, const char *path, const struct buf *body,
                                      int64_t deadline_ms, struct json_object **tree,
                                      struct error *error)
{
    const bool changes = strcmp(method, "GET") != 0;
    enum alertmanager_outcome result = ALERTMANAGER_UNREACHED;
    *tree = NULL;
    for (size_t i = 0; i < alertmanager->urls.count; i++) {
        struct http_response response = HTTP_RESPONSE_INIT;
        struct error cause = ERROR_INIT;
        const enum http_outcome outcome = send(alertmanager, alertmanager->urls.items[i], method,
                                               path, body, deadline_ms, &response, &cause);
        if (outcome == HTTP_ANSWERED)
            result = judge(&response, tree, &cause);
        else
            result = outcome == HTTP_CUT && changes ? ALERTMANAGER_UNKNOWN : ALERTMANAGER_UNREACHED;
        buf_wipe(&response.body);
        if (result == ALERTMANAGER_DONE)
            return result;
        (void)error_set(error, cause.kind, "%s", cause.text);
        if (result == ALERTMANAGER_REFUSED || (result == ALERTMANAGER_UNKNOWN && changes))
            return result;
    }
    return result;
}

/* The same for an answer that must be an array. */
static enum alertmanager_outcome list(const struct config_alertmanager *alertmanager,
                                      const char *path, int64_t deadline_ms,
                                      struct json_object **array, struct error *error)
{
    const enum alertmanager_outcome outcome =
        call(alertmanager, "GET", path, NULL, deadline_ms, array, error);
    if (outcome != ALERTMANAGER_DONE || tree_is_array(*array))
        return outcome;
    tree_free(*array);
    *array = NULL;
    (void)error_set(error, ERROR_NETWORK, "Alertmanager's answer is no list");
    return ALERTMANAGER_UNREACHED;
}

/* Appends text as a value of a query. */
static void add_escaped(struct buf *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr(plain, *at) != NULL)
            buf_add(out, at, 1);
        else
            buf_add_format(out, "%%%02X", (unsigned)(unsigned char)*at);
    }
}

enum alertmanager_outcome alertmanager_alerts(const struct config_alertmanager *alertmanager,
                                              const struct matcher *matchers, size_t count,
                                              int64_t deadline_ms, struct json_object **alerts,
                                              struct error *error)
{
    struct buf path = BUF_INIT(URL_MAX);
    buf_add_text(&path, "/api/v2/alerts?active=true&silenced=true&inhibited=true");
    for (size_t i = 0; i < count; i++) {
        struct buf matcher = BUF_INIT(URL_MAX);
        matcher_print(&matchers[i], &matcher);
        buf_add_text(&path, "&filter=");
        add_escaped(&path, buf_text(&matcher));
        buf_release(&matcher);
    }
    *alerts = NULL;
    const enum alertmanager_outcome outcome =
        path.failed ? ALERTMANAGER_REFUSED
                    : list(alertmanager, buf_text(&path), deadline_ms, alerts, error);
    if (path.failed)
        (void)error_set(error, ERROR_INVALID, "too many matchers");
    buf_release(&path);
    return outcome;
}

static const char *state_of(struct json_object *silence)
{
    const char *state = tree_text(tree_object(silence, "status"), "state");
    return state == NULL ? "" : state;
}

enum alertmanager_outcome alertmanager_silences(const struct config_alertmanager *alertmanager,
                                                int64_t deadline_ms, struct json_object **silences,
                                                struct error *error)
{
    struct json_object *all;
    const enum alertmanager_outcome outcome =
        list(alertmanager, "/api/v2/silences", deadline_ms, &all, error);
    *silences = outcome == ALERTMANAGER_DONE ? tree_new_array() : NULL;
    for (size_t i = 0; i < tree_count(all); i++) {
        if (strcmp(state_of(tree_at(all, i)), "expired") != 0)
            tree_append(*silences, tree_share(tree_at(all, i)));
    }
    tree_free(all);
    return outcome;
}

enum alertmanager_outcome alertmanager_started(const struct config_alertmanager *alertmanager,
                                               int64_t deadline_ms, int64_t *started_ms,
                                               struct error *error)
{
    struct json_object *status;
    enum alertmanager_outcome outcome =
        call(alertmanager, "GET", "/api/v2/status", NULL, deadline_ms, &status, error);
    const char *uptime = tree_text(status, "uptime"); /* it is called so, and is a moment */
    if (outcome == ALERTMANAGER_DONE && (uptime == NULL || !timestamp_read(uptime, started_ms))) {
        (void)error_set(error, ERROR_NETWORK, "Alertmanager does not tell when it began");
        outcome = ALERTMANAGER_UNREACHED;
    }
    tree_free(status);
    return outcome;
}

static void take_id(struct json_object *object, const char *key,
                    char id[static ALERTMANAGER_ID_LEN])
{
    const char *text = tree_text(object, key);
    if (text != NULL && strlen(text) < ALERTMANAGER_ID_LEN)
        (void)snprintf(id, ALERTMANAGER_ID_LEN, "%s", text);
}

enum alertmanager_outcome alertmanager_silence(const struct config_alertmanager *alertmanager,
                                               const struct alertmanager_silence *silence,
                                               int64_t deadline_ms,
                                               char id[static ALERTMANAGER_ID_LEN],
                                               struct error *error)
{
    char starts[TIMESTAMP_LEN];
    char ends[TIMESTAMP_LEN];
    struct json_object *answer;
    struct json_object *tree = tree_new_object();
    struct json_object *matchers = tree_new_array();
    struct buf body = BUF_INIT(1 << 20);
    timestamp_print(silence->starts_ms, starts);
    timestamp_print(silence->ends_ms, ends);
    for (size_t i = 0; i < silence->matcher_count; i++)
        tree_append(matchers, matcher_tree(&silence->matchers[i]));
    tree_set(tree, "matchers", matchers);
    tree_set_text(tree, "startsAt", starts);
    tree_set_text(tree, "endsAt", ends);
    tree_set_text(tree, "createdBy", silence->author);
    tree_set_text(tree, "comment", silence->comment);
    tree_print(tree, &body);
    id[0] = '\0';
    const enum alertmanager_outcome outcome =
        call(alertmanager, "POST", "/api/v2/silences", &body, deadline_ms, &answer, error);
    take_id(answer, "silenceID", id);
    tree_free(answer);
    tree_free(tree);
    buf_release(&body);
    return outcome;
}

enum alertmanager_outcome alertmanager_find(const struct config_alertmanager *alertmanager,
                                            const char *text, int64_t deadline_ms,
                                            char id[static ALERTMANAGER_ID_LEN],
                                            struct error *error)
{
    struct json_object *silences;
    const enum alertmanager_outcome outcome =
        alertmanager_silences(alertmanager, deadline_ms, &silences, error);
    id[0] = '\0';
    for (size_t i = 0; i < tree_count(silences); i++) {
        const char *comment = tree_text(tree_at(silences, i), "comment");
        if (comment != NULL && strstr(comment, text) != NULL)
            take_id(tree_at(silences, i), "id", id);
    }
    tree_free(silences);
    return outcome;
}

enum alertmanager_outcome alertmanager_expire(const struct config_alertmanager *alertmanager,
                                              const char *id, int64_t deadline_ms,
                                              struct error *error)
{
    struct json_object *answer;
    struct buf path = BUF_INIT(URL_MAX);
    buf_add_text(&path, "/api/v2/silence/");
    add_escaped(&path, id);
    const enum alertmanager_outcome outcome =
        call(alertmanager, "DELETE", buf_text(&path), NULL, deadline_ms, &answer, error);
    tree_free(answer);
    buf_release(&path);
    return outcome;
}
