#include "alertmanager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alertmanager_call.h"
#include "buf.h"
#include "error.h"
#include "matcher.h"
#include "memory.h"
#include "timestamp.h"
#include "tree.h"

enum { URL_MAX = 16384 };

/* A GET whose answer must be an array. */
static enum alertmanager_outcome list(const struct config_alertmanager *alertmanager,
                                      const char *path, int64_t deadline_ms,
                                      struct json_object **array, struct error *error)
{
    const struct alertmanager_call call = { .method = "GET", .path = path };
    const enum alertmanager_outcome outcome =
        alertmanager_call(alertmanager, &call, deadline_ms, array, error);
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
    const struct alertmanager_call call = { .method = "GET", .path = "/api/v2/status" };
    enum alertmanager_outcome outcome =
        alertmanager_call(alertmanager, &call, deadline_ms, &status, error);
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
    const struct alertmanager_call call = { "POST", "/api/v2/silences", &body };
    const enum alertmanager_outcome outcome =
        alertmanager_call(alertmanager, &call, deadline_ms, &answer, error);
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

/* What became of a silence that was to end: an answer was lost, or it is an error of the server's,
 * which is also what is said of an unknown one. */
static enum alertmanager_outcome find_ended(const struct config_alertmanager *alertmanager,
                                            const char *path, int64_t deadline_ms,
                                            struct error *error)
{
    struct json_object *silence;
    struct error cause = ERROR_INIT;
    const struct alertmanager_call call = { "GET", path, NULL };
    enum alertmanager_outcome outcome =
        alertmanager_call(alertmanager, &call, deadline_ms, &silence, &cause);
    const char *state = tree_text(tree_object(silence, "status"), "state");
    if (outcome == ALERTMANAGER_DONE && (state == NULL || strcmp(state, "expired") != 0))
        outcome = ALERTMANAGER_UNKNOWN;
    else if (outcome == ALERTMANAGER_UNREACHED)
        outcome = ALERTMANAGER_UNKNOWN;
    else if (outcome == ALERTMANAGER_REFUSED)
        *error = cause;
    tree_free(silence);
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
    const struct alertmanager_call call = { "DELETE", buf_text(&path), NULL };
    enum alertmanager_outcome outcome =
        alertmanager_call(alertmanager, &call, deadline_ms, &answer, error);
    if (outcome == ALERTMANAGER_UNKNOWN)
        outcome = find_ended(alertmanager, buf_text(&path), deadline_ms, error);
    tree_free(answer);
    buf_release(&path);
    return outcome;
}
