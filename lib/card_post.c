#include "card_post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "config.h"
#include "custom_bot.h"
#include "error.h"
#include "memory.h"
#include "rate.h"
#include "service.h"
#include "tree.h"

enum { SECOND_MS = 1000, WAIT_S = 15 };

/* The platform's limits: of a chat, which all bots in it share, and of the app. */
static bool may_post(struct service *service, const struct config_receiver *receiver,
                     int64_t *wait_s, struct error *error)
{
    int64_t wait_ms;
    const int64_t now_ms = clock_wall_ms();
    char *chat = memory_format("chat:%s", receiver->chat);
    const struct rate rates[] = {
        { "app", SECOND_MS, 50 },
        { chat, SECOND_MS, 5 },
    };
    bool allowed = true;
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]) && allowed; i++)
        allowed = rate_take(service->store, &rates[i], now_ms, &wait_ms);
    free(chat);
    if (allowed)
        return true;
    *wait_s = 1;
    return error_set(error, ERROR_NETWORK, "more would be faster than the platform allows");
}

/* The codes with which the platform says that a message can no longer be changed or replied to. */
static bool is_gone(int64_t code)
{
    static const int64_t codes[] = { 230011, 230110, 230111, 230019, 230031 };
    size_t i = 0;
    const size_t count = sizeof(codes) / sizeof(codes[0]);
    while (i < count && codes[i] != code)
        i++;
    return i < count;
}

static enum card_post_result judge(struct service *service, const struct api_answer *answer,
                                   int64_t *wait_s, struct error *error)
{
    *wait_s = WAIT_S;
    if (answer->outcome == API_ACCEPTED)
        return CARD_POST_DONE;
    (void)error_set(error, ERROR_NETWORK, "code %lld: %s", (long long)answer->code, answer->text);
    if (answer->outcome == API_UNREACHED)
        return CARD_POST_LATER;
    if (answer->outcome == API_UNKNOWN)
        return CARD_POST_UNKNOWN;
    if (is_gone(answer->code))
        return CARD_POST_GONE;
    if (answer->class == CODE_CONTENT)
        return CARD_POST_CONTENT;
    if (answer->class != CODE_AGAIN)
        log_error(service->log, "an alert's card is refused: code %lld, %s, log id %s: %s",
                  (long long)answer->code, answer->text,
                  answer->log_id[0] == '\0' ? "none" : answer->log_id, code_advice(answer->code));
    return CARD_POST_LATER;
}

/* One call about a message; body becomes its own. */
static enum card_post_result call(struct service *service, const struct config_receiver *receiver,
                                  const char *method, const char *path, struct json_object *body,
                                  int64_t deadline_ms, char *message_id, int64_t *wait_s,
                                  struct error *error)
{
    struct api_answer answer = API_ANSWER_INIT;
    enum card_post_result result = CARD_POST_LATER;
    if (may_post(service, receiver, wait_s, error)) {
        api_call(&service->api, method, path, body, deadline_ms, &answer);
        result = judge(service, &answer, wait_s, error);
    }
    const char *id = tree_text(tree_object(answer.tree, "data"), "message_id");
    if (message_id != NULL && id != NULL && strlen(id) < DELIVERY_ID_LEN)
        (void)snprintf(message_id, DELIVERY_ID_LEN, "%s", id);
    api_answer_release(&answer);
    tree_free(body);
    return result;
}

/* The card, or a text, as the field "content" of a request. */
static struct json_object *request_of(struct json_object *content)
{
    struct buf text = BUF_INIT(1 << 20);
    struct json_object *body = tree_new_object();
    tree_print(content, &text);
    tree_set_text(body, "content", buf_text(&text));
    buf_release(&text);
    return body;
}

enum card_post_result card_post(struct service *service, const struct config_receiver *receiver,
                                struct json_object *card, const char *uuid, int64_t deadline_ms,
                                char message_id[static DELIVERY_ID_LEN], int64_t *wait_s,
                                struct error *error)
{
    message_id[0] = '\0';
    if (receiver->chat[0] == '\0')
        return custom_bot_post(service, receiver, card, deadline_ms, wait_s, error);
    struct json_object *body = request_of(card);
    tree_set_text(body, "receive_id", receiver->chat);
    tree_set_text(body, "msg_type", "interactive");
    tree_set_text(body, "uuid", uuid);
    return call(service, receiver, "POST", "/open-apis/im/v1/messages?receive_id_type=chat_id",
                body, deadline_ms, message_id, wait_s, error);
}

enum card_post_result card_post_update(struct service *service,
                                       const struct config_receiver *receiver,
                                       const char *message_id, struct json_object *card,
                                       int64_t deadline_ms, int64_t *wait_s, struct error *error)
{
    char *path = memory_format("/open-apis/im/v1/messages/%s", message_id);
    const enum card_post_result result =
        call(service, receiver, "PATCH", path, request_of(card), deadline_ms, NULL, wait_s, error);
    free(path);
    return result;
}

enum card_post_result card_post_note(struct service *service,
                                     const struct config_receiver *receiver, const char *message_id,
                                     const char *text, const char *uuid, int64_t deadline_ms,
                                     int64_t *wait_s, struct error *error)
{
    char *path = memory_format("/open-apis/im/v1/messages/%s/reply", message_id);
    struct json_object *content = tree_new_object();
    tree_set_text(content, "text", text);
    struct json_object *body = request_of(content);
    tree_set_text(body, "msg_type", "text");
    tree_set_bool(body, "reply_in_thread", true);
    tree_set_text(body, "uuid", uuid);
    const enum card_post_result result =
        call(service, receiver, "POST", path, body, deadline_ms, NULL, wait_s, error);
    tree_free(content);
    free(path);
    return result;
}
