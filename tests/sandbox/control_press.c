#include "controls.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cast.h"
#include "clock.h"
#include "courier.h"
#include "error.h"
#include "events.h"
#include "exchange.h"
#include "memory.h"
#include "options.h"
#include "press_answer.h"
#include "press_button.h"
#include "secret.h"
#include "text.h"
#include "tree.h"
#include "world.h"

enum { BODY_MAX = 64 << 10, EVENT_MAX = 1 << 20, TOKEN_LIFE_MS = 30 * 60 * 1000 };

/* A press request, read. Texts and trees are borrowed from it, and from the card. */
struct pressing {
    struct post *post;
    struct json_object *card; /* owned */
    struct press_button button;
    const char *user;
    const char *timezone;
    bool confirmed;
};

/* Reads the body. NULL, or what is wrong with it. */
static const char *read_pressing(struct world *world, struct json_object *body,
                                 struct pressing *pressing)
{
    struct error error = ERROR_INIT;
    const char *id = tree_text(body, "message_id");
    *pressing = (struct pressing){ .user = CAST_USER_ID, .timezone = "Asia/Shanghai" };
    if (id == NULL || (pressing->post = posts_find(&world->posts, id)) == NULL)
        return "message_id: of a message that there is";
    if (tree_has(body, "user") && (pressing->user = tree_text(body, "user")) == NULL)
        return "user: an open_id";
    if (tree_has(body, "timezone") && (pressing->timezone = tree_text(body, "timezone")) == NULL)
        return "timezone: as Asia/Shanghai";
    if (tree_has(body, "confirm") && !tree_bool(body, "confirm", &pressing->confirmed))
        return "confirm: true or false";
    if (!pressing->post->from_bot || strcmp(pressing->post->type, "interactive") != 0)
        return "the message is not a card of the bot";
    if (pressing->post->recalled)
        return "the message is recalled";
    const char *content = pressing->post->content;
    pressing->card = tree_parse_object(content, strlen(content), &error);
    return press_button_find(pressing->card, body, &pressing->button);
}

static struct json_object *operator_of(const struct pressing *pressing)
{
    struct json_object *object = tree_new_object();
    char *union_id = events_union_id(pressing->user);
    tree_set_text(object, "tenant_key", CAST_TENANT);
    tree_set_text(object, "union_id", union_id);
    tree_set_text(object, "open_id", pressing->user);
    free(union_id);
    return object;
}

static struct json_object *action_of(const struct pressing *pressing)
{
    struct json_object *object = tree_new_object();
    const char *name = tree_text(pressing->button.element, "name");
    if (pressing->button.value != NULL)
        tree_set(object, "value", tree_share(pressing->button.value));
    tree_set_text(object, "tag", "button");
    tree_set_text(object, "timezone", pressing->timezone);
    if (name != NULL)
        tree_set_text(object, "name", name);
    return object;
}

/* The callback's text. Caller frees. */
static char *callback_text(const struct events_header *header, const struct pressing *pressing,
                           const char *token)
{
    struct buf out = BUF_INIT(EVENT_MAX);
    struct json_object *event = tree_new_object();
    struct json_object *context = tree_new_object();
    tree_set_text(context, "open_message_id", pressing->post->id);
    tree_set_text(context, "open_chat_id", pressing->post->chat->id);
    tree_set(event, "operator", operator_of(pressing));
    tree_set_text(event, "token", token);
    tree_set(event, "action", action_of(pressing));
    tree_set_text(event, "host", "im_message");
    tree_set(event, "context", context);
    struct json_object *tree = events_wrap(header, event);
    tree_print(tree, &out);
    tree_free(tree);
    char *text = memory_copy(buf_text(&out));
    buf_release(&out);
    return text;
}

/* A callback under way. */
struct call {
    char event_id[EVENTS_ID_LEN];
    char message_id[POSTS_ID_LEN];
    char token[PRESSES_TOKEN_LEN];
    char *text;
    int64_t at_ms; /* wall clock */
    struct parcel *parcel;
    struct courier_result result;
    char *body; /* of the answer */
};

static void begin_call(struct world *world, const struct exchange *exchange,
                       const struct pressing *pressing, struct call *call)
{
    struct events_header header =
        events_header(world, APP_CALLBACK_CARD, clock_wall_ms(), call->event_id);
    header.created_ms *= 1000; /* of callbacks the platform tells microseconds */
    int64_t life_ms = TOKEN_LIFE_MS / world->options->time_scale;
    const struct press *press =
        presses_add(&world->presses, pressing->post->id, exchange->now_ms + life_ms);
    memcpy(call->token, press->token, sizeof(call->token));
    memcpy(call->message_id, pressing->post->id, sizeof(call->message_id));
    call->at_ms = clock_wall_ms();
    call->text = callback_text(&header, pressing, call->token);
    struct parcels_event event = { call->event_id, call->message_id, header.type, call->text };
    call->parcel = parcels_add_sent(&world->parcels, &event);
    world_change(world);
}

