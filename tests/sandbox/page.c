#include "page.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "cast.h"
#include "clock.h"
#include "config.h"
#include "exchange.h"
#include "page_files.h"
#include "tree.h"
#include "views.h"
#include "world.h"

enum { MESSAGES_MAX = 200, DELIVERIES_MAX = 100, REQUESTS_MAX = 100 };
enum { WAIT_DEFAULT_MS = 25000, WAIT_MAX_MS = 600000 };

/* Its own files and nothing else, no script from what messages hold, and in no page of others. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

void page_show(struct world *world, struct exchange *exchange)
{
    (void)world;
    const struct page_file *file = page_files_find(exchange->parts[0]);
    if (file == NULL) {
        exchange_complain(exchange, 404, "the page has no such file");
        return;
    }
    exchange_answer_raw(exchange, 200, file->type, file->text);
    exchange->raw_policy = policy;
}

static struct json_object *list_messages(const struct world *world)
{
    struct json_object *array = tree_new_array();
    size_t count = world->posts.count;
    for (size_t i = count > MESSAGES_MAX ? count - MESSAGES_MAX : 0; i < count; i++)
        tree_append(array, views_control(world->posts.list[i], world->config->app.id));
    return array;
}

/* A chat, or a person: an id and a name. */
static void add_named(struct json_object *array, const char *id, const char *name)
{
    struct json_object *object = tree_new_object();
    tree_set_text(object, "id", id);
    tree_set_text(object, "name", name);
    tree_append(array, object);
}

static struct json_object *list_chats(void)
{
    struct json_object *array = tree_new_array();
    add_named(array, CAST_GROUP_ID, CAST_GROUP_NAME);
    add_named(array, CAST_P2P_ID, CAST_BOT_NAME);
    return array;
}

static struct json_object *list_people(const struct world *world)
{
    struct json_object *array = tree_new_array();
    add_named(array, CAST_USER_ID, CAST_USER_NAME);
    add_named(array, world->bot_id, CAST_BOT_NAME);
    add_named(array, world->config->app.id, CAST_BOT_NAME);
    return array;
}

void page_watch(struct world *world, struct exchange *exchange)
{
    int64_t seen = 0;
    int64_t timeout_ms = 0;
    if (!exchange_query_int(exchange, "seen", 0, INT64_MAX, 0, &seen) ||
        !exchange_query_int(exchange, "timeout_ms", 0, WAIT_MAX_MS, WAIT_DEFAULT_MS, &timeout_ms)) {
        exchange_complain(exchange, 400, "seen and timeout_ms: numbers");
        return;
    }
    int64_t deadline_ms = clock_steady_ms() + timeout_ms;
    while (world->changes == seen && world_wait(world, deadline_ms))
        ;
    struct json_object *tree = tree_new_object();
    tree_set_int(tree, "changes", world->changes);
    if (world->changes != seen) {
        tree_set(tree, "chats", list_chats());
        tree_set(tree, "people", list_people(world));
        tree_set(tree, "messages", list_messages(world));
        tree_set(tree, "deliveries", parcels_print(&world->parcels, NULL, DELIVERIES_MAX));
        tree_set(tree, "requests", visits_print(&world->visits, NULL, REQUESTS_MAX));
    }
    exchange_answer(exchange, tree);
}
