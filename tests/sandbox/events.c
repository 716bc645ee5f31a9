#include "events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cast.h"
#include "cipher.h"
#include "config.h"
#include "error.h"
#include "memory.h"
#include "posts.h"
#include "tree.h"
#include "views.h"
#include "world.h"

struct events_header events_header(const struct world *world, const char *type, int64_t created_ms,
                                   char event_id[static EVENTS_ID_LEN])
{
    cipher_random_hex(event_id, EVENTS_ID_LEN / 2);
    return (struct events_header){
        event_id, type, app_token(&world->app), world->config->app.id, CAST_TENANT, created_ms
    };
}

struct json_object *events_wrap(const struct events_header *header, struct json_object *body)
{
    struct json_object *tree = tree_new_object();
    struct json_object *head = tree_new_object();
    tree_set_text(head, "event_id", header->event_id);
    tree_set_text(head, "token", header->token);
    views_set_time(head, "create_time", header->created_ms);
    tree_set_text(head, "event_type", header->type);
    tree_set_text(head, "tenant_key", header->tenant_key);
    tree_set_text(head, "app_id", header->app_id);
    tree_set_text(tree, "schema", "2.0");
    tree_set(tree, "header", head);
    tree_set(tree, "event", body);
    return tree;
}

char *events_union_id(const char *open_id)
{
    return memory_format("on_%s", strncmp(open_id, "ou_", 3) == 0 ? open_id + 3 : open_id);
}

static struct json_object *sender(const struct post *post)
{
    struct json_object *object = tree_new_object();
    struct json_object *ids = tree_new_object();
    char *other = events_union_id(post->sender_id);
    tree_set_text(ids, "union_id", other);
    tree_set(ids, "user_id", NULL);
    tree_set_text(ids, "open_id", post->sender_id);
    tree_set(object, "sender_id", ids);
    tree_set_text(object, "sender_type", post->sender_type);
    tree_set_text(object, "tenant_key", post->tenant);
    free(other);
    return object;
}

struct json_object *events_message(const struct events_header *header, const struct post *post,
                                   const char *bot_id)
{
    struct json_object *body = tree_new_object();
    struct json_object *message = tree_new_object();
    tree_set_text(message, "message_id", post->id);
    if (post->root != NULL)
        tree_set_text(message, "root_id", post->root->id);
    if (post->parent != NULL)
        tree_set_text(message, "parent_id", post->parent->id);
    views_set_time(message, "create_time", post->created_ms);
    views_set_time(message, "update_time", post->updated_ms);
    tree_set_text(message, "chat_id", post->chat->id);
    if (post->thread_id != NULL)
        tree_set_text(message, "thread_id", post->thread_id);
    tree_set_text(message, "chat_type", post->chat->private ? "p2p" : "group");
    tree_set_text(message, "message_type", post->type);
    tree_set_text(message, "content", post->content);
    if (post->mentions.count > 0)
        tree_set(message, "mentions", mentions_print_event(&post->mentions, bot_id));
    tree_set(body, "sender", sender(post));
    tree_set(body, "message", message);
    return events_wrap(header, body);
}

/* The text of a text message, with markup for its mentions. Caller frees. */
static char *old_text(const struct post *post, const char *left_out)
{
    struct error error = ERROR_INIT;
    struct json_object *content = tree_parse_object(post->content, strlen(post->content), &error);
    const char *text = tree_text(content, "text");
    char *marked = mentions_to_markup(text == NULL ? "" : text, &post->mentions, left_out);
    tree_free(content);
    return marked;
}

static struct json_object *old_body(const struct events_header *header, const struct post *post,
                                    const char *bot_id)
{
    struct json_object *body = tree_new_object();
    char *other = events_union_id(post->sender_id);
    char *text = old_text(post, NULL);
    char *plain = old_text(post, bot_id);
    tree_set_text(body, "type", header->type);
    tree_set_text(body, "app_id", header->app_id);
    tree_set_text(body, "tenant_key", post->tenant);
    tree_set_text(body, "root_id", post->root == NULL ? "" : post->root->id);
    tree_set_text(body, "parent_id", post->parent == NULL ? "" : post->parent->id);
    tree_set_text(body, "open_chat_id", post->chat->id);
    tree_set_text(body, "chat_type", post->chat->private ? "private" : "group");
    tree_set_text(body, "msg_type", post->type);
    tree_set_text(body, "open_id", post->sender_id);
    tree_set_text(body, "employee_id", "");
    tree_set_text(body, "union_id", other);
    tree_set_text(body, "open_message_id", post->id);
    tree_set_bool(body, "is_mention", mentions_has(&post->mentions, bot_id));
    if (strcmp(post->type, "text") == 0) {
        tree_set_text(body, "text", text);
        tree_set_text(body, "text_without_at_bot", plain);
    }
    free(plain);
    free(text);
    free(other);
    return body;
}

struct json_object *events_message_old(const struct events_header *header, const struct post *post,
                                       const char *bot_id)
{
    struct json_object *tree = tree_new_object();
    char *ts = memory_format("%" PRId64 ".%03" PRId64 "0000", header->created_ms / 1000,
                             header->created_ms % 1000);
    tree_set_text(tree, "ts", ts);
    tree_set_text(tree, "uuid", header->event_id);
    tree_set_text(tree, "token", header->token);
    tree_set_text(tree, "type", "event_callback");
    tree_set(tree, "event", old_body(header, post, bot_id));
    free(ts);
    return tree;
}

struct json_object *events_challenge(const char *token, const char *challenge)
{
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "challenge", challenge);
    tree_set_text(tree, "token", token);
    tree_set_text(tree, "type", "url_verification");
    return tree;
}
