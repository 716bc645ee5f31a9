#include "controls.h"

#include <string.h>

#include "clock.h"
#include "config.h"
#include "exchange.h"
#include "tree.h"
#include "views.h"
#include "world.h"

enum { WAIT_DEFAULT_MS = 10000, WAIT_MAX_MS = 600000 };

/* Answers an object that holds the array alone. */
static void answer_list(struct exchange *exchange, const char *key, struct json_object *array)
{
    struct json_object *tree = tree_new_object();
    tree_set(tree, key, array);
    exchange_answer(exchange, tree);
}

void control_messages(struct world *world, struct exchange *exchange)
{
    const char *chat_id = exchange_query(exchange, "chat_id");
    struct json_object *array = tree_new_array();
    for (size_t i = 0; i < world->posts.count; i++) {
        const struct post *post = world->posts.list[i];
        if (chat_id == NULL || strcmp(post->chat->id, chat_id) == 0)
            tree_append(array, views_control(post, world->config->app.id));
    }
    answer_list(exchange, "messages", array);
}

void control_deliveries(struct world *world, struct exchange *exchange)
{
    const char *event_id = exchange_query(exchange, "event_id");
    answer_list(exchange, "deliveries", parcels_print(&world->parcels, event_id, SIZE_MAX));
}

void control_requests(struct world *world, struct exchange *exchange)
{
    const char *prefix = exchange_query(exchange, "path");
    answer_list(exchange, "requests", visits_print(&world->visits, prefix, SIZE_MAX));
}

/* The things that can be waited for, each with the count of them that there are. */
static size_t count_messages(const struct world *world, const struct exchange *exchange)
{
    return posts_count_bot(&world->posts, exchange_query(exchange, "chat_id"));
}

static size_t count_done(const struct world *world, const struct exchange *exchange)
{
    return parcels_count_done(&world->parcels, exchange_query(exchange, "event_id"));
}

static size_t count_attempts(const struct world *world, const struct exchange *exchange)
{
    return parcels_count_attempts(&world->parcels, exchange_query(exchange, "event_id"));
}

static size_t count_requests(const struct world *world, const struct exchange *exchange)
{
    return visits_count(&world->visits, exchange_query(exchange, "path"));
}

static const struct {
    const char *what;
    const char *state; /* NULL: the thing has none */
    size_t (*count)(const struct world *world, const struct exchange *exchange);
} waits[] = {
    { "messages", NULL, count_messages },
    { "deliveries", "done", count_done },
    { "deliveries", "attempt", count_attempts },
    { "requests", NULL, count_requests },
};

/* The place of what is asked for among the waits, or their number. */
static size_t find_wait(const struct exchange *exchange)
{
    const char *what = exchange_query(exchange, "what");
    const char *state = exchange_query(exchange, "state");
    size_t at = 0;
    size_t count = sizeof(waits) / sizeof(waits[0]);
    if (what == NULL)
        return count;
    if (state == NULL)
        state = "done";
    while (at < count && (strcmp(waits[at].what, what) != 0 ||
                          (waits[at].state != NULL && strcmp(waits[at].state, state) != 0)))
        at++;
    return at;
}

void control_wait(struct world *world, struct exchange *exchange)
{
    int64_t wanted = 0;
    int64_t timeout_ms = 0;
    size_t at = find_wait(exchange);
    if (at == sizeof(waits) / sizeof(waits[0]) ||
        !exchange_query_int(exchange, "count", 0, INT32_MAX, 1, &wanted) ||
        !exchange_query_int(exchange, "timeout_ms", 0, WAIT_MAX_MS, WAIT_DEFAULT_MS, &timeout_ms)) {
        exchange_complain(exchange, 400,
                          "what=messages, deliveries (state=done or attempt) or requests; "
                          "count and timeout_ms: numbers");
        return;
    }
    int64_t deadline_ms = clock_steady_ms() + timeout_ms;
    while (waits[at].count(world, exchange) < (size_t)wanted && world_wait(world, deadline_ms))
        ;
    size_t count = waits[at].count(world, exchange);
    struct json_object *tree = tree_new_object();
    tree_set_bool(tree, "reached", count >= (size_t)wanted);
    tree_set_int(tree, "count", (int64_t)count);
    exchange_answer(exchange, tree);
    if (count < (size_t)wanted)
        exchange->http = 408;
}