/* Sends it, and waits for the answer. The world is not locked meanwhile. */
static void make_call(struct world *world, struct call *call)
{
    struct buf body = BUF_INIT(BODY_MAX);
    struct secret key = SECRET_INIT;
    const struct secret *set = app_key(&world->app);
    char *url = memory_copy(app_url_for(&world->app, APP_CALLBACK_CARD));
    if (secret_is_set(set))
        secret_set(&key, set->data, set->len);
    world_unlock(world);
    call->result = courier_call(world, url, &key, call->text, &body);
    world_lock(world);
    call->body = text_clean(buf_text(&body), body.len);
    secret_release(&key);
    free(url);
    buf_release(&body);
}

/* In short what the client showed. Caller frees. */
static char *describe(const struct press_answer *answer)
{
    if (answer->error != PRESS_FINE)
        return memory_format("error %d, %s", (int)answer->error, answer->detail);
    return memory_format("%s%s%s", answer->toast != NULL ? "toast" : "",
                         answer->toast != NULL && answer->card != NULL ? ", " : "",
                         answer->card != NULL ? "new card" : "");
}

static void set_error(struct json_object *tree, enum press_error error, const char *detail)
{
    struct json_object *object = tree_new_object();
    tree_set_int(object, "code", error);
    tree_set_text(object, "text", press_answer_explain(error));
    tree_set_text(object, "detail", detail);
    tree_set(tree, "error", object);
}

static void answer_call(struct exchange *exchange, const struct call *call,
                        const struct press_button *button, const struct press_answer *answer)
{
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "event_id", call->event_id);
    tree_set_int(tree, "status", call->result.status);
    tree_set_int(tree, "ms", call->result.ms);
    tree_set_text(tree, "body", call->body);
    if (answer->toast != NULL)
        tree_set(tree, "toast", tree_share(answer->toast));
    tree_set_bool(tree, "card", answer->card != NULL);
    if (answer->error != PRESS_FINE)
        set_error(tree, answer->error, answer->detail);
    if (button->url != NULL)
        tree_set_text(tree, "open_url", button->url);
    exchange_answer(exchange, tree);
}

/* Lets the answer take effect, if the card is still there, and notes what came of the callback. */
static void finish_call(struct world *world, struct call *call, const struct press_answer *answer)
{
    struct post *post = posts_find(&world->posts, call->message_id);
    struct press *press = presses_find(&world->presses, call->token);
    struct parcel_attempt attempt = { call->at_ms, call->result.ms, call->result.status,
                                      memory_copy(call->body), memory_copy(call->result.trouble) };
    if (press != NULL)
        press->answered = true;
    if (post != NULL && answer->card != NULL && !post->recalled)
        posts_update(post, answer->card, clock_wall_ms());
    call->parcel->client = describe(answer);
    parcels_finish(&world->parcels, call->parcel, &attempt, 1, clock_steady_ms());
}

/* The whole way of the callback, to the bot and back. */
static void call_back(struct world *world, struct exchange *exchange,
                      const struct pressing *pressing)
{
    struct call call = { .text = NULL };
    begin_call(world, exchange, pressing, &call);
    make_call(world, &call);
    /* What it was may be gone by now. */
    const struct post *post = posts_find(&world->posts, call.message_id);
    struct press_answer answer =
        press_answer_judge(&call.result, call.body, post == NULL ? "{}" : post->content);
    finish_call(world, &call, &answer);
    answer_call(exchange, &call, &pressing->button, &answer);
    press_answer_release(&answer);
    free(call.text);
    free(call.body);
}

/* Answers that the platform sends nothing, and why. */
static void answer_withheld(struct exchange *exchange, const char *reason)
{
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "withheld", reason);
    set_error(tree, PRESS_NOT_CONFIGURED, reason);
    exchange_answer(exchange, tree);
}

static void answer_question(struct exchange *exchange, struct json_object *confirm)
{
    struct json_object *tree = tree_new_object();
    tree_set(tree, "confirm", tree_share(confirm));
    exchange_answer(exchange, tree);
}

static void answer_opened(struct exchange *exchange, const char *url)
{
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "open_url", url != NULL ? url : "");
    exchange_answer(exchange, tree);
}

void control_press(struct world *world, struct exchange *exchange)
{
    struct pressing pressing;
    const char *wrong = read_pressing(world, exchange->body, &pressing);
    const char *reason = app_withholds(&world->app, APP_CALLBACK_CARD);
    if (wrong != NULL)
        exchange_complain(exchange, 400, "%s", wrong);
    else if (pressing.button.confirm != NULL && !pressing.confirmed)
        answer_question(exchange, pressing.button.confirm);
    else if (!pressing.button.calls_back)
        answer_opened(exchange, pressing.button.url);
    else if (reason != NULL)
        answer_withheld(exchange, reason);
    else
        call_back(world, exchange, &pressing);
    tree_free(pressing.card);
}
