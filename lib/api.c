#include "api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "http.h"
#include "memory.h"
#include "store.h"
#include "text.h"
#include "tree.h"

enum {
    TOKEN_MAX = 1024,     /* bytes; no buffer for a token takes more */
    TOKEN_EARLY_S = 180,  /* before its end a token counts as over */
    TOKEN_LIFE_S = 7200,  /* no token of the platform lives longer */
    SAID_MAX = 4096,      /* bytes of a text that are looked at */
    HIDDEN_MIN = 8,       /* bytes: anything shorter is a word of a sentence and no secret */
    REQUEST_MAX = 1 << 20 /* bytes of a request's body */
};

static const char token_path[] = "/open-apis/auth/v3/tenant_access_token/internal";

static void answer_reset(struct api_answer *answer)
{
    *answer = (struct api_answer)API_ANSWER_INIT;
}

/* Puts asterisks over each place where text has the word. */
static void hide(char *text, const char *word)
{
    size_t len = word == NULL ? 0 : strlen(word);
    if (len < HIDDEN_MIN)
        return;
    for (char *found = strstr(text, word); found != NULL; found = strstr(found, word))
        memset(found, '*', len);
}

/* Sets answer.text to one clean line that fits. What a server or library says may hold what it was
 * sent: the secrets are hidden before the line is cut, lest a part of one is left at its end. */
static void set_text(const struct api *api, const char *bearer, const char *said,
                     struct api_answer *answer)
{
    char *line = text_clean(said, strnlen(said, SAID_MAX));
    for (char *at = line; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\t')
            *at = ' ';
    }
    hide(line, bearer);
    hide(line, api->app->secret.data);
    size_t len = text_cut(line, strlen(line), sizeof(answer->text) - 1);
    memcpy(answer->text, line, len);
    answer->text[len] = '\0';
    free(line);
}

/* The class and text of an answer that was understood. */
static void read_code(const struct api *api, const char *bearer, struct json_object *tree,
                      struct api_answer *answer)
{
    const char *said = tree_text(tree, "msg");
    answer->outcome = answer->code == 0 ? API_ACCEPTED : API_REFUSED;
    answer->class = code_class(answer->code);
    set_text(api, bearer, said == NULL ? "" : said, answer);
}

/* Reads a whole answer. Whatever the status below 500, the body decides. */
static void read_response(const struct api *api, const char *bearer,
                          const struct http_response *response, struct api_answer *answer)
{
    struct error trouble = ERROR_INIT;
    char said[80];
    answer->http_status = response->status;
    answer->date_s = response->date_s;
    (void)snprintf(answer->log_id, sizeof(answer->log_id), "%s", response->log_id);
    struct json_object *tree =
        response->status >= 500
            ? NULL
            : tree_parse_object(buf_text(&response->body), response->body.len, &trouble);
    if (tree != NULL && tree_int(tree, "code", &answer->code)) {
        read_code(api, bearer, tree, answer);
    } else {
        (void)snprintf(said, sizeof(said), "HTTP %d and no answer of the platform's API",
                       response->status);
        set_text(api, bearer, said, answer);
    }
    if (answer->outcome == API_ACCEPTED)
        answer->tree = tree;
    else
        tree_free(tree);
}

/* Adds the exchange to the trace. */
static void trace(const struct api *api, const char *method, enum http_outcome outcome,
                  const struct api_answer *answer)
{
    bool understood = answer->outcome == API_ACCEPTED || answer->outcome == API_REFUSED;
    if (api->trace == NULL)
        return;
    if (outcome != HTTP_ANSWERED)
        buf_add_format(api->trace, " %s:%s", method, outcome == HTTP_CUT ? "cut" : "-");
    else if (!understood)
        buf_add_format(api->trace, " %s:%d/-", method, answer->http_status);
    else
        buf_add_format(api->trace, " %s:%d/%lld", method, answer->http_status,
                       (long long)answer->code);
}

/* One request and its answer. Any code but 0 is API_REFUSED here, with the class of the table. */
static void exchange(const struct api *api, struct http_request *request, const char *path,
                     int64_t deadline_ms, struct api_answer *answer)
{
    struct http_response response = HTTP_RESPONSE_INIT;
    struct error trouble = ERROR_INIT;
    char *url = memory_format("%s%s", api->app->base_url, path);
    request->url = url;
    answer_reset(answer);
    enum http_outcome outcome =
        api->http->send(api->http, request, deadline_ms, &response, &trouble);
    if (outcome == HTTP_ANSWERED)
        read_response(api, request->bearer, &response, answer);
    else
        set_text(api, request->bearer, trouble.text, answer);
    if (outcome == HTTP_UNREACHED)
        answer->outcome = API_UNREACHED;
    answer->trouble = response.trouble;
    trace(api, request->method, outcome, answer);
    buf_wipe(&response.body);
    free(url);
}

static bool is_token(const char *text, size_t len)
{
    static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789._-";
    return len > 0 && strspn(text, characters) == len;
}

/* Takes token and life out of an accepted answer, which then is without its tree. */
static void take_token(struct api_answer *answer, struct buf *token, int64_t *life_s)
{
    const char *text = tree_text(answer->tree, "tenant_access_token");
    if (text != NULL && is_token(text, strlen(text)))
        buf_add_text(token, text);
    if (!tree_int(answer->tree, "expire", life_s))
        *life_s = 0;
    tree_wipe(answer->tree);
    answer->tree = NULL;
}

