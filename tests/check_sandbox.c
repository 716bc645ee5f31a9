/* What the sandbox sends to the bot: the events, how they travel, and when they come again. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cipher.h"
#include "clock.h"
#include "memory.h"
#include "sandbox_kit.h"
#include "secret.h"
#include "suite.h"
#include "tree.h"

enum { TEST_SECONDS = 30 };

static const char *const no_options[] = { NULL };
static const char *const fast_options[] = { "--time-scale", "6000", NULL };

static struct kit kit;

static void start_with_key(void)
{
    kit_start(&kit, true, no_options);
}

static void start_plain(void)
{
    kit_start(&kit, false, no_options);
}

static void start_fast(void)
{
    kit_start(&kit, true, fast_options);
}

static void start_one_at_a_time(void)
{
    static const char *const options[] = { "--connections", "1", NULL };
    kit_start(&kit, true, options);
}

static void stop(void)
{
    kit_stop(&kit);
}

/* Says something and forgets the answer. */
static void say(const char *request)
{
    free(kit_post_for(&kit, "/sandbox/say", request, "event_id"));
}

/* The delivery of the list at index, and an attempt of one. */
static struct json_object *delivery(const struct kit_message *list, size_t index)
{
    return tree_at(tree_array(list->tree, "deliveries"), index);
}

static struct json_object *attempt(struct json_object *of, size_t index)
{
    return tree_at(tree_array(of, "attempts"), index);
}

static int64_t number(struct json_object *object, const char *key)
{
    int64_t value = -1;
    ck_assert_msg(tree_int(object, key, &value), "no %s", key);
    return value;
}

static void assert_signed(const struct kit_message *request)
{
    struct secret key = SECRET_INIT;
    char expected[CIPHER_HEX_LEN];
    char *timestamp = kit_header(request, "X-Lark-Request-Timestamp");
    char *nonce = kit_header(request, "X-Lark-Request-Nonce");
    char *signature = kit_header(request, "X-Lark-Signature");
    ck_assert(timestamp != NULL && nonce != NULL && signature != NULL);
    ck_assert_uint_eq(strlen(timestamp), 10);
    ck_assert_uint_eq(strspn(nonce, "0123456789"), strlen(nonce));
    secret_set(&key, KIT_KEY, strlen(KIT_KEY));
    cipher_signature(timestamp, nonce, &key, request->body, strlen(request->body), expected);
    ck_assert_str_eq(signature, expected);
    secret_release(&key);
    free(timestamp);
    free(nonce);
    free(signature);
}

static void assert_unsigned(const struct kit_message *request)
{
    ck_assert_ptr_null(kit_header(request, "X-Lark-Request-Timestamp"));
    ck_assert_ptr_null(kit_header(request, "X-Lark-Request-Nonce"));
    ck_assert_ptr_null(kit_header(request, "X-Lark-Signature"));
}

static void assert_header(const struct kit_message *request, const char *name, const char *expected)
{
    char *value = kit_header(request, name);
    ck_assert_pstr_eq(value, expected);
    free(value);
}

START_TEST(event_is_encrypted_and_signed)
{
    say("{\"text\":\"@bot ping\"}");
    struct kit_message request = kit_accept(&kit);
    ck_assert_msg(strncmp(request.text, "POST /event HTTP/1.1\r\n", 22) == 0, "%s", request.text);
    assert_header(&request, "Content-Type", "application/json;charset=utf-8");
    assert_header(&request, "User-Agent", "Go-http-client/1.1");
    assert_signed(&request);
    ck_assert_ptr_null(strstr(request.text, "ping"));
    struct json_object *event = kit_event(&request);
    ck_assert_str_eq(tree_text(event, "schema"), "2.0");
    tree_free(event);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
}
END_TEST

START_TEST(event_without_key_is_plain)
{
    say("{\"text\":\"@bot ping\"}");
    struct kit_message request = kit_accept(&kit);
    assert_unsigned(&request);
    ck_assert_str_eq(tree_text(request.tree, "schema"), "2.0");
    ck_assert_str_eq(tree_text(tree_object(request.tree, "header"), "token"), KIT_TOKEN);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
}
END_TEST

