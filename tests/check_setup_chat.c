/* Chats and messages: what is asked of the platform, and what is made of its answers. */
#include "chat.h"

#include <string.h>

#include "config.h"
#include "fake_http.h"
#include "link.h"
#include "memory.h"
#include "secret.h"
#include "store.h"
#include "suite.h"

#define CHATS    "/open-apis/im/v1/chats?page_size=100"
#define SEND     "/open-apis/im/v1/messages?receive_id_type=chat_id"
#define MESSAGE  "/open-apis/im/v1/messages/om_1"
#define MESSAGES "/open-apis/im/v1/messages?container_id_type=chat&container_id=oc_1"
#define POSTED   "{\"code\":0,\"data\":{\"message_id\":\"om_1\"}}"
#define REFUSED  "{\"code\":230002,\"msg\":\"no\"}"

static struct fake_http *fake;
static struct link tested;
static struct api_answer answer;
static struct chat chats[3];
static char id[CHAT_ID_LEN];

static void setup(void)
{
    fake = fake_http_open();
    tested = (struct link){ .http = &fake->http, .store = store_open("none") };
    tested.config.app.id = memory_copy("cli_1");
    tested.config.app.base_url = memory_copy("https://open.feishu.cn");
    secret_set(&tested.config.app.secret, "secret-of-tests", 15);
    tested.api = (struct api){ &tested.config.app, tested.http, tested.store, NULL };
    answer = (struct api_answer)API_ANSWER_INIT;
}

static void teardown(void)
{
    ck_assert_uint_eq(fake->unexpected, 0);
    ck_assert_uint_eq(fake_http_left(fake), 0);
    api_answer_release(&answer);
    link_close(&tested);
}

/* The next call is answered so; it fetches a token first. */
static void expect(const char *method, const char *path, int status, const char *body)
{
    fake_http_answer(fake, FAKE_HTTP_TOKEN("t-of-tests"));
    fake_http_answer(fake, (struct fake_answer){
                               .method = method, .path = path, .status = status, .body = body });
}

START_TEST(pages_of_chats)
{
    expect("GET", CHATS, 200,
           "{\"code\":0,\"data\":{\"items\":[{\"chat_id\":\"oc_1\",\"name\":\"a\\u001b[31m\\nb\","
           "\"chat_status\":\"normal\"},{\"chat_id\":\"oc_gone\",\"name\":\"x\",\"chat_status\":"
           "\"dissolved\"}],\"has_more\":true,\"page_token\":\"a+/=b\"}}");
    expect("GET", CHATS "&page_token=a%2B%2F%3Db", 200,
           "{\"code\":0,\"data\":{\"items\":[{\"chat_id\":\"../etc\",\"name\":\"x\"},"
           "{\"chat_id\":\"oc_2\"}],\"has_more\":false,\"page_token\":\"c\"}}");
    ck_assert_uint_eq(chat_list(&tested, chats, 3, &answer), 2);
    ck_assert_str_eq(chats[0].id, "oc_1");
    ck_assert_str_eq(chats[0].name, "a\xef\xbf\xbd[31m b");
    ck_assert_str_eq(chats[1].id, "oc_2");
    ck_assert_str_eq(chats[1].name, "");
}
END_TEST

START_TEST(no_more_chats_than_asked_for)
{
    expect("GET", CHATS, 200,
           "{\"code\":0,\"data\":{\"items\":[{\"chat_id\":\"oc_1\"},{\"chat_id\":\"oc_2\"}],"
           "\"has_more\":true,\"page_token\":\"c\"}}");
    ck_assert_uint_eq(chat_list(&tested, chats, 1, &answer), 1);
    ck_assert_str_eq(chats[1].id, "");
}
END_TEST

START_TEST(a_refusal_on_the_second_page)
{
    expect("GET", CHATS, 200,
           "{\"code\":0,\"data\":{\"items\":[{\"chat_id\":\"oc_1\"}],\"has_more\":true,"
           "\"page_token\":\"c\"}}");
    expect("GET", CHATS "&page_token=c", 429, "{\"code\":99991400,\"msg\":\"slow\"}");
    ck_assert_uint_eq(chat_list(&tested, chats, 3, &answer), 0);
    ck_assert_int_eq(answer.outcome, API_REFUSED);
    ck_assert_int_eq(answer.code, 99991400);
}
END_TEST

