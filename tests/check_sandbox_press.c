/* What the sandbox does when somebody presses a button: the callback, what the platform's client
 * makes of the answer, and the card changed later. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "memory.h"
#include "sandbox_kit.h"
#include "suite.h"
#include "tree.h"

enum { TEXT_MAX = 1 << 20 };

static struct kit kit;
static char *token;   /* of the Open API */
static char *card_id; /* of the card that is pressed */

#define BUTTON                                                                                     \
    "{\"tag\":\"button\",\"name\":\"one\",\"text\":{\"tag\":\"plain_text\",\"content\":\"One\"},"  \
    "\"behaviors\":[{\"type\":\"callback\",\"value\":{\"op\":\"ack\"}}]}"
#define ASKING                                                                                     \
    "{\"tag\":\"button\",\"text\":{\"tag\":\"plain_text\",\"content\":\"Two\"},"                   \
    "\"confirm\":{\"title\":{\"tag\":\"plain_text\",\"content\":\"Sure?\"},"                       \
    "\"text\":{\"tag\":\"plain_text\",\"content\":\"Really\"}},"                                   \
    "\"behaviors\":[{\"type\":\"callback\",\"value\":{\"op\":\"two\"}}]}"
#define DISABLED                                                                                   \
    "{\"tag\":\"button\",\"disabled\":true,"                                                       \
    "\"text\":{\"tag\":\"plain_text\",\"content\":\"Three\"},"                                     \
    "\"behaviors\":[{\"type\":\"callback\",\"value\":{\"op\":\"three\"}}]}"
#define LINK                                                                                       \
    "{\"tag\":\"button\",\"text\":{\"tag\":\"plain_text\",\"content\":\"Four\"},"                  \
    "\"behaviors\":[{\"type\":\"open_url\",\"default_url\":\"https://a.example/\"}]}"
#define COLUMNS                                                                                    \
    "{\"tag\":\"column_set\",\"columns\":[{\"tag\":\"column\",\"elements\":[" ASKING "," DISABLED  \
    "]}]}"
#define CARD "{\"schema\":\"2.0\",\"body\":{\"elements\":[" BUTTON "," COLUMNS "," LINK "]}}"
#define NEW_CARD                                                                                   \
    "{\"schema\":\"2.0\",\"body\":{\"elements\":[{\"tag\":\"markdown\",\"content\":\"new\"}]}}"
#define OLD_CARD                                                                                   \
    "{\"config\":{\"update_multi\":true},\"elements\":[{\"tag\":\"markdown\",\"content\":\"old\"}" \
    "]}"

/* Asks the Open API. Caller releases. */
static struct kit_message ask(const char *method, const char *path, const char *body)
{
    char *headers =
        memory_format("Authorization: Bearer %s\r\nContent-Type: application/json\r\n", token);
    struct kit_message answer = kit_receive(kit_send(&kit, method, path, headers, body));
    free(headers);
    return answer;
}

static int64_t number(struct json_object *object, const char *key)
{
    int64_t value = -1;
    ck_assert_msg(tree_int(object, key, &value), "no %s", key);
    return value;
}

static void send_card(void)
{
    struct buf body = BUF_INIT(TEXT_MAX);
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "receive_id", "oc_sandbox_group");
    tree_set_text(tree, "msg_type", "interactive");
    tree_set_text(tree, "content", CARD);
    tree_print(tree, &body);
    tree_free(tree);
    struct kit_message answer =
        ask("POST", "/open-apis/im/v1/messages?receive_id_type=chat_id", buf_text(&body));
    ck_assert_msg(number(answer.tree, "code") == 0, "%s", answer.text);
    card_id = memory_copy(tree_text(tree_object(answer.tree, "data"), "message_id"));
    kit_release(&answer);
    buf_release(&body);
}

static void start(void)
{
    static const char *const options[] = { "--no-limits", NULL };
    kit_start(&kit, true, options);
    token = kit_post_for(&kit, "/open-apis/auth/v3/tenant_access_token/internal",
                         "{\"app_id\":\"" KIT_APP_ID "\",\"app_secret\":\"" KIT_SECRET "\"}",
                         "tenant_access_token");
    send_card();
}