START_TEST(message_event_has_the_documented_shape)
{
    struct kit_message said = kit_post(&kit, "/sandbox/say", "{\"text\":\"@bot ping\"}");
    struct kit_message request = kit_accept(&kit);
    struct json_object *event = kit_event(&request);
    struct json_object *header = tree_object(event, "header");
    struct json_object *body = tree_object(event, "event");
    struct json_object *message = tree_object(body, "message");
    struct json_object *mention = tree_at(tree_array(message, "mentions"), 0);
    ck_assert_str_eq(tree_text(header, "event_id"), tree_text(said.tree, "event_id"));
    ck_assert_str_eq(tree_text(header, "event_type"), "im.message.receive_v1");
    ck_assert_str_eq(tree_text(header, "token"), KIT_TOKEN);
    ck_assert_str_eq(tree_text(header, "app_id"), KIT_APP_ID);
    ck_assert_str_eq(tree_text(header, "tenant_key"), "sandbox_tenant");
    ck_assert_uint_eq(strlen(tree_text(header, "create_time")), 13);
    ck_assert_str_eq(tree_text(message, "message_id"), tree_text(said.tree, "message_id"));
    ck_assert_str_eq(tree_text(message, "content"), "{\"text\":\"@_user_1 ping\"}");
    ck_assert_str_eq(tree_text(message, "chat_id"), "oc_sandbox_group");
    ck_assert_str_eq(tree_text(message, "chat_type"), "group");
    ck_assert_str_eq(tree_text(message, "message_type"), "text");
    ck_assert_str_eq(tree_text(message, "create_time"), tree_text(header, "create_time"));
    ck_assert(!tree_has(message, "root_id") && !tree_has(message, "parent_id"));
    ck_assert_str_eq(tree_text(mention, "key"), "@_user_1");
    ck_assert_str_eq(tree_text(mention, "name"), "Sandbox Bot");
    ck_assert_str_eq(tree_text(tree_object(mention, "id"), "open_id"), "ou_sandbox_bot");
    struct json_object *sender = tree_object(body, "sender");
    ck_assert_str_eq(tree_text(sender, "sender_type"), "user");
    ck_assert_str_eq(tree_text(sender, "tenant_key"), "sandbox_tenant");
    ck_assert_str_eq(tree_text(tree_object(sender, "sender_id"), "open_id"), "ou_sandbox_user");
    ck_assert_str_eq(tree_text(tree_object(sender, "sender_id"), "union_id"), "on_sandbox_user");
    tree_free(event);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
    kit_release(&said);
}
END_TEST

START_TEST(old_message_event_has_the_documented_shape)
{
    struct kit_message said =
        kit_post(&kit, "/sandbox/say", "{\"text\":\"@bot ping\",\"schema\":\"1.0\"}");
    struct kit_message request = kit_accept(&kit);
    assert_signed(&request);
    struct json_object *event = kit_event(&request);
    struct json_object *body = tree_object(event, "event");
    bool mentioned = false;
    ck_assert(!tree_has(event, "schema") && !tree_has(event, "header"));
    ck_assert_str_eq(tree_text(event, "uuid"), tree_text(said.tree, "event_id"));
    ck_assert_str_eq(tree_text(event, "token"), KIT_TOKEN);
    ck_assert_str_eq(tree_text(event, "type"), "event_callback");
    ck_assert_uint_eq(strcspn(tree_text(event, "ts"), "."), 10);
    ck_assert_str_eq(tree_text(body, "type"), "message");
    ck_assert_str_eq(tree_text(body, "app_id"), KIT_APP_ID);
    ck_assert_str_eq(tree_text(body, "open_message_id"), tree_text(said.tree, "message_id"));
    ck_assert_str_eq(tree_text(body, "open_chat_id"), "oc_sandbox_group");
    ck_assert_str_eq(tree_text(body, "open_id"), "ou_sandbox_user");
    ck_assert_str_eq(tree_text(body, "chat_type"), "group");
    ck_assert(tree_bool(body, "is_mention", &mentioned) && mentioned);
    ck_assert_str_eq(tree_text(body, "text"),
                     "<at open_id=\"ou_sandbox_bot\">@Sandbox Bot</at> ping");
    ck_assert_str_eq(tree_text(body, "text_without_at_bot"), "ping");
    tree_free(event);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
    kit_release(&said);
}
END_TEST

