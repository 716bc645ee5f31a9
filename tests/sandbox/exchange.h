/* Pure, but for the log id. One HTTP request to the sandbox, and the answer to it. */
#ifndef SANDBOX_EXCHANGE_H
#define SANDBOX_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

enum {
    EXCHANGE_PARTS_MAX = 2,
    EXCHANGE_PART_LEN = 128, /* bytes of a path segment, with the final NUL */
    EXCHANGE_LOG_ID_LEN = 35
};

struct exchange {
    /* The request. Texts are borrowed and valid UTF-8. */
    const char *method;
    const char *path;
    const char *authorization; /* the header, "" if absent */
    const char *(*query)(void *context, const char *name);
    void *query_context;
    struct json_object *body; /* an object, empty if there was no body; NULL: it is none */
    size_t body_len;
    char parts[EXCHANGE_PARTS_MAX][EXCHANGE_PART_LEN]; /* what stood for ":…" in the route */
    int64_t now_ms;                                    /* steady clock */
    char log_id[EXCHANGE_LOG_ID_LEN];

    /* The answer, released by exchange_release. */
    int http;
    int64_t code;             /* of the Open API */
    struct json_object *tree; /* the JSON to answer, or NULL: */
    char *raw;                /* then this text */
    char raw_type[128];       /* its content type */
    const char *raw_policy;   /* its Content-Security-Policy: it is of the page; else NULL */
    int64_t reset_s;          /* for x-ogw-ratelimit-reset, -1 for none */
    int64_t clock_ahead_s;    /* of the true time before that of the header Date */
    bool dropped;             /* no answer: the connection is closed */
};

/* Sets up an exchange without request: the rest of it is the caller's to fill in. */
void exchange_init(struct exchange *exchange, int64_t now_ms);

/* The query's parameter, or NULL. Borrowed. */
const char *exchange_query(const struct exchange *exchange, const char *name);

/* Reads a whole number in [min, max] from the query, fallback if it is absent. False if it is there
 * and is none. */
bool exchange_query_int(const struct exchange *exchange, const char *name, int64_t min, int64_t max,
                        int64_t fallback, int64_t *value) __attribute__((warn_unused_result));

/* Answers 200 with the tree, which becomes the exchange's. Replaces an earlier answer. */
void exchange_answer(struct exchange *exchange, struct json_object *tree);

/* Answers as the Open API does when all is well: code 0 and the data, which becomes the
 * exchange's. */
void exchange_answer_data(struct exchange *exchange, struct json_object *data);

/* Answers a control request that is wrong, with a sentence that says why. */
void exchange_complain(struct exchange *exchange, int http, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Answers text as it is; both are copied. */
void exchange_answer_raw(struct exchange *exchange, int http, const char *content_type,
                         const char *text);

/* Forgets the answer and frees it; the request is left. */
void exchange_release(struct exchange *exchange);

#endif