START_TEST(a_long_name_is_cut_between_characters)
{
    char *body =
        memory_format("{\"code\":0,\"data\":{\"items\":[{\"chat_id\":\"oc_1\",\"name\":\""
                      "%s%s%s%s%s\"}]}}",
                      "一二三四五六七八九十", "一二三四五六七八九十", "一二三四五六七八九十",
                      "一二三四五六七八九十", "一二三四五六七八九十");
    expect("GET", CHATS, 200, body);
    ck_assert_uint_eq(chat_list(&tested, chats, 3, &answer), 1);
    ck_assert_uint_eq(strlen(chats[0].name), 126);
    free(body);
}
END_TEST

static const struct {
    const char *text;
    bool chat;
    bool message;
} ids[] = {
    { "oc_1", true, false },        { "om_1", false, true },      { "oc_a-B_9", true, false },
    { "oc_", false, false },        { "", false, false },         { NULL, false, false },
    { "oc_1/reply", false, false }, { "om_1?x=1", false, false }, { "om_..", false, false },
    { "ou_1", false, false },       { "oc_1 ", false, false },    { "om_%2e", false, false },
};

START_TEST(what_an_id_is)
{
    ck_assert_int_eq(chat_is_id(ids[_i].text), ids[_i].chat);
    ck_assert_int_eq(chat_is_message_id(ids[_i].text), ids[_i].message);
}
END_TEST

START_TEST(an_id_has_an_end)
{
    char long_id[CHAT_ID_LEN + 1];
    memset(long_id, 'a', sizeof(long_id));
    memcpy(long_id, "oc_", 3);
    long_id[CHAT_ID_LEN] = '\0';
    ck_assert(!chat_is_id(long_id));
    long_id[CHAT_ID_LEN - 1] = '\0';
    ck_assert(chat_is_id(long_id));
}
END_TEST

START_TEST(a_message)
{
    expect("POST", SEND, 200, POSTED);
    ck_assert(chat_send(&tested, "oc_1", "a \"text\"", id, &answer));
    ck_assert_str_eq(id, "om_1");
    const char *body = fake->sent[1].body;
    ck_assert_ptr_nonnull(strstr(body, "\"receive_id\":\"oc_1\""));
    ck_assert_ptr_nonnull(strstr(body, "\"content\":\"{\\\"text\\\":\\\"a \\\\\\\"text"));
    ck_assert_ptr_nonnull(strstr(body, "\"uuid\":\"feishu-setup-"));
}
END_TEST

START_TEST(a_lost_answer_is_asked_for_again)
{
    expect("POST", MESSAGE "/reply", 500, "");
    expect("POST", MESSAGE "/reply", 200, POSTED);
    ck_assert(chat_reply(&tested, "om_1", "a", id, &answer));
    ck_assert_str_eq(fake->sent[1].body, fake->sent[3].body);
}
END_TEST

START_TEST(a_refusal_is_final)
{
    expect("POST", SEND, 400, REFUSED);
    ck_assert(!chat_send(&tested, "oc_1", "a", id, &answer));
    ck_assert_str_eq(id, "");
    ck_assert_int_eq(answer.code, 230002);
}
END_TEST

/* An id that is none would lead elsewhere when it becomes part of a path. */
START_TEST(an_answer_without_an_id)
{
    expect("POST", SEND, 200, "{\"code\":0,\"data\":{\"message_id\":\"../../x\"}}");
    ck_assert(!chat_send_as(&tested, "oc_1", "a", "uuid", id, &answer));
    ck_assert_str_eq(id, "");
    ck_assert_int_eq(answer.outcome, API_UNKNOWN);
}
END_TEST

static const struct {
    const char *name;
    int status;
    const char *body;
    int tries;
    bool gone;
} recalls[] = {
    { "recalled", 200, "{\"code\":0}", 1, true },
    { "recalled before", 400, "{\"code\":230011}", 1, true },
    { "deleted before", 400, "{\"code\":230110}", 1, true },
    { "of another", 400, "{\"code\":230026}", 1, false },
    { "too many", 429, "{\"code\":99991400}", 3, false },
    { "trouble", 502, "<html>", 3, false },
};

START_TEST(a_recall)
{
    for (int i = 0; i < recalls[_i].tries; i++)
        expect("DELETE", MESSAGE, recalls[_i].status, recalls[_i].body);
    ck_assert_msg(chat_recall(&tested, "om_1", &answer) == recalls[_i].gone, "%s",
                  recalls[_i].name);
}
END_TEST

