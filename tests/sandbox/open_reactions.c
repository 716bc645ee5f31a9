#include "open_api.h"

#include <string.h>

#include "clock.h"
#include "config.h"
#include "exchange.h"
#include "refusals.h"
#include "tree.h"
#include "views.h"
#include "world.h"

enum { EMOJI_MAX = 40 };

static struct json_object *view(const struct world *world, const struct reaction *reaction)
{
    struct json_object *object = tree_new_object();
    struct json_object *operator= tree_new_object();
    struct json_object *kind = tree_new_object();
    tree_set_text(operator, "operator_id", world->config->app.id);
    tree_set_text(operator, "operator_type", "app");
    tree_set_text(kind, "emoji_type", reaction->emoji);
    tree_set_text(object, "reaction_id", reaction->id);
    tree_set(object, "operator", operator);
    views_set_time(object, "action_time", reaction->at_ms);
    tree_set(object, "reaction_type", kind);
    return object;
}

/* Emoji are named by letters, digits and "_": which ones there are the sandbox does not know. */
static bool emoji_shaped(const char *emoji)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    size_t len = strlen(emoji);
    return len > 0 && len <= EMOJI_MAX && strspn(emoji, letters) == len;
}

/* The post that the path names, or NULL with the refusal that reactions have of their own. */
static struct post *find_post(struct world *world, struct exchange *exchange)
{
    struct post *post = posts_find(&world->posts, exchange->parts[0]);
    if (post != NULL && !post->recalled)
        return post;
    refusals_answer(exchange, REFUSAL_NO_MESSAGE, "");
    return NULL;
}

void open_react(struct world *world, struct exchange *exchange)
{
    const char *emoji = tree_text(tree_object(exchange->body, "reaction_type"), "emoji_type");
    if (emoji == NULL) {
        refusals_answer_field(exchange, "reaction_type.emoji_type", "emoji_type is required");
        return;
    }
    if (!emoji_shaped(emoji)) {
        refusals_answer(exchange, REFUSAL_EMOJI, "");
        return;
    }
    struct post *post = find_post(world, exchange);
    if (post != NULL)
        exchange_answer_data(exchange, view(world, posts_react(post, emoji, clock_wall_ms())));
}

void open_reactions(struct world *world, struct exchange *exchange)
{
    const struct post *post = find_post(world, exchange);
    const char *only = exchange_query(exchange, "reaction_type");
    if (post == NULL)
        return;
    struct json_object *items = tree_new_array();
    struct json_object *data = tree_new_object();
    for (size_t i = 0; i < post->reaction_count; i++) {
        if (only == NULL || strcmp(only, post->reactions[i].emoji) == 0)
            tree_append(items, view(world, &post->reactions[i]));
    }
    tree_set(data, "items", items);
    tree_set_bool(data, "has_more", false);
    exchange_answer_data(exchange, data);
}

static struct reaction *find_reaction(struct post *post, const char *id)
{
    for (size_t i = 0; i < post->reaction_count; i++) {
        if (strcmp(post->reactions[i].id, id) == 0)
            return &post->reactions[i];
    }
    return NULL;
}

void open_unreact(struct world *world, struct exchange *exchange)
{
    struct post *post = find_post(world, exchange);
    if (post == NULL)
        return;
    struct reaction *reaction = find_reaction(post, exchange->parts[1]);
    if (reaction == NULL) {
        refusals_answer(exchange, REFUSAL_NO_REACTION, "");
        return;
    }
    exchange_answer_data(exchange, view(world, reaction));
    posts_unreact(post, reaction);
}