/* What is said, and where in the event's object something of it is found. */
static const struct {
    const char *request;
    const char *object; /* of event.event: "message", "sender", or "mention": the last one */
    const char *key;
    const char *expected; /* NULL: not there */
} sayings[] = {
    { "{\"text\":\"ping\",\"chat\":\"p2p\"}", "message", "chat_type", "p2p" },
    { "{\"text\":\"ping\",\"chat\":\"p2p\"}", "message", "chat_id", "oc_sandbox_p2p" },
    { "{\"text\":\"@bot hi\",\"chat\":\"p2p\"}", "message", "content", "{\"text\":\"@bot hi\"}" },
    { "{\"text\":\"hi\",\"chat\":\"oc_sandbox_group\"}", "message", "chat_type", "group" },
    { "{\"text\":\"hi\"}", "mention", "key", NULL },
    { "{\"text\":\"hi\",\"mention\":true}", "message", "content", "{\"text\":\"@_user_1 hi\"}" },
    { "{\"text\":\"@bot hi\",\"mention\":false}", "message", "content", "{\"text\":\"@bot hi\"}" },
    { "{\"text\":\"@bot hi\",\"mention\":false}", "mention", "key", NULL },
    { "{\"text\":\"hi\",\"mention\":\"all\"}", "message", "content", "{\"text\":\"@_all hi\"}" },
    { "{\"text\":\"hi\",\"mention\":\"all\"}", "mention", "key", "@_all" },
    { "{\"text\":\"@bots and a@bot\"}", "message", "content",
      "{\"text\":\"@bots and a@_user_1\"}" },
    { "{\"text\":\"@bot id @ou_other\"}", "message", "content",
      "{\"text\":\"@_user_1 id @_user_2\"}" },
    { "{\"text\":\"@bot id @ou_other\"}", "mention", "name", "User ou_other" },
    { "{\"text\":\"hi\",\"user\":\"ou_other\",\"sender_type\":\"bot\"}", "sender", "sender_type",
      "bot" },
    { "{\"text\":\"hi\",\"tenant_key\":\"elsewhere\"}", "sender", "tenant_key", "elsewhere" },
    { "{\"message_type\":\"image\",\"content\":\"{\\\"image_key\\\":\\\"k\\\"}\"}", "message",
      "content", "{\"image_key\":\"k\"}" },
    { "{\"message_type\":\"image\",\"content\":\"not JSON\"}", "message", "message_type", "image" },
    { "{\"message_type\":\"post\",\"content\":\"{}\",\"mention\":true}", "mention", "key",
      "@_user_1" },
};

START_TEST(saying_becomes_an_event)
{
    say(sayings[_i].request);
    struct kit_message request = kit_accept(&kit);
    struct json_object *event = kit_event(&request);
    struct json_object *body = tree_object(event, "event");
    struct json_object *mentions = tree_array(tree_object(body, "message"), "mentions");
    struct json_object *object = tree_object(body, sayings[_i].object);
    if (strcmp(sayings[_i].object, "mention") == 0)
        object = tree_at(mentions, tree_count(mentions) - 1);
    ck_assert_pstr_eq(tree_text(object, sayings[_i].key), sayings[_i].expected);
    tree_free(event);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
}
END_TEST

START_TEST(old_message_is_old_in_every_time)
{
    int64_t before_s = clock_wall_ms() / 1000;
    say("{\"text\":\"hi\",\"age_s\":7200}");
    struct kit_message request = kit_accept(&kit);
    struct json_object *event = kit_event(&request);
    const char *time = tree_text(tree_object(event, "header"), "create_time");
    int64_t age_s = before_s - strtoll(time, NULL, 10) / 1000;
    ck_assert_int_ge(age_s, 7200 - TEST_SECONDS);
    ck_assert_int_le(age_s, 7200);
    ck_assert_str_eq(tree_text(tree_object(tree_object(event, "event"), "message"), "create_time"),
                     time);
    char *timestamp = kit_header(&request, "X-Lark-Request-Timestamp");
    ck_assert_int_ge(strtoll(timestamp, NULL, 10), before_s);
    free(timestamp);
    tree_free(event);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
}
END_TEST

