#include "views.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cast.h"
#include "error.h"
#include "memory.h"
#include "posts.h"
#include "tree.h"

enum { TEXT_MAX = 1 << 20 };

void views_set_time(struct json_object *object, const char *key, long long ms)
{
    char *text = memory_format("%lld", ms);
    tree_set_text(object, key, text);
    free(text);
}

/* Adds a line of text if there is any. */
static void add_line(struct buf *out, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    if (out->len > 0)
        buf_add_text(out, "\n");
    buf_add_text(out, text);
}

/* The texts of card elements, a line each. */
static void add_elements(struct buf *out, struct json_object *elements)
{
    for (size_t i = 0; i < tree_count(elements); i++) {
        struct json_object *element = tree_at(elements, i);
        add_line(out, tree_text(element, "content"));
        add_line(out, tree_text(tree_object(element, "text"), "content"));
        add_elements(out, tree_array(element, "columns"));
        add_elements(out, tree_array(element, "elements"));
        add_elements(out, tree_array(element, "actions"));
    }
}

static void add_card(struct buf *out, struct json_object *card)
{
    struct json_object *title = tree_object(tree_object(card, "header"), "title");
    add_line(out, tree_text(title, "content"));
    add_elements(out, tree_array(tree_object(card, "body"), "elements"));
    add_elements(out, tree_array(card, "elements"));
}

/* The paragraphs of a post, a line each. */
static void add_paragraphs(struct buf *out, struct json_object *post)
{
    add_line(out, tree_text(post, "title"));
    struct json_object *paragraphs = tree_array(post, "content");
    for (size_t i = 0; i < tree_count(paragraphs); i++) {
        struct json_object *parts = tree_at(paragraphs, i);
        struct buf line = BUF_INIT(TEXT_MAX);
        for (size_t j = 0; j < tree_count(parts); j++) {
            const char *text = tree_text(tree_at(parts, j), "text");
            buf_add_text(&line, text != NULL ? text : "");
        }
        add_line(out, buf_text(&line));
        buf_release(&line);
    }
}

/* The message as a person would read it aloud. Caller frees. */
static char *readable(const struct post *post)
{
    static const char *const languages[] = { "zh_cn", "en_us" };
    struct error error = ERROR_INIT;
    struct buf out = BUF_INIT(TEXT_MAX);
    struct json_object *content = tree_parse_object(post->content, strlen(post->content), &error);
    if (strcmp(post->type, "text") == 0) {
        add_line(&out, tree_text(content, "text"));
    } else if (strcmp(post->type, "interactive") == 0) {
        add_card(&out, content);
    } else if (strcmp(post->type, "post") == 0) {
        add_paragraphs(&out, content);
        for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
            add_paragraphs(&out, tree_object(content, languages[i]));
    }
    tree_free(content);
    char *text = mentions_to_names(buf_text(&out), &post->mentions);
    buf_release(&out);
    return text;
}

/* The text of a tree, which is freed. Caller frees. */
static char *print_and_free(struct json_object *tree)
{
    struct buf out = BUF_INIT(8 * TEXT_MAX);
    tree_print(tree, &out);
    tree_free(tree);
    char *text = memory_copy(buf_text(&out));
    buf_release(&out);
    return text;
}

/* What the platform tells of a card to those who do not ask for the whole. Caller frees. */
static char *simplify_card(const struct post *post)
{
    struct error error = ERROR_INIT;
    struct buf body = BUF_INIT(TEXT_MAX);
    struct json_object *card = tree_parse_object(post->content, strlen(post->content), &error);
    struct json_object *title = tree_object(tree_object(card, "header"), "title");
    struct json_object *simple = tree_new_object();
    struct json_object *element = tree_new_object();
    struct json_object *line = tree_new_array();
    struct json_object *lines = tree_new_array();
    add_elements(&body, tree_array(tree_object(card, "body"), "elements"));
    add_elements(&body, tree_array(card, "elements"));
    if (tree_text(title, "content") != NULL)
        tree_set_text(simple, "title", tree_text(title, "content"));
    tree_set_text(element, "tag", "text");
    tree_set_text(element, "text", buf_text(&body));
    tree_append(line, element);
    tree_append(lines, line);
    tree_set(simple, "elements", lines);
    buf_release(&body);
    tree_free(card);
    return print_and_free(simple);
}

static struct json_object *sender(const struct post *post, const char *app_id)
{
    struct json_object *object = tree_new_object();
    bool user = strcmp(post->sender_type, "user") == 0;
    tree_set_text(object, "id", post->from_bot ? app_id : post->sender_id);
    tree_set_text(object, "id_type", user ? "open_id" : "app_id");
    tree_set_text(object, "sender_type", user ? "user" : "app");
    tree_set_text(object, "tenant_key", post->tenant);
    return object;
}

static struct json_object *body(const struct post *post, bool raw_cards)
{
    struct json_object *object = tree_new_object();
    char *simple = NULL;
    if (!raw_cards && !post->recalled && strcmp(post->type, "interactive") == 0)
        simple = simplify_card(post);
    const char *content = simple != NULL ? simple : post->content;
    tree_set_text(object, "content", post->recalled ? "This message was recalled" : content);
    free(simple);
    return object;
}

struct json_object *views_api(const struct post *post, const char *app_id, bool raw_cards)
{
    struct json_object *object = tree_new_object();
    tree_set_text(object, "message_id", post->id);
    if (post->root != NULL)
        tree_set_text(object, "root_id", post->root->id);
    if (post->parent != NULL)
        tree_set_text(object, "parent_id", post->parent->id);
    if (post->thread_id != NULL)
        tree_set_text(object, "thread_id", post->thread_id);
    tree_set_text(object, "msg_type", post->type);
    views_set_time(object, "create_time", post->created_ms);
    views_set_time(object, "update_time", post->updated_ms);
    tree_set_bool(object, "deleted", post->recalled);
    tree_set_bool(object, "updated", post->updated);
    tree_set_text(object, "chat_id", post->chat->id);
    tree_set(object, "sender", sender(post, app_id));
    tree_set(object, "body", body(post, raw_cards));
    if (post->mentions.count > 0)
        tree_set(object, "mentions", mentions_print(&post->mentions));
    return object;
}

static struct json_object *reactions(const struct post *post)
{
    struct json_object *array = tree_new_array();
    for (size_t i = 0; i < post->reaction_count; i++)
        tree_append_text(array, post->reactions[i].emoji);
    return array;
}

struct json_object *views_control(const struct post *post, const char *app_id)
{
    struct json_object *object = tree_new_object();
    char *text = readable(post);
    tree_set_text(object, "message_id", post->id);
    tree_set_text(object, "chat_id", post->chat->id);
    tree_set_text(object, "sender", post->from_bot ? app_id : post->sender_id);
    tree_set_text(object, "sender_type", post->sender_type);
    tree_set_bool(object, "from_bot", post->from_bot);
    tree_set_text(object, "reply_to", post->parent == NULL ? "" : post->parent->id);
    tree_set_text(object, "type", post->type);
    tree_set_text(object, "text", text);
    tree_set_text(object, "content", post->content);
    tree_set(object, "mentions", mentions_print(&post->mentions));
    tree_set_int(object, "time_ms", post->created_ms);
    tree_set_text(object, "uuid", post->uuid);
    tree_set_int(object, "posts", post->requests);
    tree_set_bool(object, "updated", post->updated);
    tree_set_bool(object, "recalled", post->recalled);
    if (post->withheld != NULL)
        tree_set_text(object, "withheld", post->withheld);
    tree_set(object, "reactions", reactions(post));
    free(text);
    return object;
}
