#include "fake_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "memory.h"

/* What follows the host in the URL. */
static const char *url_path(const char *url)
{
    const char *host = strstr(url, "://");
    return host == NULL ? url : strchrnul(host + strlen("://"), '/');
}

static void remember(struct fake_http *fake, const struct http_request *request,
                     int64_t deadline_ms)
{
    if (fake->sent_count == FAKE_HTTP_MAX)
        abort();
    fake->sent[fake->sent_count++] = (struct fake_request){
        .method = memory_copy(request->method),
        .url = memory_copy(request->url),
        .bearer = request->bearer == NULL ? NULL : memory_copy(request->bearer),
        .body = request->body == NULL ? NULL : memory_copy_bytes(request->body, request->body_len),
        .deadline_ms = deadline_ms,
    };
}

/* The answer for the request; NULL if there is none. */
static const struct fake_answer *take_answer(struct fake_http *fake,
                                             const struct http_request *request)
{
    const char *path = url_path(request->url);
    for (size_t i = 0; i < fake->answer_count; i++) {
        const struct fake_answer *answer = &fake->answers[i];
        if (fake->used[i] ||
            (answer->method != NULL && strcmp(answer->method, request->method) != 0) ||
            (answer->path != NULL && strcmp(answer->path, path) != 0))
            continue;
        fake->used[i] = true;
        return answer;
    }
    return NULL;
}

static enum http_outcome fake_send(struct http *http, const struct http_request *request,
                                   int64_t deadline_ms, struct http_response *response,
                                   struct error *error)
{
    struct fake_http *fake = (struct fake_http *)http;
    const struct fake_answer *answer = take_answer(fake, request);
    size_t max = response->body.max;
    remember(fake, request, deadline_ms);
    buf_wipe(&response->body);
    *response = (struct http_response)HTTP_RESPONSE_INIT;
    response->body.max = max;
    if (answer == NULL) {
        fake->unexpected++;
        error_set(error, ERROR_NETWORK, "unexpected %s %s", request->method, request->url);
        return HTTP_UNREACHED;
    }
    if (answer->outcome != HTTP_ANSWERED) {
        error_set(error, ERROR_NETWORK, "%s", answer->trouble == NULL ? "down" : answer->trouble);
        return answer->outcome;
    }
    response->status = answer->status == 0 ? 200 : answer->status;
    buf_add_text(&response->body, answer->body == NULL ? "" : answer->body);
    (void)snprintf(response->log_id, sizeof(response->log_id), "%s",
                   answer->log_id == NULL ? "" : answer->log_id);
    return HTTP_ANSWERED;
}

static void fake_close(struct http *http)
{
    struct fake_http *fake = (struct fake_http *)http;
    for (size_t i = 0; i < fake->sent_count; i++) {
        free(fake->sent[i].method);
        free(fake->sent[i].url);
        free(fake->sent[i].bearer);
        free(fake->sent[i].body);
    }
    free(fake);
}

struct fake_http *fake_http_open(void)
{
    struct fake_http *fake = memory_zero(1, sizeof(*fake));
    fake->http = (struct http){ fake_send, fake_close };
    return fake;
}

void fake_http_answer(struct fake_http *fake, struct fake_answer answer)
{
    if (fake->answer_count == FAKE_HTTP_MAX)
        abort();
    fake->answers[fake->answer_count++] = answer;
}

size_t fake_http_left(const struct fake_http *fake)
{
    size_t left = 0;
    for (size_t i = 0; i < fake->answer_count; i++)
        left += fake->used[i] ? 0 : 1;
    return left;
}