START_TEST(reply_names_what_it_replies_to)
{
    char *first = kit_post_for(&kit, "/sandbox/say", "{\"text\":\"one\"}", "message_id");
    struct kit_message request = kit_accept(&kit);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
    char *say_reply = memory_format("{\"text\":\"two\",\"reply_to\":\"%s\"}", first);
    say(say_reply);
    request = kit_accept(&kit);
    struct json_object *event = kit_event(&request);
    struct json_object *message = tree_object(tree_object(event, "event"), "message");
    ck_assert_str_eq(tree_text(message, "parent_id"), first);
    ck_assert_str_eq(tree_text(message, "root_id"), first);
    tree_free(event);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
    free(say_reply);
    free(first);
}
END_TEST

START_TEST(any_event_can_be_sent)
{
    char *id = kit_post_for(&kit, "/sandbox/event",
                            "{\"type\":\"im.chat.member.bot.added_v1\",\"token\":\"other\","
                            "\"event\":{\"chat_id\":\"oc_sandbox_group\"}}",
                            "event_id");
    struct kit_message request = kit_accept(&kit);
    assert_signed(&request);
    struct json_object *event = kit_event(&request);
    struct json_object *header = tree_object(event, "header");
    ck_assert_str_eq(tree_text(header, "event_type"), "im.chat.member.bot.added_v1");
    ck_assert_str_eq(tree_text(header, "event_id"), id);
    ck_assert_str_eq(tree_text(header, "token"), "other");
    ck_assert_str_eq(tree_text(tree_object(event, "event"), "chat_id"), "oc_sandbox_group");
    tree_free(event);
    kit_answer(&request, 200, "{}");
    kit_release(&request);
    free(id);
}
END_TEST

START_TEST(event_comes_again_when_told)
{
    char *id = kit_post_for(&kit, "/sandbox/say", "{\"text\":\"one\"}", "event_id");
    struct kit_message first = kit_accept(&kit);
    kit_answer(&first, 200, "{}");
    char *again = memory_format("{\"event_id\":\"%s\"}", id);
    free(kit_post_for(&kit, "/sandbox/redeliver", again, "event_id"));
    struct kit_message second = kit_accept(&kit);
    struct json_object *old = kit_event(&first);
    struct json_object *new = kit_event(&second);
    ck_assert_str_eq(tree_text(tree_object(old, "header"), "event_id"),
                     tree_text(tree_object(new, "header"), "event_id"));
    kit_answer(&second, 200, "{}");
    tree_free(old);
    tree_free(new);
    kit_release(&first);
    kit_release(&second);
    free(again);
    free(id);
}
END_TEST

START_TEST(redelivery_is_the_same_event_sealed_anew)
{
    say("{\"text\":\"one\"}");
    struct kit_message first = kit_accept(&kit);
    kit_answer(&first, 503, "{}");
    struct kit_message second = kit_accept(&kit);
    kit_answer(&second, 302, "{}");
    struct kit_message third = kit_accept(&kit);
    assert_signed(&second);
    assert_signed(&third);
    struct json_object *old = kit_event(&first);
    struct json_object *new = kit_event(&third);
    ck_assert_str_eq(tree_text(tree_object(old, "header"), "event_id"),
                     tree_text(tree_object(new, "header"), "event_id"));
    ck_assert_str_eq(tree_text(tree_object(old, "header"), "create_time"),
                     tree_text(tree_object(new, "header"), "create_time"));
    ck_assert_str_ne(first.body, third.body);
    kit_answer(&third, 200, "{\"message_id\":\"om_x\"}");
    struct kit_message list = kit_deliveries(&kit, 3);
    struct json_object *one = delivery(&list, 0);
    ck_assert_str_eq(tree_text(one, "state"), "delivered");
    ck_assert_int_eq(number(attempt(one, 0), "status"), 503);
    ck_assert_int_eq(number(attempt(one, 1), "status"), 302);
    ck_assert_int_eq(number(attempt(one, 2), "status"), 200);
    ck_assert_str_eq(tree_text(attempt(one, 2), "body"), "{\"message_id\":\"om_x\"}");
    kit_release(&list);
    tree_free(old);
    tree_free(new);
    kit_release(&first);
    kit_release(&second);
    kit_release(&third);
}
END_TEST

