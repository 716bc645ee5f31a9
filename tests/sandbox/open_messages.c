#include "open_api.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "exchange.h"
#include "memory.h"
#include "refusals.h"
#include "rules.h"
#include "tree.h"
#include "views.h"
#include "world.h"

enum { PAGE_MAX = 50, PAGE_DEFAULT = 20 };

/* The post that the path names, or NULL with the refusal answered. */
static struct post *find(struct world *world, struct exchange *exchange)
{
    const char *id = exchange->parts[0];
    struct post *post = posts_find(&world->posts, id);
    if (post == NULL && strncmp(id, "om_", 3) != 0)
        refusals_answer(exchange, REFUSAL_PARAM, "this is no message_id");
    else if (post == NULL)
        refusals_answer(exchange, REFUSAL_NOT_IN_CHAT, "");
    return post;
}

struct post *open_find_post(struct world *world, struct exchange *exchange)
{
    struct post *post = find(world, exchange);
    if (post == NULL || !post->recalled)
        return post;
    refusals_answer(exchange, REFUSAL_RECALLED, "");
    return NULL;
}

static bool wants_raw_cards(const struct exchange *exchange)
{
    const char *kind = exchange_query(exchange, "card_msg_content_type");
    return kind != NULL && strcmp(kind, "user_card_content") == 0;
}

void open_get(struct world *world, struct exchange *exchange)
{
    const struct post *post = find(world, exchange);
    if (post == NULL)
        return;
    struct json_object *items = tree_new_array();
    struct json_object *data = tree_new_object();
    tree_append(items, views_api(post, world->config->app.id, wants_raw_cards(exchange)));
    tree_set(data, "items", items);
    exchange_answer_data(exchange, data);
}

/* What of a chat is asked for. */
struct page {
    const struct chat *chat;
    bool newest_first;
    int64_t size;
    int64_t skipped;
    int64_t start_s;
    int64_t end_s;
};

/* Reads the numbers of a list request; NULL, or the name of the wrong one. */
static const char *read_page(const struct exchange *exchange, struct page *page)
{
    if (!exchange_query_int(exchange, "page_size", 1, PAGE_MAX, PAGE_DEFAULT, &page->size))
        return "page_size";
    if (!exchange_query_int(exchange, "page_token", 0, INT64_MAX, 0, &page->skipped))
        return "page_token";
    if (!exchange_query_int(exchange, "start_time", 0, INT64_MAX, 0, &page->start_s))
        return "start_time";
    if (!exchange_query_int(exchange, "end_time", 0, INT64_MAX, INT64_MAX, &page->end_s))
        return "end_time";
    const char *sort = exchange_query(exchange, "sort_type");
    page->newest_first = sort != NULL && strcmp(sort, "ByCreateTimeDesc") == 0;
    if (sort != NULL && !page->newest_first && strcmp(sort, "ByCreateTimeAsc") != 0)
        return "sort_type";
    return NULL;
}

static bool on_page(const struct page *page, const struct post *post)
{
    return post->chat == page->chat && post->created_ms / 1000 >= page->start_s &&
           post->created_ms / 1000 <= page->end_s;
}

/* The items of the page, and how many there are in all its like. */
static struct json_object *list_items(const struct world *world, const struct exchange *exchange,
                                      const struct page *page, int64_t *total)
{
    struct json_object *items = tree_new_array();
    *total = 0;
    for (size_t i = 0; i < world->posts.count; i++) {
        size_t at = page->newest_first ? world->posts.count - 1 - i : i;
        const struct post *post = world->posts.list[at];
        if (!on_page(page, post))
            continue;
        if (*total >= page->skipped && *total - page->skipped < page->size)
            tree_append(items, views_api(post, world->config->app.id, wants_raw_cards(exchange)));
        ++*total;
    }
    return items;
}

void open_list(struct world *world, struct exchange *exchange)
{
    struct page page;
    int64_t total = 0;
    const char *kind = exchange_query(exchange, "container_id_type");
    const char *id = exchange_query(exchange, "container_id");
    const char *wrong = read_page(exchange, &page);
    if (kind == NULL || strcmp(kind, "chat") != 0)
        wrong = "container_id_type";
    else if (id == NULL)
        wrong = "container_id";
    if (wrong != NULL) {
        refusals_answer_field(exchange, wrong, "missing or not valid");
        return;
    }
    page.chat = posts_chat(&world->posts, id);
    if (page.chat == NULL) {
        refusals_answer(exchange, REFUSAL_NOT_IN_CHAT, "");
        return;
    }
    struct json_object *data = tree_new_object();
    tree_set(data, "items", list_items(world, exchange, &page, &total));
    bool more = page.skipped < total && total - page.skipped > page.size;
    tree_set_bool(data, "has_more", more);
    if (more) {
        char *token = memory_format("%" PRId64, page.skipped + page.size);
        tree_set_text(data, "page_token", token);
        free(token);
    }
    exchange_answer_data(exchange, data);
}

void open_patch(struct world *world, struct exchange *exchange)
{
    const char *content = tree_text(exchange->body, "content");
    if (content == NULL) {
        refusals_answer_field(exchange, "content", "content is required, as a string");
        return;
    }
    struct post *post = open_find_post(world, exchange);
    if (post == NULL)
        return;
    struct rules_verdict verdict = rules_judge("interactive", content, exchange->body_len);
    if (!post->from_bot)
        refusals_answer(exchange, REFUSAL_NOT_OWNER, "");
    else if (strcmp(post->type, "interactive") != 0)
        refusals_answer(exchange, REFUSAL_PARAM, "the message is not a card");
    else if (verdict.code != 0)
        refusals_answer(exchange, verdict.code, verdict.detail);
    else if (!rules_shared_card(post->content) || !rules_shared_card(content))
        refusals_answer(exchange, REFUSAL_PARAM, "both cards have to say update_multi");
    else {
        posts_update(post, content, clock_wall_ms());
        exchange_answer_data(exchange, tree_new_object());
    }
}

void open_recall(struct world *world, struct exchange *exchange)
{
    struct post *post = open_find_post(world, exchange);
    if (post == NULL)
        return;
    if (!post->from_bot) {
        refusals_answer(exchange, REFUSAL_RECALL, "");
        return;
    }
    post->recalled = true;
    exchange_answer_data(exchange, tree_new_object());
}
