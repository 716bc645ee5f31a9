/* What goes over the wire when we knock: judged by the very module that judges the platform's. */
#include "knock.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "envelope.h"
#include "error.h"
#include "event.h"
#include "knock_kit.h"
#include "memory.h"
#include "suite.h"
#include "tree.h"

#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

#define APP_PLAIN " verification_token = '" KNOCK_KIT_TOKEN "'\n"
#define APP_KEY   " encrypt_key = '" KNOCK_KIT_KEY "'\n"
#define APP_BOTH  APP_KEY APP_PLAIN

enum { LATE_MS = 3600 * 1000 };

static const struct script_step ok[] = { { .reply = OK_EMPTY } };

static const char *sent(void)
{
    ck_assert_uint_eq(knock_kit.server.request_count, 1);
    return buf_text(&knock_kit.server.requests[0]);
}

/* The value of the header, or "". Caller frees. */
static char *header(const char *name)
{
    char *start = memory_format("\r\n%s: ", name);
    const char *at = strcasestr(sent(), start);
    const char *value = at == NULL ? "" : at + strlen(start);
    char *copy = memory_copy_bytes(value, strcspn(value, "\r"));
    free(start);
    return copy;
}

static void expect_header(const char *name, const char *wanted)
{
    char *value = header(name);
    ck_assert_msg(strcmp(value, wanted) == 0, "%s: \"%s\"", name, value);
    free(value);
}

static const char *body(void)
{
    return strstr(sent(), "\r\n\r\n") + 4;
}

/* What the bot makes of what was sent. */
static bool open_sent(struct envelope *envelope, struct error *error)
{
    char *timestamp = header("X-Lark-Request-Timestamp");
    char *nonce = header("X-Lark-Request-Nonce");
    char *signature = header("X-Lark-Signature");
    const struct envelope_input input = { timestamp, nonce, signature, body(), strlen(body()) };
    bool opened = envelope_open(&input, &knock_kit.config.app, clock_wall_ms(), envelope, error);
    free(timestamp);
    free(nonce);
    free(signature);
    return opened;
}

static void post(struct json_object *event, enum knock_forgery forgery)
{
    struct knock_answer answer;
    knock_kit_serve(ok, 1, "/feishu/event");
    knock_post(&knock_kit.knock, event, forgery, LATE_MS, &answer);
    ck_assert_int_eq(answer.outcome, HTTP_ANSWERED);
    ck_assert_int_eq(answer.response.status, 200);
    ck_assert_str_eq(buf_text(&answer.response.body), "{}");
    ck_assert_str_eq(answer.trouble, "");
    ck_assert_int_ge(answer.ms, 0);
    knock_answer_release(&answer);
    knock_kit_finish();
}

static struct json_object *some_event(void)
{
    return knock_event(&knock_kit.knock, "feishu-setup-1", "some.type", tree_new_object());
}

/* knock_event looks into knock's configuration. */
static void configure(const char *lines)
{
    knock_kit_configure(lines);
    knock_kit.knock.config = &knock_kit.config;
}

START_TEST(it_looks_like_the_platform)
{
    configure(APP_BOTH);
    post(some_event(), KNOCK_GENUINE);
    ck_assert_msg(strncmp(sent(), "POST /feishu/event HTTP/1.1\r\n", 29) == 0, "%s", sent());
    expect_header("User-Agent", "Go-http-client/1.1");
    expect_header("Content-Type", "application/json;charset=utf-8");
    ck_assert(strcasestr(sent(), "\r\nAccept:") == NULL);
    ck_assert(strcasestr(sent(), "\r\nAuthorization:") == NULL);
    ck_assert(strstr(sent(), KNOCK_KIT_TOKEN) == NULL);
    ck_assert(strstr(sent(), KNOCK_KIT_KEY) == NULL);
}
END_TEST

/* With these lines of app { }: whether it is taken, else what the bot logs. */
static const struct {
    const char *name;
    const char *app;
    enum knock_forgery forgery;
    const char *refusal; /* NULL: taken */
} forgeries[] = {
    { "genuine", APP_BOTH, KNOCK_GENUINE, NULL },
    { "genuine, key alone", APP_KEY, KNOCK_GENUINE, NULL },
    { "genuine, token alone", APP_PLAIN, KNOCK_GENUINE, NULL },
    { "unsigned", APP_BOTH, KNOCK_UNSIGNED, "not signed" },
    { "wrong signature", APP_BOTH, KNOCK_WRONG_SIGNATURE, "wrong signature" },
    { "wrong token", APP_BOTH, KNOCK_WRONG_TOKEN, "wrong verification token" },
    { "wrong token, plain", APP_PLAIN, KNOCK_WRONG_TOKEN, "wrong verification token" },
    { "stale", APP_BOTH, KNOCK_STALE, "signed at a time outside max_age" },
    { "stale, short", APP_BOTH " max_age = 60\n", KNOCK_STALE, "signed at a time outside max_age" },
    { "stale, plain", APP_PLAIN, KNOCK_STALE, "created at a time outside max_age" },
    { "stale, not checked", APP_BOTH " max_age = 0\n", KNOCK_STALE, NULL },
    { "unsigned, no key", APP_PLAIN, KNOCK_UNSIGNED, NULL },
    { "wrong token, none configured", APP_KEY, KNOCK_WRONG_TOKEN, NULL },
};