START_TEST(event_is_given_up_after_four_redeliveries)
{
    /* 15 s, 5 min, 1 h and 6 h, divided by 6000. */
    static const int64_t waits_ms[] = { 2, 50, 600, 3600 };
    say("{\"text\":\"one\"}");
    for (int i = 0; i < 5; i++) {
        struct kit_message request = kit_accept(&kit);
        kit_answer(&request, 500, "");
        kit_release(&request);
    }
    struct kit_message list = kit_deliveries(&kit, 5);
    struct json_object *one = delivery(&list, 0);
    ck_assert_str_eq(tree_text(one, "state"), "given up");
    ck_assert(!tree_has(one, "next_ms"));
    ck_assert_uint_eq(tree_count(tree_array(one, "attempts")), 5);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_ge(number(attempt(one, i + 1), "at_ms") - number(attempt(one, i), "at_ms"),
                         waits_ms[i]);
    kit_release(&list);
}
END_TEST

START_TEST(first_redelivery_is_after_15_seconds)
{
    say("{\"text\":\"one\"}");
    struct kit_message request = kit_accept(&kit);
    kit_answer(&request, 500, "");
    kit_release(&request);
    struct kit_message list = kit_deliveries(&kit, 1);
    struct json_object *one = delivery(&list, 0);
    ck_assert_str_eq(tree_text(one, "state"), "waiting");
    int64_t wait_ms = number(one, "next_ms") - number(attempt(one, 0), "at_ms");
    ck_assert_int_ge(wait_ms, 15000);
    ck_assert_int_lt(wait_ms, 30000);
    kit_release(&list);
}
END_TEST

START_TEST(silence_is_a_failure_after_3_seconds)
{
    char rest;
    say("{\"text\":\"one\"}");
    struct kit_message request = kit_accept(&kit);
    struct kit_message list = kit_deliveries(&kit, 1);
    struct json_object *one = attempt(delivery(&list, 0), 0);
    ck_assert_int_eq(number(one, "status"), 0);
    ck_assert_int_ge(number(one, "ms"), 2990);
    ck_assert_int_lt(number(one, "ms"), 4490);
    ck_assert(tree_text(one, "error") != NULL);
    ck_assert_int_eq(recv(request.fd, &rest, 1, 0), 0);
    kit_release(&list);
    kit_release(&request);
}
END_TEST

/* A socket whose queue is full: connections to it hang, as to a host that is switched off. */
START_TEST(connection_has_2_seconds)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(kit.sink.port) };
    int fds[8];
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(listen(kit.sink.listener, 0), 0);
    for (size_t i = 0; i < 8; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)!connect(fds[i], (struct sockaddr *)&address, sizeof(address));
    }
    say("{\"text\":\"one\"}");
    struct kit_message list = kit_deliveries(&kit, 1);
    struct json_object *one = attempt(delivery(&list, 0), 0);
    ck_assert_int_eq(number(one, "status"), 0);
    ck_assert_int_ge(number(one, "ms"), 1990);
    ck_assert_int_lt(number(one, "ms"), 2990);
    kit_release(&list);
    for (size_t i = 0; i < 8; i++)
        close(fds[i]);
}
END_TEST

