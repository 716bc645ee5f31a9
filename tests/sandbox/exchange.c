#include "exchange.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cipher.h"
#include "clock.h"
#include "memory.h"
#include "number.h"
#include "tree.h"

enum { LOG_ID_RANDOM_LEN = 10 };

void exchange_init(struct exchange *exchange, int64_t now_ms)
{
    memset(exchange, 0, sizeof(*exchange));
    exchange->now_ms = now_ms;
    exchange->reset_s = -1;
    exchange->authorization = "";
    /* As the platform's: the time, then something random. */
    struct tm parts;
    time_t seconds = (time_t)(clock_wall_ms() / 1000);
    size_t len = 0;
    if (gmtime_r(&seconds, &parts) != NULL)
        len = strftime(exchange->log_id, sizeof(exchange->log_id), "%Y%m%d%H%M%S", &parts);
    cipher_random_hex(exchange->log_id + len, LOG_ID_RANDOM_LEN);
}

const char *exchange_query(const struct exchange *exchange, const char *name)
{
    return exchange->query(exchange->query_context, name);
}

bool exchange_query_int(const struct exchange *exchange, const char *name, int64_t min, int64_t max,
                        int64_t fallback, int64_t *value)
{
    uint64_t number = 0;
    const char *text = exchange_query(exchange, name);
    *value = fallback;
    if (text == NULL || text[0] == '\0')
        return true;
    if (!number_parse(text, (uint64_t)min, (uint64_t)max, &number))
        return false;
    *value = (int64_t)number;
    return true;
}

void exchange_answer(struct exchange *exchange, struct json_object *tree)
{
    exchange_release(exchange);
    exchange->http = 200;
    exchange->code = 0;
    exchange->tree = tree;
}

void exchange_answer_data(struct exchange *exchange, struct json_object *data)
{
    struct json_object *tree = tree_new_object();
    tree_set_int(tree, "code", 0);
    tree_set(tree, "data", data);
    tree_set_text(tree, "msg", "success");
    exchange_answer(exchange, tree);
}

void exchange_complain(struct exchange *exchange, int http, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    /* A sentence cut at its end is still one. */
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "error", text);
    exchange_answer(exchange, tree);
    exchange->http = http;
}

void exchange_answer_raw(struct exchange *exchange, int http, const char *content_type,
                         const char *text)
{
    exchange_release(exchange);
    exchange->http = http;
    exchange->code = 0;
    exchange->raw_policy = NULL;
    exchange->raw = memory_copy(text);
    (void)snprintf(exchange->raw_type, sizeof(exchange->raw_type), "%s", content_type);
}

void exchange_release(struct exchange *exchange)
{
    tree_free(exchange->tree);
    free(exchange->raw);
    exchange->tree = NULL;
    exchange->raw = NULL;
    exchange->reset_s = -1;
    exchange->dropped = false;
}