START_TEST(no_further_try_when_the_time_is_over)
{
    expect("DELETE", MESSAGE, 502, "");
    tested.deadline_ms = 1;
    ck_assert(!chat_recall(&tested, "om_1", &answer));
    ck_assert_int_eq(fake->sent[0].deadline_ms, 1);
    ck_assert_int_eq(fake->sent[1].deadline_ms, 1);
}
END_TEST

static void read_message(struct chat_message *message)
{
    ck_assert(chat_read(&tested, "om_1", message, &answer));
}

START_TEST(a_message_read)
{
    struct chat_message message;
    expect("GET", MESSAGE, 200,
           "{\"code\":0,\"data\":{\"items\":[{\"message_id\":\"om_1\",\"parent_id\":\"om_0\","
           "\"deleted\":true,\"sender\":{\"id\":\"cli_1\"}}]}}");
    read_message(&message);
    ck_assert_str_eq(message.parent_id, "om_0");
    ck_assert_int_eq(2 * message.own + message.recalled, 3);
}
END_TEST

START_TEST(nothing_to_read)
{
    struct chat_message message;
    expect("GET", MESSAGE, 200, "{\"code\":0,\"data\":{\"items\":[]}}");
    read_message(&message);
    ck_assert_str_eq(message.parent_id, "");
    ck_assert_int_eq(2 * message.own + message.recalled, 0);
}
END_TEST

#define ITEM(id, parent, sender, deleted)                                                          \
    "{\"message_id\":\"" id "\",\"parent_id\":\"" parent "\",\"deleted\":" deleted                 \
    ",\"sender\":{\"id\":\"" sender "\"}}"

/* Others' replies, recalled ones and replies to something else do not count. */
START_TEST(own_replies)
{
    struct chat_message replies[4];
    expect("GET", MESSAGES "&sort_type=ByCreateTimeDesc&page_size=50", 200,
           "{\"code\":0,\"data\":{\"items\":[" ITEM("om_9", "om_1", "cli_1", "false") "," ITEM(
               "om_8", "om_1", "ou_1",
               "false") "," ITEM("om_7", "om_1", "cli_1",
                                 "true") "," ITEM("om_6", "om_0", "cli_1",
                                                  "false") "," ITEM("om_5", "om_1", "cli_1",
                                                                    "false") ",{},7]}}");
    ck_assert_uint_eq(chat_replies(&tested, "oc_1", "om_1", replies, 4, &answer), 2);
    ck_assert_str_eq(replies[0].id, "om_9");
    ck_assert_str_eq(replies[1].id, "om_5");
}
END_TEST

static const struct {
    const char *body;
    int status;
    bool may_not;
} readings[] = {
    { "{\"code\":99991672}", 400, true },       { "{\"code\":230027}", 400, true },
    { "{\"code\":230002}", 400, false },        { "", 500, false },
    { "{\"code\":0,\"data\":{}}", 200, false },
};

START_TEST(may_not_read)
{
    struct chat_message message;
    expect("GET", MESSAGE, readings[_i].status, readings[_i].body);
    (void)chat_read(&tested, "om_1", &message, &answer);
    ck_assert_int_eq(chat_may_not_read(&answer), readings[_i].may_not);
}
END_TEST

static void add(Suite *suite, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(test->name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

static void fill(Suite *suite)
{
    add(suite, pages_of_chats, 1);
    add(suite, no_more_chats_than_asked_for, 1);
    add(suite, a_refusal_on_the_second_page, 1);
    add(suite, a_long_name_is_cut_between_characters, 1);
    add(suite, what_an_id_is, COUNT(ids));
    add(suite, an_id_has_an_end, 1);
    add(suite, a_message, 1);
    add(suite, a_lost_answer_is_asked_for_again, 1);
    add(suite, a_refusal_is_final, 1);
    add(suite, an_answer_without_an_id, 1);
    add(suite, a_recall, COUNT(recalls));
    add(suite, no_further_try_when_the_time_is_over, 1);
    add(suite, a_message_read, 1);
    add(suite, nothing_to_read, 1);
    add(suite, own_replies, 1);
    add(suite, may_not_read, COUNT(readings));
}

SUITE_MAIN("setup_chat", fill)
