/* Effect. Calls of the Open Platform's API: token, call, classification. */
#ifndef FEISHU_API_H
#define FEISHU_API_H

#include <stdbool.h>
#include <stdint.h>

#include "code.h"
#include "http.h"

struct buf;
struct config_app;
struct error;
struct json_object;
struct store;

struct api {
    const struct config_app *app;
    struct http *http;
    struct store *store; /* where the token is kept; one that fails is done without */
    struct buf *trace;   /* gets a word per HTTP exchange, or NULL: see below */
};

enum api_outcome {
    API_ACCEPTED,  /* code 0 */
    API_REFUSED,   /* read and understood: `code` says why; nothing happened */
    API_UNREACHED, /* no connection: nothing happened */
    API_UNKNOWN    /* timed out, cut, 5xx, not JSON, or still being sent (230049) */
};

struct api_answer {
    enum api_outcome outcome;
    enum code_class class; /* of code; CODE_AGAIN for UNREACHED, UNKNOWN and every token failure */
    int64_t code;          /* 0 if none was read */
    int http_status;       /* 0 if none was read */
    char log_id[64];
    int64_t date_s;            /* the answer's Date: seconds since the epoch, or -1 */
    enum http_trouble trouble; /* where it got stuck if there is no answer */
    char text[256]; /* one clean line: the platform's msg, or what went wrong on the way */
    struct json_object *tree; /* the whole answer if accepted, else NULL; see api_answer_release */
};

#define API_ANSWER_INIT                                                                            \
    {                                                                                              \
        API_UNKNOWN, CODE_AGAIN, 0, 0, "", -1, HTTP_NO_TROUBLE, "", NULL                           \
    }

/* Words of the trace: " POST:200/0" (method, HTTP status, code), " POST:502/-" (no code could be
 * read), " POST:cut" (no whole answer), " POST:-" (no connection).
 *
 * Calls method on path ("/open-apis/…") with the JSON body, or none if NULL, and the app's token:
 * the stored one, else a fresh one, which is stored until 3 minutes before it expires. A token that
 * is refused (CODE_TOKEN) is forgotten and fetched anew once; refused again, the answer's class is
 * CODE_AGAIN. If no token can be had the outcome is API_UNREACHED or API_REFUSED: the call itself
 * was not made. Nor is it with a path of other characters than an API's, or a body over 1 MiB:
 * API_REFUSED without a code. deadline_ms: of clock_steady_ms, for all of it. answer is
 * overwritten. */
void api_call(struct api *api, const char *method, const char *path, struct json_object *body,
              int64_t deadline_ms, struct api_answer *answer);

/* Fetches a token, past the store, and keeps nothing, not even the answer's tree: proves id and
 * secret. API_UNKNOWN is possible here. */
void api_probe_token(struct api *api, int64_t deadline_ms, struct api_answer *answer);

/* Frees the tree. */
void api_answer_release(struct api_answer *answer);

#endif
