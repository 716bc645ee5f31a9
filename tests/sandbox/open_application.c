#include "open_api.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cast.h"
#include "config.h"
#include "exchange.h"
#include "refusals.h"
#include "tree.h"
#include "world.h"

enum { GRANTED = 1, NOT_GRANTED = 2, LEVEL_NORMAL = 1 };

static void append_scope(struct json_object *array, const char *name, int status)
{
    struct json_object *scope = tree_new_object();
    tree_set_int(scope, "grant_status", status);
    tree_set_text(scope, "scope_name", name);
    tree_set_text(scope, "scope_type", "tenant");
    tree_append(array, scope);
}

/* What is granted, and what was asked for. */
void open_scopes(struct world *world, struct exchange *exchange)
{
    const struct names *granted = &world->app.granted;
    const struct names *wanted = &world->app.draft.scopes;
    struct json_object *array = tree_new_array();
    struct json_object *data = tree_new_object();
    for (size_t i = 0; i < granted->count; i++)
        append_scope(array, granted->list[i], GRANTED);
    for (size_t i = 0; i < wanted->count; i++) {
        if (!names_has(granted, wanted->list[i]))
            append_scope(array, wanted->list[i], NOT_GRANTED);
    }
    tree_set(data, "scopes", array);
    exchange_answer_data(exchange, data);
}

/* Scopes as an app and its versions show them. */
static struct json_object *scopes(const struct names *names)
{
    struct json_object *array = tree_new_array();
    for (size_t i = 0; i < names->count; i++) {
        struct json_object *scope = tree_new_object();
        struct json_object *kinds = tree_new_array();
        tree_append_text(kinds, "tenant");
        tree_set_text(scope, "scope", names->list[i]);
        tree_set_text(scope, "description", names->list[i]);
        tree_set_int(scope, "level", LEVEL_NORMAL);
        tree_set(scope, "token_types", kinds);
        tree_append(array, scope);
    }
    return array;
}

/* Whether the path names this app and the query a language; else the refusal is answered. */
static bool check_app(const struct world *world, struct exchange *exchange)
{
    const char *id = exchange->parts[0];
    const char *language = exchange_query(exchange, "lang");
    if (strcmp(id, "me") != 0 && strcmp(id, world->config->app.id) != 0)
        refusals_answer(exchange, REFUSAL_APP, "");
    else if (language == NULL || language[0] == '\0')
        refusals_answer_field(exchange, "lang", "lang is required");
    else
        return true;
    return false;
}

void open_application(struct world *world, struct exchange *exchange)
{
    const struct app_version *pending = app_pending(&world->app);
    if (!check_app(world, exchange))
        return;
    struct json_object *object = tree_new_object();
    struct json_object *data = tree_new_object();
    tree_set_text(object, "app_id", world->config->app.id);
    tree_set_text(object, "creator_id", CAST_USER_ID);
    tree_set_int(object, "status", world->app.status);
    tree_set_int(object, "scene_type", 0);
    tree_set_int(object, "payment_type", 0);
    tree_set_text(object, "create_source",
                  world->app.console_made ? "developer_console" : "bot_builder");
    tree_set_text(object, "online_version_id", world->app.online_id);
    tree_set_text(object, "unaudit_version_id", pending == NULL ? "" : pending->id);
    tree_set_text(object, "app_name", CAST_BOT_NAME);
    tree_set_text(object, "avatar_url", "");
    tree_set_text(object, "description", "");
    tree_set(object, "scopes", scopes(&world->app.draft.scopes));
    tree_set_text(object, "primary_language", "zh_cn");
    tree_set(data, "app", object);
    exchange_answer_data(exchange, data);
}

static struct json_object *event_infos(const struct names *events)
{
    struct json_object *array = tree_new_array();
    for (size_t i = 0; i < events->count; i++) {
        struct json_object *event = tree_new_object();
        tree_set_text(event, "event_type", events->list[i]);
        tree_set_text(event, "event_name", events->list[i]);
        tree_set_text(event, "event_description", "");
        tree_append(array, event);
    }
    return array;
}

static struct json_object *ability(const struct app *app, const struct app_face *face)
{
    struct json_object *object = tree_new_object();
    if (!face->bot)
        return object;
    struct json_object *bot = tree_new_object();
    tree_set_text(bot, "card_request_url", app->callback_request_url);
    tree_set(object, "bot", bot);
    return object;
}

static void set_seconds(struct json_object *object, const char *key, int64_t ms)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, ms / 1000);
    tree_set_text(object, key, text);
}

void open_version(struct world *world, struct exchange *exchange)
{
    char number[APP_VERSION_NUMBER_LEN];
    const struct app_version *version = app_find_version(&world->app, exchange->parts[1]);
    if (!check_app(world, exchange))
        return;
    if (version == NULL) {
        refusals_answer(exchange, REFUSAL_VERSION, "");
        return;
    }
    struct json_object *object = tree_new_object();
    struct json_object *data = tree_new_object();
    app_print_rank(version->rank, number);
    tree_set_text(object, "app_id", world->config->app.id);
    tree_set_text(object, "version", number);
    tree_set_text(object, "version_id", version->id);
    tree_set_text(object, "app_name", CAST_BOT_NAME);
    tree_set(object, "scopes", scopes(&version->face.scopes));
    tree_set(object, "events", names_print(&version->face.events));
    tree_set(object, "event_infos", event_infos(&version->face.events));
    tree_set_int(object, "status", version->verdict);
    set_seconds(object, "create_time", version->created_ms);
    if (version->verdict == APP_APPROVED)
        set_seconds(object, "publish_time", version->created_ms);
    tree_set(object, "ability", ability(&world->app, &version->face));
    tree_set(data, "app_version", object);
    exchange_answer_data(exchange, data);
}