static void stop(void)
{
    kit_stop(&kit);
    free(token);
    free(card_id);
}

/* Presses a button of the card; more: further fields of the request. Caller receives. */
static int press(const char *more)
{
    char *body = memory_format("{\"message_id\":\"%s\",%s}", card_id, more);
    int fd = kit_send(&kit, "POST", "/sandbox/press", "", body);
    free(body);
    return fd;
}

/* Presses the first button, answers the callback, and gives out the callback's event and the
 * result. Caller frees both. */
static struct json_object *press_and_answer(int status, const char *body,
                                            struct kit_message *result)
{
    int fd = press("\"name\":\"one\"");
    struct kit_message request = kit_accept(&kit);
    struct json_object *event = kit_event(&request);
    kit_answer(&request, status, body);
    kit_release(&request);
    *result = kit_receive(fd);
    return event;
}

/* What the card is now. Caller frees. */
static char *card_now(void)
{
    struct kit_message list = kit_get(&kit, "/sandbox/messages");
    struct json_object *messages = tree_array(list.tree, "messages");
    char *content = memory_copy(tree_text(tree_at(messages, 0), "content"));
    kit_release(&list);
    return content;
}

START_TEST(callback_is_what_the_platform_sends)
{
    struct kit_message result;
    struct json_object *tree = press_and_answer(200, "{}", &result);
    struct json_object *header = tree_object(tree, "header");
    struct json_object *event = tree_object(tree, "event");
    struct json_object *action = tree_object(event, "action");
    struct json_object *context = tree_object(event, "context");
    ck_assert_str_eq(tree_text(tree, "schema"), "2.0");
    ck_assert_str_eq(tree_text(header, "event_type"), "card.action.trigger");
    ck_assert_str_eq(tree_text(header, "token"), KIT_TOKEN);
    ck_assert_uint_eq(strlen(tree_text(header, "create_time")), 16);
    ck_assert_str_eq(tree_text(tree_object(event, "operator"), "open_id"), "ou_sandbox_user");
    ck_assert_str_eq(tree_text(tree_object(event, "operator"), "tenant_key"), "sandbox_tenant");
    ck_assert_int_eq(strncmp(tree_text(event, "token"), "c-", 2), 0);
    ck_assert_str_eq(tree_text(tree_object(action, "value"), "op"), "ack");
    ck_assert_str_eq(tree_text(action, "tag"), "button");
    ck_assert_str_eq(tree_text(action, "name"), "one");
    ck_assert_str_eq(tree_text(event, "host"), "im_message");
    ck_assert_str_eq(tree_text(context, "open_message_id"), card_id);
    ck_assert_str_eq(tree_text(context, "open_chat_id"), "oc_sandbox_group");
    tree_free(tree);
    kit_release(&result);
}
END_TEST