START_TEST(repeated_events_come_together)
{
    struct kit_message requests[5];
    say("{\"text\":\"one\",\"repeat\":5}");
    for (size_t i = 0; i < 5; i++)
        requests[i] = kit_accept(&kit);
    for (size_t i = 0; i < 5; i++) {
        kit_answer(&requests[i], 200, "{}");
        kit_release(&requests[i]);
    }
    struct kit_message done = kit_get(&kit, "/sandbox/wait?what=deliveries&count=5");
    ck_assert_msg(done.status == 200, "%s", done.text);
    kit_release(&done);
}
END_TEST

START_TEST(no_more_events_are_under_way_than_allowed)
{
    say("{\"text\":\"one\",\"repeat\":2}");
    struct kit_message first = kit_accept(&kit);
    struct kit_message list = kit_get(&kit, "/sandbox/deliveries");
    ck_assert_str_eq(tree_text(delivery(&list, 0), "state"), "sending");
    ck_assert_str_eq(tree_text(delivery(&list, 1), "state"), "waiting");
    kit_release(&list);
    kit_answer(&first, 200, "{}");
    struct kit_message second = kit_accept(&kit);
    kit_answer(&second, 200, "{}");
    kit_release(&first);
    kit_release(&second);
}
END_TEST

START_TEST(reset_forgets_events)
{
    say("{\"text\":\"one\",\"repeat\":2}");
    struct kit_message first = kit_accept(&kit);
    struct kit_message done = kit_post(&kit, "/sandbox/reset", "");
    ck_assert_int_eq(done.status, 200);
    kit_release(&done);
    kit_answer(&first, 500, "{}");
    say("{\"text\":\"two\"}");
    struct kit_message other = kit_accept(&kit);
    kit_answer(&other, 200, "{}");
    struct kit_message list = kit_deliveries(&kit, 1);
    ck_assert_uint_eq(tree_count(tree_array(list.tree, "deliveries")), 1);
    kit_release(&list);
    kit_release(&first);
    kit_release(&other);
}
END_TEST

/* What the URL answers to a challenge, %s being the challenge, and what the console says then. */
static const struct {
    int status;
    const char *body;
    const char *console; /* NULL: fine */
} verifications[] = {
    { 200, "{\"challenge\":\"%s\"}", NULL },
    { 200, "{\"challenge\":\"%s\",\"more\":1}", NULL },
    { 200, "{\"challenge\":\"x%s\"}", "Challenge code 没有返回" },
    { 200, "{}", "Challenge code 没有返回" },
    { 200, "{\"challenge\":1}", "Challenge code 没有返回" },
    { 200, "%s", "返回数据不是合法的 JSON 格式" },
    { 200, "", "返回数据不是合法的 JSON 格式" },
    { 401, "{\"challenge\":\"%s\"}", "返回数据不是合法的 JSON 格式" },
    { 302, "{\"challenge\":\"%s\"}", "返回数据不是合法的 JSON 格式" },
};

/* Answers a challenge with the format, and checks what the sandbox makes of it. */
static void verify(int status, const char *format, const char *console)
{
    int fd = kit_send(&kit, "POST", "/sandbox/verify", "", "");
    struct kit_message request = kit_accept(&kit);
    struct json_object *event = kit_event(&request);
    const char *challenge = tree_text(event, "challenge");
    bool good = console != NULL;
    assert_unsigned(&request);
    ck_assert_str_eq(tree_text(event, "type"), "url_verification");
    ck_assert_str_eq(tree_text(event, "token"), KIT_TOKEN);
    const char *gap = strstr(format, "%s");
    char *body = gap == NULL
                     ? memory_copy(format)
                     : memory_format("%.*s%s%s", (int)(gap - format), format, challenge, gap + 2);
    kit_answer(&request, status, body);
    struct kit_message verdict = kit_receive(fd);
    ck_assert(tree_bool(verdict.tree, "ok", &good));
    ck_assert_msg(good == (console == NULL), "%s", verdict.text);
    ck_assert_pstr_eq(tree_text(verdict.tree, "console"), console);
    kit_release(&verdict);
    tree_free(event);
    kit_release(&request);
    free(body);
}

START_TEST(verification_is_judged_as_by_the_console)
{
    verify(verifications[_i].status, verifications[_i].body, verifications[_i].console);
}
END_TEST