/* Asks for a token. On success token holds it, and the answer is API_ACCEPTED. */
static void fetch_token(const struct api *api, int64_t deadline_ms, struct buf *token,
                        int64_t *life_s, struct api_answer *answer)
{
    struct buf body = BUF_INIT(REQUEST_MAX);
    struct json_object *credentials = tree_new_object();
    tree_set_text(credentials, "app_id", api->app->id);
    tree_set_text(credentials, "app_secret", api->app->secret.data);
    tree_print(credentials, &body);
    struct http_request request = { .method = "POST", .body = buf_text(&body) };
    request.body_len = body.len;
    exchange(api, &request, token_path, deadline_ms, answer);
    if (answer->outcome == API_ACCEPTED) {
        take_token(answer, token, life_s);
        if (token->len == 0) {
            answer->outcome = API_UNKNOWN;
            set_text(api, NULL, "the answer holds no token", answer);
        }
    }
    if (answer->outcome != API_ACCEPTED)
        answer->class = CODE_AGAIN;
    buf_wipe(&body);
    tree_wipe(credentials);
}

/* The key under which processes of one app at one platform share their token. Caller frees. */
static char *token_key(const struct api *api)
{
    return memory_format("token:%s:%s", api->app->id, api->app->base_url);
}

/* Puts the shared token into token, if there is one. */
static bool recall_token(const struct api *api, struct buf *token)
{
    struct error ignored = ERROR_INIT;
    char *key = token_key(api);
    bool found = store_get(api->store, key, clock_wall_ms(), token, &ignored) == STORE_OK &&
                 is_token(buf_text(token), token->len);
    if (!found)
        buf_clear(token);
    free(key);
    return found;
}

static void share_token(const struct api *api, const struct buf *token, int64_t life_s)
{
    struct error ignored = ERROR_INIT; /* the next process then fetches its own */
    if (life_s <= TOKEN_EARLY_S)
        return;
    int64_t life_ms = ((life_s < TOKEN_LIFE_S ? life_s : TOKEN_LIFE_S) - TOKEN_EARLY_S) * 1000;
    char *key = token_key(api);
    (void)store_put(api->store, key, token->data, token->len, life_ms, clock_wall_ms(), &ignored);
    free(key);
}

static void forget_token(const struct api *api)
{
    struct error ignored = ERROR_INIT;
    char *key = token_key(api);
    (void)store_remove(api->store, key, &ignored);
    free(key);
}

/* Fetches a token and shares it. False: there is none, and since the call that wants it was not
 * made, nothing is unknown. */
static bool renew_token(const struct api *api, int64_t deadline_ms, struct buf *token,
                        struct api_answer *answer)
{
    int64_t life_s = 0;
    buf_wipe(token);
    fetch_token(api, deadline_ms, token, &life_s, answer);
    if (answer->outcome == API_ACCEPTED) {
        share_token(api, token, life_s);
        return true;
    }
    if (answer->outcome == API_UNKNOWN)
        answer->outcome = API_UNREACHED;
    return false;
}

/* Whether the path can only lead to the API of the configured host. */
static bool is_path(const char *path)
{
    static const char prefix[] = "/open-apis/";
    static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789/?&=%._~:,-";
    return strncmp(path, prefix, strlen(prefix)) == 0 && strstr(path, "..") == NULL &&
           path[strspn(path, characters)] == '\0';
}

/* Makes the call with the token. True: the token is refused, and forgotten. */
static bool call_is_refused(const struct api *api, struct http_request *request, const char *path,
                            const struct buf *token, int64_t deadline_ms, struct api_answer *answer)
{
    request->bearer = buf_text(token);
    exchange(api, request, path, deadline_ms, answer);
    request->bearer = NULL;
    if (answer->class != CODE_TOKEN)
        return false;
    forget_token(api);
    answer->class = CODE_AGAIN;
    return true;
}

/* The call with a token, and once more with a new one if that is refused: at most token, call,
 * token, call. */
static void call_with_token(const struct api *api, struct http_request *request, const char *path,
                            int64_t deadline_ms, struct api_answer *answer)
{
    struct buf token = BUF_INIT(TOKEN_MAX);
    if ((recall_token(api, &token) || renew_token(api, deadline_ms, &token, answer)) &&
        call_is_refused(api, request, path, &token, deadline_ms, answer) &&
        renew_token(api, deadline_ms, &token, answer))
        (void)call_is_refused(api, request, path, &token, deadline_ms, answer);
    buf_wipe(&token);
}

/* The answer to a call that is not made. */
static void refuse(const struct api *api, enum code_class class, const char *why,
                   struct api_answer *answer)
{
    answer->outcome = API_REFUSED;
    answer->class = class;
    set_text(api, NULL, why, answer);
}

void api_call(struct api *api, const char *method, const char *path, struct json_object *body,
              int64_t deadline_ms, struct api_answer *answer)
{
    struct buf text = BUF_INIT(REQUEST_MAX);
    struct http_request request = { .method = method };
    answer_reset(answer);
    if (body != NULL) {
        tree_print(body, &text);
        request.body = buf_text(&text);
        request.body_len = text.len;
    }
    if (text.failed)
        refuse(api, CODE_CONTENT, "not sent: too long", answer);
    else if (!is_path(path))
        refuse(api, CODE_FINAL, "not sent: no path of the API", answer);
    else
        call_with_token(api, &request, path, deadline_ms, answer);
    if (answer->class == CODE_PENDING) {
        answer->outcome = API_UNKNOWN;
        answer->class = CODE_AGAIN;
    }
    buf_wipe(&text);
}

void api_probe_token(struct api *api, int64_t deadline_ms, struct api_answer *answer)
{
    struct buf token = BUF_INIT(TOKEN_MAX);
    int64_t life_s = 0;
    fetch_token(api, deadline_ms, &token, &life_s, answer);
    buf_wipe(&token);
}

void api_answer_release(struct api_answer *answer)
{
    tree_free(answer->tree);
    answer->tree = NULL;
}
