#include "faults.h"

#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "memory.h"
#include "refusals.h"
#include "tree.h"

enum { DELAY_MAX_MS = 600000, COUNT_MAX = 1000000, FAULTS_MAX = 1000 };

/* Reads a number of the body if it is there; false if it is outside [min, max] or none. */
static bool read_number(struct json_object *body, const char *key, int64_t min, int64_t max,
                        int64_t *value)
{
    if (!tree_has(body, key))
        return true;
    return tree_int(body, key, value) && *value >= min && *value <= max;
}

static char *copy_or_null(const char *text)
{
    return text == NULL ? NULL : memory_copy(text);
}

/* Reads the numbers of a fault. NULL, or what is wrong. */
static const char *read_numbers(struct json_object *body, struct fault *fault)
{
    int64_t http = 0;
    if (!read_number(body, "http", 200, 599, &http))
        return "http: a status from 200 to 599";
    fault->http = (int)http;
    if (!read_number(body, "code", 0, INT64_C(9999999999), &fault->code))
        return "code: a code of the platform";
    if (!read_number(body, "delay_ms", 0, DELAY_MAX_MS, &fault->delay_ms))
        return "delay_ms: up to ten minutes";
    if (!read_number(body, "count", 1, COUNT_MAX, &fault->count))
        return "count: at least 1";
    if (!read_number(body, "reset_s", 0, 3600, &fault->reset_s))
        return "reset_s: up to an hour";
    return NULL;
}

const char *faults_add(struct faults *faults, struct json_object *body)
{
    struct fault fault = { .count = 1, .reset_s = -1 };
    const char *drop = tree_text(body, "drop");
    const char *path = tree_text(body, "path");
    const char *wrong = read_numbers(body, &fault);
    if (wrong != NULL)
        return wrong;
    if (path == NULL || strncmp(path, "/open-apis/", 11) != 0)
        return "path: the beginning of a path under /open-apis/";
    if (faults->count == FAULTS_MAX)
        return "too many faults are waiting";
    if (tree_has(body, "drop") &&
        (drop == NULL || (strcmp(drop, "before") != 0 && strcmp(drop, "after") != 0)))
        return "drop: \"before\" or \"after\" the request takes effect";
    if (tree_has(body, "apply") && !tree_bool(body, "apply", &fault.applies))
        return "apply: true or false";
    fault.drops = drop != NULL;
    if (fault.drops)
        fault.applies = strcmp(drop, "after") == 0;
    fault.path = memory_copy(path);
    fault.method = copy_or_null(tree_text(body, "method"));
    fault.body = copy_or_null(tree_text(body, "body"));
    fault.content_type = copy_or_null(tree_text(body, "content_type"));
    if (!faults_answers(&fault))
        fault.applies = true;
    faults->list = memory_resize(faults->list, (faults->count + 1) * sizeof(*faults->list));
    faults->list[faults->count++] = fault;
    return NULL;
}

/* A copy of the fault with texts of its own. */
static struct fault copy(const struct fault *fault)
{
    struct fault other = *fault;
    other.path = memory_copy(fault->path);
    other.method = copy_or_null(fault->method);
    other.body = copy_or_null(fault->body);
    other.content_type = copy_or_null(fault->content_type);
    return other;
}

bool faults_take(struct faults *faults, const char *method, const char *path, struct fault *fault)
{
    for (size_t i = 0; i < faults->count; i++) {
        struct fault *one = &faults->list[i];
        if (strncmp(path, one->path, strlen(one->path)) != 0 ||
            (one->method != NULL && strcmp(method, one->method) != 0))
            continue;
        *fault = copy(one);
        if (--one->count == 0) {
            faults_release_one(one);
            faults->count--;
            memmove(one, one + 1, (faults->count - i) * sizeof(*one));
        }
        return true;
    }
    return false;
}

bool faults_answers(const struct fault *fault)
{
    return fault->http != 0 || fault->code != 0 || fault->body != NULL || fault->drops;
}

void faults_answer(const struct fault *fault, struct exchange *exchange)
{
    if (fault->drops) {
        exchange_release(exchange);
        exchange->http = 0;
        exchange->code = 0;
        exchange->dropped = true;
    } else if (fault->body != NULL || fault->code == 0) {
        exchange_answer_raw(exchange, 200,
                            fault->content_type != NULL ? fault->content_type : "text/html",
                            fault->body != NULL ? fault->body : "a fault of the sandbox\n");
    } else {
        refusals_answer(exchange, fault->code, "as told to the sandbox");
    }
    exchange->code = fault->code;
    if (fault->http != 0 && !fault->drops)
        exchange->http = fault->http;
    if (fault->reset_s >= 0)
        exchange->reset_s = fault->reset_s;
}

void faults_release_one(struct fault *fault)
{
    free(fault->path);
    free(fault->method);
    free(fault->body);
    free(fault->content_type);
}

void faults_release(struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        faults_release_one(&faults->list[i]);
    free(faults->list);
    *faults = (struct faults){ NULL, 0 };
}
