#include "controls.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cast.h"
#include "clock.h"
#include "courier.h"
#include "events.h"
#include "exchange.h"
#include "memory.h"
#include "tree.h"
#include "world.h"

enum { REPEAT_MAX = 10000, AGE_MAX_S = 10 * 365 * 86400, TEXT_MAX = 1 << 20 };

enum whom { WHOM_AS_WRITTEN, WHOM_BOT, WHOM_ALL, WHOM_NOBODY };

/* A say request, read. Texts are borrowed from it. */
struct saying {
    struct chat *chat;
    const char *text; /* NULL if the content is given */
    const char *type;
    const char *content; /* NULL if the text is given */
    enum whom whom;      /* whom it mentions */
    const char *user;
    const char *sender_type;
    const char *tenant;
    const struct post *parent;
    int64_t repeat;
    int64_t age_s;
    bool old_schema;
};

/* A text of the body, or fallback if it is absent. */
static const char *text_or(struct json_object *body, const char *key, const char *fallback)
{
    const char *text = tree_text(body, key);
    return text != NULL ? text : fallback;
}

/* Reads a number if it is there; false if it is outside [min, max]. */
static bool number_or(struct json_object *body, const char *key, int64_t min, int64_t max,
                      int64_t *value)
{
    return !tree_has(body, key) || (tree_int(body, key, value) && *value >= min && *value <= max);
}

/* "group", "p2p", or a chat's id. */
static struct chat *find_chat(struct world *world, const char *name)
{
    if (strcmp(name, "group") == 0)
        name = CAST_GROUP_ID;
    else if (strcmp(name, "p2p") == 0)
        name = CAST_P2P_ID;
    return posts_chat(&world->posts, name);
}

static bool read_whom(struct json_object *body, enum whom *whom)
{
    bool named = false;
    const char *text = tree_text(body, "mention");
    *whom = WHOM_AS_WRITTEN;
    if (!tree_has(body, "mention"))
        return true;
    if (tree_bool(body, "mention", &named))
        *whom = named ? WHOM_BOT : WHOM_NOBODY;
    else if (text != NULL && strcmp(text, "all") == 0)
        *whom = WHOM_ALL;
    else
        return false;
    return true;
}

/* Reads the body. NULL, or what is wrong with it. */
static const char *read_saying(struct world *world, struct json_object *body, struct saying *saying)
{
    const char *schema = text_or(body, "schema", "2.0");
    const char *parent = tree_text(body, "reply_to");
    *saying = (struct saying){ .repeat = 1 };
    saying->chat = find_chat(world, text_or(body, "chat", "group"));
    saying->text = tree_text(body, "text");
    saying->type = text_or(body, "message_type", "text");
    saying->content = tree_text(body, "content");
    saying->user = text_or(body, "user", CAST_USER_ID);
    saying->sender_type = text_or(body, "sender_type", "user");
    saying->tenant = text_or(body, "tenant_key", CAST_TENANT);
    saying->old_schema = strcmp(schema, "1.0") == 0;
    if (saying->chat == NULL)
        return "chat: \"group\", \"p2p\" or a chat_id that there is";
    if ((saying->text == NULL) == (saying->content == NULL))
        return "text, or message_type and content (as JSON in a string)";
    if (!saying->old_schema && strcmp(schema, "2.0") != 0)
        return "schema: \"2.0\" or \"1.0\"";
    if (!read_whom(body, &saying->whom))
        return "mention: true, false or \"all\"";
    if (!number_or(body, "repeat", 1, REPEAT_MAX, &saying->repeat))
        return "repeat: a number from 1 to 10000";
    if (!number_or(body, "age_s", 0, AGE_MAX_S, &saying->age_s))
        return "age_s: seconds";
    if (parent != NULL && (saying->parent = posts_find(&world->posts, parent)) == NULL)
        return "reply_to: a message_id that there is";
    return NULL;
}

/* The content of a text message. Caller frees. */
static char *text_content(const struct world *world, const struct saying *saying,
                          struct mentions *mentions)
{
    struct buf out = BUF_INIT(TEXT_MAX);
    struct json_object *tree = tree_new_object();
    const char *key = NULL;
    if (saying->whom == WHOM_BOT)
        key = mentions_add(mentions, world->bot_id, world->bot_id);
    else if (saying->whom == WHOM_ALL)
        key = mentions_add(mentions, "all", world->bot_id);
    char *start = key == NULL ? memory_copy("") : memory_format("%s ", key);
    char *rest =
        saying->whom == WHOM_NOBODY
            ? memory_copy(saying->text)
            : mentions_from_typing(saying->text, !saying->chat->private, world->bot_id, mentions);
    char *text = memory_format("%s%s", start, rest);
    tree_set_text(tree, "text", text);
    tree_print(tree, &out);
    char *content = memory_copy(buf_text(&out));
    free(text);
    free(rest);
    free(start);
    tree_free(tree);
    buf_release(&out);
    return content;
}