/* The bot's answer, and what becomes of it. */
static const struct {
    const char *name;
    int status;
    const char *body;
    int error; /* 0: none */
    bool toast;
    bool card;
} answers[] = {
    { "nothing", 200, "{}", 0, false, false },
    { "what SDKs answer", 200, "{\"msg\":\"success\"}", 0, false, false },
    { "toast", 200, "{\"toast\":{\"type\":\"success\",\"content\":\"ok\"}}", 0, true, false },
    { "toast in languages", 200, "{\"toast\":{\"i18n\":{\"zh_cn\":\"好\"}}}", 0, true, false },
    { "card", 200, "{\"card\":{\"type\":\"raw\",\"data\":" NEW_CARD "}}", 0, false, true },
    { "both", 200, "{\"toast\":{},\"card\":{\"type\":\"raw\",\"data\":" NEW_CARD "}}", 0, true,
      true },
    { "template", 200, "{\"card\":{\"type\":\"template\",\"data\":{\"template_id\":\"A\"}}}", 0,
      false, true },
    { "404", 404, "{}", 200671, false, false },
    { "500", 500, "{\"toast\":{\"content\":\"no\"}}", 200671, false, false },
    { "redirect", 302, "{}", 200671, false, false },
    { "empty", 200, "", 200672, false, false },
    { "text", 200, "ok", 200672, false, false },
    { "array", 200, "[]", 200672, false, false },
    { "toast as text", 200, "{\"toast\":\"ok\"}", 200672, false, false },
    { "toast of no type", 200, "{\"toast\":{\"type\":\"loud\"}}", 200672, false, false },
    { "toast's content", 200, "{\"toast\":{\"content\":1}}", 200672, false, false },
    { "card as text", 200, "{\"card\":\"x\"}", 200673, false, false },
    { "card without type", 200, "{\"card\":{\"data\":" NEW_CARD "}}", 200673, false, false },
    { "card's data as text", 200, "{\"card\":{\"type\":\"raw\",\"data\":\"{}\"}}", 200673, false,
      false },
    { "card that is none", 200, "{\"card\":{\"type\":\"raw\",\"data\":{\"schema\":\"2.0\"}}}",
      200673, false, false },
    { "card with a bad toast", 200,
      "{\"toast\":1,\"card\":{\"type\":\"raw\",\"data\":" NEW_CARD "}}", 200672, false, false },
    { "schema 1.0", 200, "{\"card\":{\"type\":\"raw\",\"data\":" OLD_CARD "}}", 200830, false,
      false },
};

START_TEST(answer_takes_effect)
{
    struct kit_message result;
    bool card = false;
    struct json_object *event = press_and_answer(answers[_i].status, answers[_i].body, &result);
    struct json_object *error = tree_object(result.tree, "error");
    ck_assert_int_eq(result.status, 200);
    if (answers[_i].error == 0)
        ck_assert_msg(error == NULL, "%s: %s", answers[_i].name, result.body);
    else
        ck_assert_msg(number(error, "code") == answers[_i].error, "%s: %s", answers[_i].name,
                      result.body);
    ck_assert_msg(tree_has(result.tree, "toast") == answers[_i].toast, "%s", answers[_i].name);
    ck_assert(tree_bool(result.tree, "card", &card));
    ck_assert_msg(card == answers[_i].card, "%s", answers[_i].name);
    char *now = card_now();
    ck_assert_msg((strcmp(now, CARD) != 0) == answers[_i].card, "%s: %s", answers[_i].name, now);
    free(now);
    tree_free(event);
    kit_release(&result);
}
END_TEST

START_TEST(callback_comes_once)
{
    struct kit_message result;
    tree_free(press_and_answer(500, "", &result));
    kit_release(&result);
    struct kit_message list = kit_deliveries(&kit, 1);
    struct json_object *delivery = tree_at(tree_array(list.tree, "deliveries"), 0);
    ck_assert_str_eq(tree_text(delivery, "type"), "card.action.trigger");
    ck_assert_str_eq(tree_text(delivery, "state"), "given up");
    ck_assert_uint_eq(tree_count(tree_array(delivery, "attempts")), 1);
    ck_assert_ptr_nonnull(strstr(tree_text(delivery, "client"), "200671"));
    kit_release(&list);
}
END_TEST

/* Presses that send nothing, or that are no presses. */
static const struct {
    const char *press;
    int status;
    const char *key; /* of the answer */
    const char *part;
} quiet[] = {
    { "\"index\":1", 200, "confirm", "Sure?" },
    { "\"text\":\"Two\"", 200, "confirm", "Sure?" },
    { "\"value\":{\"op\":\"two\"}", 200, "confirm", "Sure?" },
    { "\"text\":\"Four\"", 200, "open_url", "https://a.example/" },
    { "\"index\":2", 400, "error", "disabled" },
    { "\"index\":4", 400, "error", "no such button" },
    { "\"index\":-1", 400, "error", "index" },
    { "\"name\":\"none\"", 400, "error", "no such button" },
    { "\"index\":1,\"confirm\":1", 400, "error", "confirm" },
    { "\"user\":1,\"index\":0", 400, "error", "user" },
    { "\"user\":\"ou_x\"", 400, "error", "which button" },
};

