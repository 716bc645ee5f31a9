/* Effect. A struct http that replays answers given beforehand and remembers what was sent. */
#ifndef FEISHU_FAKE_HTTP_H
#define FEISHU_FAKE_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "http.h"

enum { FAKE_HTTP_MAX = 64 /* answers, and requests */ };

/* The token endpoint, and an answer of it to a POST. */
#define FAKE_HTTP_TOKEN_PATH "/open-apis/auth/v3/tenant_access_token/internal"
#define FAKE_HTTP_TOKEN(token)                                                                     \
    (struct fake_answer)                                                                           \
    {                                                                                              \
        .method = "POST", .path = FAKE_HTTP_TOKEN_PATH,                                            \
        .body =                                                                                    \
            "{\"code\":0,\"msg\":\"ok\",\"tenant_access_token\":\"" token "\",\"expire\":7200}"    \
    }

/* All texts are borrowed. */
struct fake_answer {
    const char *method;        /* NULL: any */
    const char *path;          /* what follows the host, with the query; NULL: any */
    enum http_outcome outcome; /* if not HTTP_ANSWERED, trouble is the error's text */
    int status;                /* 0 means 200 */
    const char *body;          /* NULL means "" */
    const char *log_id;
    const char *trouble;
};

struct fake_request {
    char *method;
    char *url;
    char *bearer; /* NULL: none */
    char *body;   /* NULL: none */
    int64_t deadline_ms;
};

struct fake_http {
    struct http http; /* to be passed to what is tested, and closed with http_close */
    struct fake_answer answers[FAKE_HTTP_MAX];
    bool used[FAKE_HTTP_MAX];
    size_t answer_count;
    struct fake_request sent[FAKE_HTTP_MAX];
    size_t sent_count;
    size_t unexpected; /* requests that no answer was left for: each was HTTP_UNREACHED */
};

struct fake_http *fake_http_open(void);

/* Adds an answer. A request gets the first unused one whose method and path are its own. */
void fake_http_answer(struct fake_http *fake, struct fake_answer answer);

/* How many answers are still unused. */
size_t fake_http_left(const struct fake_http *fake);

#endif