START_TEST(verification_without_key_is_plain)
{
    verify(200, "{\"challenge\":\"%s\"}", NULL);
}
END_TEST

START_TEST(verification_has_one_second)
{
    int fd = kit_send(&kit, "POST", "/sandbox/verify", "", "{}");
    struct kit_message request = kit_accept(&kit);
    struct kit_message verdict = kit_receive(fd);
    ck_assert_str_eq(tree_text(verdict.tree, "console"), "Challenge code 没有返回");
    ck_assert_int_ge(number(verdict.tree, "ms"), 990);
    ck_assert_int_lt(number(verdict.tree, "ms"), 2990);
    kit_release(&verdict);
    kit_release(&request);
}
END_TEST

/* The sandbox ends at once, whatever is under way: kit_stop sees to it that it ends well. */
START_TEST(end_waits_for_nothing)
{
    int64_t started_ms = clock_steady_ms();
    int waiting = kit_send(&kit, "GET", "/sandbox/wait?what=messages&timeout_ms=600000", "", "");
    struct kit_message slow = kit_post(&kit, "/sandbox/fault",
                                       "{\"path\":\"/open-apis/bot/v3/info\",\"delay_ms\":600000}");
    ck_assert_int_eq(slow.status, 200);
    int delayed = kit_send(&kit, "GET", "/open-apis/bot/v3/info", "", "");
    struct kit_message arrived = kit_get(&kit, "/sandbox/wait?what=requests");
    ck_assert_int_eq(arrived.status, 200);
    say("{\"text\":\"one\"}");
    struct kit_message request = kit_accept(&kit);
    kit_stop(&kit);
    ck_assert_int_lt(clock_steady_ms() - started_ms, 100000);
    close(waiting);
    close(delayed);
    kit_release(&slow);
    kit_release(&arrived);
    kit_release(&request);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows, SFun start, SFun end)
{
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, TEST_SECONDS);
    tcase_add_checked_fixture(tcase, start, end);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

static void fill(Suite *suite)
{
    add(suite, "encrypted", event_is_encrypted_and_signed, 1, start_with_key, stop);
    add(suite, "plain", event_without_key_is_plain, 1, start_plain, stop);
    add(suite, "shape", message_event_has_the_documented_shape, 1, start_with_key, stop);
    add(suite, "old shape", old_message_event_has_the_documented_shape, 1, start_with_key, stop);
    add(suite, "sayings", saying_becomes_an_event, COUNT(sayings), start_with_key, stop);
    add(suite, "age", old_message_is_old_in_every_time, 1, start_with_key, stop);
    add(suite, "reply", reply_names_what_it_replies_to, 1, start_with_key, stop);
    add(suite, "any", any_event_can_be_sent, 1, start_with_key, stop);
    add(suite, "again", event_comes_again_when_told, 1, start_with_key, stop);
    add(suite, "redelivery", redelivery_is_the_same_event_sealed_anew, 1, start_fast, stop);
    add(suite, "given up", event_is_given_up_after_four_redeliveries, 1, start_fast, stop);
    add(suite, "15 s", first_redelivery_is_after_15_seconds, 1, start_with_key, stop);
    add(suite, "3 s", silence_is_a_failure_after_3_seconds, 1, start_with_key, stop);
    add(suite, "2 s", connection_has_2_seconds, 1, start_with_key, stop);
    add(suite, "together", repeated_events_come_together, 1, start_with_key, stop);
    add(suite, "one", no_more_events_are_under_way_than_allowed, 1, start_one_at_a_time, stop);
    add(suite, "reset", reset_forgets_events, 1, start_one_at_a_time, stop);
    add(suite, "verify", verification_is_judged_as_by_the_console, COUNT(verifications),
        start_with_key, stop);
    add(suite, "verify plain", verification_without_key_is_plain, 1, start_plain, stop);
    add(suite, "1 s", verification_has_one_second, 1, start_with_key, stop);
    add(suite, "end", end_waits_for_nothing, 1, start_with_key, NULL);
}

SUITE_MAIN("sandbox", fill)
