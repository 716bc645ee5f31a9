#include "open_api.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cast.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "exchange.h"
#include "memory.h"
#include "options.h"
#include "refusals.h"
#include "rules.h"
#include "tree.h"
#include "views.h"
#include "world.h"

enum { UUID_MAX = 50, UUID_LIFE_MS = 3600 * 1000, CONTENT_MAX = 1 << 20 };

/* What both ways to send have in their body. */
struct sending {
    const char *type;
    const char *content;
    const char *uuid; /* NULL for none */
};

/* Reads the body; false if a field is wrong, with the refusal answered. */
static bool read_sending(struct exchange *exchange, struct sending *sending)
{
    struct json_object *body = exchange->body;
    sending->type = tree_text(body, "msg_type");
    sending->content = tree_text(body, "content");
    sending->uuid = tree_text(body, "uuid");
    if (sending->type == NULL)
        refusals_answer_field(exchange, "msg_type", "msg_type is required");
    else if (sending->content == NULL)
        refusals_answer_field(exchange, "content", "content is required, as a string");
    else if (tree_has(body, "uuid") && sending->uuid == NULL)
        refusals_answer_field(exchange, "uuid", "uuid is a string");
    else if (sending->uuid != NULL && strlen(sending->uuid) > UUID_MAX)
        refusals_answer_field(exchange, "uuid", "the max len is 50");
    else
        return true;
    return false;
}

/* Text content with its markup for mentions turned into keys; other content as it is. Caller
 * frees. */
static char *stored_content(const struct world *world, const struct sending *sending,
                            struct mentions *mentions)
{
    struct error error = ERROR_INIT;
    if (strcmp(sending->type, "text") != 0)
        return memory_copy(sending->content);
    struct buf out = BUF_INIT(CONTENT_MAX);
    struct json_object *content =
        tree_parse_object(sending->content, strlen(sending->content), &error);
    char *text = mentions_from_markup(tree_text(content, "text"), world->bot_id, mentions);
    tree_set_text(content, "text", text);
    tree_print(content, &out);
    char *stored = memory_copy(buf_text(&out));
    buf_release(&out);
    tree_free(content);
    free(text);
    return stored;
}

static struct post *add_post(struct world *world, const struct exchange *exchange,
                             const struct sending *sending, struct posts_draft *draft)
{
    struct mentions mentions = { NULL, 0 };
    char *content = stored_content(world, sending, &mentions);
    draft->from_bot = true;
    draft->sender_id = world->bot_id;
    draft->sender_type = "app";
    draft->tenant = CAST_TENANT;
    draft->type = sending->type;
    draft->content = content;
    draft->created_ms = clock_wall_ms();
    draft->uuid = sending->uuid;
    draft->uuid_end_ms = exchange->now_ms + UUID_LIFE_MS / world->options->time_scale;
    struct post *post = posts_add(&world->posts, draft, &mentions);
    free(content);
    return post;
}

/* Posts into the draft's chat, or finds what the same uuid posted before. */
static void post_or_repeat(struct world *world, struct exchange *exchange,
                           const struct sending *sending, struct posts_draft *draft)
{
    struct rules_verdict verdict = rules_judge(sending->type, sending->content, exchange->body_len);
    if (verdict.code != 0) {
        refusals_answer(exchange, verdict.code, verdict.detail);
        return;
    }
    struct post *post = posts_find_uuid(&world->posts, sending->uuid, exchange->now_ms);
    if (post != NULL) {
        post->requests++;
    } else if (world->options->limits &&
               !rates_take(&draft->chat->rate, RATES_CHAT, exchange->now_ms)) {
        refusals_answer(exchange, REFUSAL_CHAT_RATE, "");
        return;
    } else {
        post = add_post(world, exchange, sending, draft);
    }
    exchange_answer_data(exchange, views_api(post, world->config->app.id, true));
}

/* The chat that a kind of receiver's id means; NULL with the refusal answered. */
static struct chat *find_receiver(struct world *world, struct exchange *exchange, const char *kind,
                                  const char *id)
{
    struct chat *chat = NULL;
    const char *private = NULL;
    if (strcmp(kind, "chat_id") == 0) {
        chat = posts_chat(&world->posts, id);
        if (chat == NULL)
            refusals_answer(exchange, REFUSAL_NOT_IN_CHAT, "");
        return chat;
    }
    if (strcmp(kind, "open_id") == 0)
    private = CAST_USER_ID;
    else if (strcmp(kind, "union_id") == 0) private = CAST_USER_UNION_ID;
    else if (strcmp(kind, "user_id") != 0 && strcmp(kind, "email") != 0)
    {
        refusals_answer_field(exchange, "receive_id_type", "one of the kinds of id");
        return NULL;
    }
    if (private != NULL && strcmp(id, private) == 0)
        return posts_chat(&world->posts, CAST_P2P_ID);
    if (private == NULL)
        refusals_answer(exchange, REFUSAL_RECEIVER, "");
    else
        refusals_answer(exchange, REFUSAL_OPEN_ID, "see field_violations");
    return NULL;
}

void open_send(struct world *world, struct exchange *exchange)
{
    struct sending sending;
    struct posts_draft draft = { .chat = NULL };
    const char *kind = exchange_query(exchange, "receive_id_type");
    const char *id = tree_text(exchange->body, "receive_id");
    if (kind == NULL) {
        refusals_answer_field(exchange, "receive_id_type", "receive_id_type is required");
        return;
    }
    if (id == NULL) {
        refusals_answer_field(exchange, "receive_id", "receive_id is required");
        return;
    }
    if (!read_sending(exchange, &sending))
        return;
    draft.chat = find_receiver(world, exchange, kind, id);
    if (draft.chat != NULL)
        post_or_repeat(world, exchange, &sending, &draft);
}

void open_reply(struct world *world, struct exchange *exchange)
{
    struct sending sending;
    struct posts_draft draft = { .chat = NULL };
    struct json_object *body = exchange->body;
    if (!read_sending(exchange, &sending))
        return;
    if (tree_has(body, "reply_in_thread") &&
        !tree_bool(body, "reply_in_thread", &draft.in_thread)) {
        refusals_answer_field(exchange, "reply_in_thread", "true or false");
        return;
    }
    struct post *parent = open_find_post(world, exchange);
    if (parent == NULL)
        return;
    draft.parent = parent;
    draft.chat = parent->chat;
    post_or_repeat(world, exchange, &sending, &draft);
}