static struct post *add_post(struct world *world, const struct saying *saying)
{
    struct mentions mentions = { NULL, 0 };
    char *content = NULL;
    if (saying->text != NULL)
        content = text_content(world, saying, &mentions);
    else if (saying->whom == WHOM_BOT)
        (void)mentions_add(&mentions, world->bot_id, world->bot_id);
    struct posts_draft draft = {
        .chat = saying->chat,
        .sender_id = saying->user,
        .sender_type = saying->sender_type,
        .tenant = saying->tenant,
        .type = saying->type,
        .content = content != NULL ? content : saying->content,
        .parent = saying->parent,
        .created_ms = clock_wall_ms() - saying->age_s * 1000,
    };
    struct post *post = posts_add(&world->posts, &draft, &mentions);
    free(content);
    return post;
}

/* Answers that the platform sends no event, and why. */
static void answer_withheld(struct exchange *exchange, const char *message_id, const char *reason)
{
    struct json_object *answer = tree_new_object();
    if (message_id != NULL)
        tree_set_text(answer, "message_id", message_id);
    tree_set_text(answer, "withheld", reason);
    exchange_answer(exchange, answer);
}

/* Sends the event, as often as asked. The tree is freed. */
static void send_event(struct world *world, const struct exchange *exchange,
                       const struct events_header *header, const char *message_id,
                       struct json_object *tree, int64_t repeat)
{
    struct buf text = BUF_INIT(8 * TEXT_MAX);
    tree_print(tree, &text);
    struct parcels_event event = { header->event_id, message_id, header->type, buf_text(&text) };
    for (int64_t i = 0; i < repeat; i++)
        parcels_add(&world->parcels, &event, exchange->now_ms);
    buf_release(&text);
    tree_free(tree);
    courier_wake(world->courier);
}

void control_say(struct world *world, struct exchange *exchange)
{
    struct saying saying;
    char event_id[EVENTS_ID_LEN];
    const char *wrong = read_saying(world, exchange->body, &saying);
    if (wrong != NULL) {
        exchange_complain(exchange, 400, "%s", wrong);
        return;
    }
    struct post *post = add_post(world, &saying);
    post->withheld = app_withholds_message(&world->app, saying.chat->private);
    if (post->withheld != NULL) {
        answer_withheld(exchange, post->id, post->withheld);
        return;
    }
    const char *type = saying.old_schema ? "message" : "im.message.receive_v1";
    struct events_header header = events_header(world, type, post->created_ms, event_id);
    struct json_object *tree = saying.old_schema ? events_message_old(&header, post, world->bot_id)
                                                 : events_message(&header, post, world->bot_id);
    send_event(world, exchange, &header, post->id, tree, saying.repeat);
    struct json_object *answer = tree_new_object();
    tree_set_text(answer, "message_id", post->id);
    tree_set_text(answer, "event_id", event_id);
    exchange_answer(exchange, answer);
}

void control_event(struct world *world, struct exchange *exchange)
{
    struct json_object *body = exchange->body;
    struct json_object *about = tree_object(body, "event");
    const char *type = tree_text(body, "type");
    int64_t repeat = 1;
    int64_t age_s = 0;
    char random_id[EVENTS_ID_LEN];
    if (type == NULL || about == NULL || !number_or(body, "repeat", 1, REPEAT_MAX, &repeat) ||
        !number_or(body, "age_s", 0, AGE_MAX_S, &age_s)) {
        exchange_complain(exchange, 400, "type, and event (an object); repeat and age_s: numbers");
        return;
    }
    const char *reason = app_withholds(&world->app, type);
    if (reason != NULL) {
        answer_withheld(exchange, NULL, reason);
        return;
    }
    struct events_header header =
        events_header(world, type, clock_wall_ms() - age_s * 1000, random_id);
    header.event_id = text_or(body, "event_id", header.event_id);
    header.token = text_or(body, "token", header.token);
    header.app_id = text_or(body, "app_id", header.app_id);
    header.tenant_key = text_or(body, "tenant_key", header.tenant_key);
    struct json_object *answer = tree_new_object();
    tree_set_text(answer, "event_id", header.event_id);
    const char *message_id = text_or(tree_object(about, "message"), "message_id", "");
    send_event(world, exchange, &header, message_id, events_wrap(&header, tree_share(about)),
               repeat);
    exchange_answer(exchange, answer);
}

void control_redeliver(struct world *world, struct exchange *exchange)
{
    const char *id = tree_text(exchange->body, "event_id");
    const struct parcel *old = id == NULL ? NULL : parcels_find(&world->parcels, id);
    int64_t repeat = 1;
    if (old == NULL || !number_or(exchange->body, "repeat", 1, REPEAT_MAX, &repeat)) {
        exchange_complain(exchange, 400, "event_id: of an event that there was; repeat: a number");
        return;
    }
    const char *reason = app_withholds(&world->app, old->type);
    if (reason != NULL) {
        answer_withheld(exchange, NULL, reason);
        return;
    }
    struct parcels_event event = { old->event_id, old->message_id, old->type, old->text };
    for (int64_t i = 0; i < repeat; i++)
        parcels_add(&world->parcels, &event, exchange->now_ms);
    struct json_object *answer = tree_new_object();
    tree_set_text(answer, "event_id", id);
    courier_wake(world->courier);
    exchange_answer(exchange, answer);
}