START_TEST(a_forgery_differs_in_one_thing)
{
    struct envelope envelope;
    struct error error = ERROR_INIT;
    configure(forgeries[_i].app);
    post(some_event(), forgeries[_i].forgery);
    const bool opened = open_sent(&envelope, &error);
    const char *refusal = forgeries[_i].refusal;
    ck_assert_msg(opened == (refusal == NULL), "%s: %s", forgeries[_i].name, error.text);
    if (!opened) {
        /* Only this: the bot tells what else it objects to behind a semicolon. */
        ck_assert_msg(strcmp(error.text, refusal) == 0, "%s: %s", forgeries[_i].name, error.text);
        return;
    }
    ck_assert_int_eq(envelope.kind, ENVELOPE_EVENT);
    ck_assert_str_eq(tree_text(tree_object(envelope.tree, "header"), "event_id"), "feishu-setup-1");
    ck_assert_str_eq(tree_text(tree_object(envelope.tree, "header"), "app_id"), KNOCK_KIT_APP);
    envelope_release(&envelope);
}
END_TEST

static const struct {
    const char *app;
    bool encrypted;
} challenges[] = {
    { APP_BOTH, true },
    { APP_KEY, true },
    { APP_PLAIN, false },
};

START_TEST(a_challenge_is_never_signed)
{
    struct envelope envelope;
    struct error error = ERROR_INIT;
    configure(challenges[_i].app);
    post(knock_challenge_event("feishu-setup-c"), KNOCK_GENUINE);
    expect_header("X-Lark-Signature", "");
    ck_assert(strcasestr(sent(), "x-lark") == NULL);
    ck_assert_int_eq(strncmp(body(), "{\"encrypt\":\"", 12) == 0, challenges[_i].encrypted);
    ck_assert_msg(open_sent(&envelope, &error), "%s", error.text);
    ck_assert_int_eq(envelope.kind, ENVELOPE_CHALLENGE);
    ck_assert_str_eq(envelope.challenge, "feishu-setup-c");
    envelope_release(&envelope);
}
END_TEST

START_TEST(the_bot_reads_the_message)
{
    static const struct knock_message message = {
        .event_id = "feishu-setup-m",
        .message_id = "om_1",
        .chat_id = "oc_1",
        .bot_open_id = "ou_bot",
        .bot_name = "机器人 \"B\"",
        .text = "echo \"a\\b\" 中文",
    };
    struct envelope envelope;
    struct event event;
    struct error error = ERROR_INIT;
    configure(APP_BOTH);
    post(knock_message_event(&knock_kit.knock, &message), KNOCK_GENUINE);
    ck_assert_msg(open_sent(&envelope, &error), "%s", error.text);
    ck_assert_msg(event_read(envelope.tree, &event, &error), "%s", error.text);
    char *words = event_words(&event.message, "ou_bot");
    ck_assert_int_eq(event.kind, EVENT_MESSAGE);
    ck_assert_str_eq(event.id, "feishu-setup-m");
    ck_assert_str_eq(event.message.id, "om_1");
    ck_assert_str_eq(event.chat_id, "oc_1");
    ck_assert(!event.message.private && event.message.from_person && event.message.own_tenant);
    ck_assert(event_mentions(&event.message, "ou_bot"));
    ck_assert_int_lt(llabs(clock_wall_ms() - event.message.created_ms), LATE_MS);
    ck_assert_str_eq(words, "echo \"a\\b\" 中文");
    free(words);
    event_release(&event);
    envelope_release(&envelope);
}
END_TEST

START_TEST(ids_are_new_and_tell_whose_they_are)
{
    char one[KNOCK_ID_LEN];
    char two[KNOCK_ID_LEN];
    knock_new_id(one);
    knock_new_id(two);
    ck_assert_uint_eq(strlen(one), KNOCK_ID_LEN - 1);
    ck_assert_int_eq(strncmp(one, "feishu-setup-", 13), 0);
    ck_assert_str_ne(one, two);
}
END_TEST

START_TEST(two_posts_differ)
{
    configure(APP_BOTH);
    post(some_event(), KNOCK_GENUINE);
    char *nonce = header("X-Lark-Request-Nonce");
    char *first = memory_copy(body());
    script_server_release(&knock_kit.server);
    post(some_event(), KNOCK_GENUINE);
    char *other = header("X-Lark-Request-Nonce");
    ck_assert_str_ne(nonce, other);
    ck_assert_str_ne(first, body());
    free(nonce);
    free(other);
    free(first);
}
END_TEST

START_TEST(what_does_not_come_is_told)
{
    struct knock_answer answer;
    configure(APP_BOTH);
    knock_kit_open("http://127.0.0.1:1/");
    knock_post(&knock_kit.knock, some_event(), KNOCK_GENUINE, LATE_MS, &answer);
    ck_assert_int_eq(answer.outcome, HTTP_UNREACHED);
    ck_assert_int_eq(answer.response.trouble, HTTP_TROUBLE_CONNECTION);
    ck_assert_str_ne(answer.trouble, "");
    knock_answer_release(&answer);
}
END_TEST

static void fill(Suite *suite)
{
    knock_kit_add(suite, "wire", it_looks_like_the_platform, 1);
    knock_kit_add(suite, "forgeries", a_forgery_differs_in_one_thing, COUNT(forgeries));
    knock_kit_add(suite, "challenge", a_challenge_is_never_signed, COUNT(challenges));
    knock_kit_add(suite, "message", the_bot_reads_the_message, 1);
    knock_kit_add(suite, "ids", ids_are_new_and_tell_whose_they_are, 1);
    knock_kit_add(suite, "anew", two_posts_differ, 1);
    knock_kit_add(suite, "nothing", what_does_not_come_is_told, 1);
}

SUITE_MAIN("setup: knock", fill)