START_TEST(press_sends_nothing)
{
    struct kit_message result = kit_receive(press(quiet[_i].press));
    ck_assert_msg(result.status == quiet[_i].status, "%s: %s", quiet[_i].press, result.text);
    ck_assert_msg(tree_has(result.tree, quiet[_i].key), "%s: %s", quiet[_i].press, result.body);
    ck_assert_msg(strstr(result.body, quiet[_i].part) != NULL, "%s", result.body);
    kit_release(&result);
    struct kit_message list = kit_get(&kit, "/sandbox/deliveries");
    ck_assert_uint_eq(tree_count(tree_array(list.tree, "deliveries")), 0);
    kit_release(&list);
}
END_TEST

START_TEST(confirmed_press_is_sent)
{
    int fd = press("\"text\":\"Two\",\"confirm\":true,\"user\":\"ou_other\"");
    struct kit_message request = kit_accept(&kit);
    struct json_object *tree = kit_event(&request);
    struct json_object *event = tree_object(tree, "event");
    ck_assert_str_eq(tree_text(tree_object(event, "operator"), "open_id"), "ou_other");
    ck_assert_str_eq(tree_text(tree_object(tree_object(event, "action"), "value"), "op"), "two");
    kit_answer(&request, 200, "{}");
    struct kit_message result = kit_receive(fd);
    ck_assert_int_eq(result.status, 200);
    tree_free(tree);
    kit_release(&request);
    kit_release(&result);
}
END_TEST

static const char *const unready[] = {
    "callback_missing",
    "unpublished",
    "bot_off",
    "long_connection",
};

START_TEST(callback_that_is_not_set_up)
{
    char *symptom = memory_format("{\"name\":\"%s\"}", unready[_i]);
    struct kit_message caused = kit_post(&kit, "/sandbox/symptom", symptom);
    ck_assert_int_eq(caused.status, 200);
    struct kit_message result = kit_receive(press("\"index\":0"));
    ck_assert_int_eq(number(tree_object(result.tree, "error"), "code"), 200340);
    ck_assert_ptr_nonnull(tree_text(result.tree, "withheld"));
    kit_release(&result);
    kit_release(&caused);
    free(symptom);
}
END_TEST

START_TEST(nobody_listens)
{
    struct kit_message set =
        kit_post(&kit, "/sandbox/app", "{\"callback_request_url\":\"http://127.0.0.1:1/event\"}");
    ck_assert_int_eq(set.status, 200);
    struct kit_message result = kit_receive(press("\"index\":0"));
    ck_assert_int_eq(number(tree_object(result.tree, "error"), "code"), 200342);
    kit_release(&result);
    kit_release(&set);
}
END_TEST

START_TEST(bot_that_does_not_answer)
{
    int fd = press("\"index\":0");
    struct kit_message request = kit_accept(&kit);
    struct kit_message result = kit_receive(fd);
    ck_assert_int_eq(number(tree_object(result.tree, "error"), "code"), 200341);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
    kit_release(&result);
}
END_TEST

/* Changes the card by the token; returns the code. */
static int64_t update(const char *update_token, const char *card)
{
    char *body = memory_format("{\"token\":\"%s\",\"card\":%s}", update_token, card);
    struct kit_message answer = ask("POST", "/open-apis/interactive/v1/card/update", body);
    int64_t code = number(answer.tree, "code");
    kit_release(&answer);
    free(body);
    return code;
}

