#include "open_api.h"

#include <string.h>

#include "cast.h"
#include "exchange.h"
#include "refusals.h"
#include "tree.h"
#include "world.h"

void open_bot_info(struct world *world, struct exchange *exchange)
{
    struct json_object *tree = tree_new_object();
    struct json_object *bot = tree_new_object();
    tree_set_int(bot, "activate_status", world->app.activate_status);
    tree_set_text(bot, "app_name", CAST_BOT_NAME);
    tree_set_text(bot, "avatar_url", "");
    tree_set(bot, "ip_white_list", tree_new_array());
    tree_set_text(bot, "open_id", world->bot_id);
    tree_set(tree, "bot", bot);
    tree_set_int(tree, "code", 0);
    tree_set_text(tree, "msg", "ok");
    exchange_answer(exchange, tree);
}

static struct json_object *group(void)
{
    struct json_object *chat = tree_new_object();
    tree_set_text(chat, "chat_id", CAST_GROUP_ID);
    tree_set_text(chat, "avatar", "");
    tree_set_text(chat, "name", CAST_GROUP_NAME);
    tree_set_text(chat, "description", "");
    tree_set_text(chat, "owner_id", CAST_USER_ID);
    tree_set_text(chat, "owner_id_type", "open_id");
    tree_set_bool(chat, "external", false);
    tree_set_text(chat, "tenant_key", CAST_TENANT);
    tree_set_text(chat, "chat_status", "normal");
    return chat;
}

/* Groups only, as on the platform: there is one, so there is one page. */
void open_chats(struct world *world, struct exchange *exchange)
{
    (void)world;
    int64_t page_size = 0;
    if (!exchange_query_int(exchange, "page_size", 1, 100, 20, &page_size)) {
        refusals_answer_field(exchange, "page_size", "a number from 1 to 100");
        return;
    }
    struct json_object *items = tree_new_array();
    struct json_object *data = tree_new_object();
    tree_append(items, group());
    tree_set(data, "items", items);
    tree_set_text(data, "page_token", "");
    tree_set_bool(data, "has_more", false);
    exchange_answer_data(exchange, data);
}