START_TEST(card_is_updated_later)
{
    struct kit_message result;
    int fd = press("\"index\":0");
    struct kit_message request = kit_accept(&kit);
    struct json_object *tree = kit_event(&request);
    const char *update_token = tree_text(tree_object(tree, "event"), "token");
    ck_assert_int_eq(update(update_token, NEW_CARD), 300030); /* not answered yet */
    kit_answer(&request, 200, "{}");
    result = kit_receive(fd);
    ck_assert_int_eq(update("x-1", NEW_CARD), 300020);
    ck_assert_int_eq(update("c-1", NEW_CARD), 300030);
    ck_assert_int_eq(update(update_token, "1"), 10002);
    ck_assert_int_eq(update(update_token, "{\"schema\":\"2.0\"}"), 11311);
    ck_assert_int_eq(update(update_token, OLD_CARD), 11311);
    ck_assert_int_eq(update(update_token, NEW_CARD), 0);
    char *now = card_now();
    ck_assert_str_eq(now, NEW_CARD);
    ck_assert_int_eq(update(update_token, CARD), 0);
    ck_assert_int_eq(update(update_token, NEW_CARD), 300040);
    free(now);
    tree_free(tree);
    kit_release(&request);
    kit_release(&result);
}
END_TEST

/* Forgotten in the middle: nothing is left to change, and nothing breaks. */
START_TEST(reset_while_the_bot_thinks)
{
    int fd = press("\"index\":0");
    struct kit_message request = kit_accept(&kit);
    struct kit_message reset = kit_post(&kit, "/sandbox/reset", "{}");
    kit_answer(&request, 200, "{\"card\":{\"type\":\"raw\",\"data\":" NEW_CARD "}}");
    struct kit_message result = kit_receive(fd);
    ck_assert_int_eq(result.status, 200);
    kit_release(&result);
    kit_release(&reset);
    kit_release(&request);
}
END_TEST

/* Who somebody is, by the scopes that are granted. */
static const struct {
    const char *grant; /* NULL: nothing */
    const char *id;
    int code;
    const char *name; /* NULL: not told */
} people[] = {
    { NULL, "ou_sandbox_user", 99991672, NULL },
    { "contact:user.base:readonly", "ou_sandbox_user", 99991672, NULL },
    { "contact:contact.base:readonly", "ou_sandbox_user", 0, NULL },
    { "contact:contact:readonly_as_app", "ou_sandbox_user", 0, "Sandbox User" },
    { "contact:contact:readonly_as_app", "ou_other", 0, "User ou_other" },
    { "contact:contact:readonly_as_app", "ou_sandbox_bot", 41050, NULL },
    { "contact:contact:readonly_as_app", "x", 99992351, NULL },
};

START_TEST(people_have_names)
{
    char *grant = memory_format("{\"grant\":[\"%s\"]}", people[_i].grant);
    char *path =
        memory_format("/open-apis/contact/v3/users/%s?user_id_type=open_id", people[_i].id);
    if (people[_i].grant != NULL) {
        struct kit_message set = kit_post(&kit, "/sandbox/app", grant);
        ck_assert_int_eq(set.status, 200);
        kit_release(&set);
    }
    struct kit_message answer = ask("GET", path, "");
    struct json_object *user = tree_object(tree_object(answer.tree, "data"), "user");
    ck_assert_int_eq(number(answer.tree, "code"), people[_i].code);
    ck_assert_pstr_eq(tree_text(user, "name"), people[_i].name);
    kit_release(&answer);
    free(path);
    free(grant);
}
END_TEST

static void fill(Suite *suite)
{
    TCase *tcase = tcase_create("press");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, callback_is_what_the_platform_sends);
    tcase_add_loop_test(tcase, answer_takes_effect, 0, COUNT(answers));
    tcase_add_test(tcase, callback_comes_once);
    tcase_add_loop_test(tcase, press_sends_nothing, 0, COUNT(quiet));
    tcase_add_test(tcase, confirmed_press_is_sent);
    tcase_add_loop_test(tcase, callback_that_is_not_set_up, 0, COUNT(unready));
    tcase_add_test(tcase, nobody_listens);
    tcase_add_test(tcase, bot_that_does_not_answer);
    tcase_add_test(tcase, card_is_updated_later);
    tcase_add_test(tcase, reset_while_the_bot_thinks);
    tcase_add_loop_test(tcase, people_have_names, 0, COUNT(people));
    suite_add_tcase(suite, tcase);
}

SUITE_MAIN("sandbox_press", fill)
