/* One call of the platform's API: what is sent, and what its caller is told about the answer. */
#include "api.h"

#include <stdlib.h>
#include <string.h>

#include "api_kit.h"
#include "fake_http.h"
#include "memory.h"
#include "store_kit.h"
#include "suite.h"
#include "tree.h"

API_KIT_CLOCKS

#define TWENTY  "abcdefghijklmnopqrst"
#define HUNDRED TWENTY TWENTY TWENTY TWENTY TWENTY

static const struct {
    const char *name;
    struct fake_answer answer;
    enum api_outcome outcome;
    enum code_class class;
    int64_t code;
    const char *text; /* a part of it */
    const char *trace;
} answers[] = {
    { "accepted", { .body = API_KIT_OK_BODY }, API_ACCEPTED, CODE_OK, 0, "ok", " GET:200/0" },
    { "no msg", { .body = "{\"code\":0}" }, API_ACCEPTED, CODE_OK, 0, "", " GET:200/0" },
    { "the status does not matter",
      { .status = 400, .body = API_KIT_OK_BODY },
      API_ACCEPTED,
      CODE_OK,
      0,
      "ok",
      " GET:400/0" },
    { "final",
      { .status = 400, .body = "{\"code\":230002,\"msg\":\"not in chat\"}" },
      API_REFUSED,
      CODE_FINAL,
      230002,
      "not in chat",
      " GET:400/230002" },
    { "final with 200",
      { .body = "{\"code\":99991403}" },
      API_REFUSED,
      CODE_FINAL,
      99991403,
      "",
      " GET:200/99991403" },
    { "a code below 0",
      { .body = "{\"code\":-1}" },
      API_REFUSED,
      CODE_FINAL,
      -1,
      "",
      " GET:200/-1" },
    { "too many",
      { .status = 429, .body = "{\"code\":99991400}" },
      API_REFUSED,
      CODE_AGAIN,
      99991400,
      "",
      " GET:429/99991400" },
    { "content",
      { .status = 400, .body = "{\"code\":230099,\"msg\":\"ErrCode: 1\"}" },
      API_REFUSED,
      CODE_CONTENT,
      230099,
      "ErrCode: 1",
      " GET:400/230099" },
    { "still being sent",
      { .status = 400, .body = "{\"code\":230049,\"msg\":\"sending\"}" },
      API_UNKNOWN,
      CODE_AGAIN,
      230049,
      "sending",
      " GET:400/230049" },
    { "500 says nothing",
      { .status = 500, .body = API_KIT_OK_BODY },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "HTTP 500",
      " GET:500/-" },
    { "503 with a code",
      { .status = 503, .body = "{\"code\":99991400}" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "HTTP 503",
      " GET:503/-" },
    { "a page of a proxy",
      { .status = 502, .body = "<html>" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "HTTP 502",
      " GET:502/-" },
    { "a page with 200",
      { .body = "<html>" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "HTTP 200",
      " GET:200/-" },
    { "a page with 404",
      { .status = 404, .body = "404 page not found" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "HTTP 404",
      " GET:404/-" },
    { "a redirect",
      { .status = 302, .body = "" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "HTTP 302",
      " GET:302/-" },
    { "nothing", { .body = "" }, API_UNKNOWN, CODE_AGAIN, 0, "HTTP 200", " GET:200/-" },
    { "an array", { .body = "[0]" }, API_UNKNOWN, CODE_AGAIN, 0, "HTTP 200", " GET:200/-" },
    { "a number", { .body = "0" }, API_UNKNOWN, CODE_AGAIN, 0, "HTTP 200", " GET:200/-" },
    { "no code", { .body = "{\"msg\":\"ok\"}" }, API_UNKNOWN, CODE_AGAIN, 0, "", " GET:200/-" },
    { "code as text",
      { .body = "{\"code\":\"0\"}" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "",
      " GET:200/-" },
    { "code null", { .body = "{\"code\":null}" }, API_UNKNOWN, CODE_AGAIN, 0, "", " GET:200/-" },
    { "code false", { .body = "{\"code\":false}" }, API_UNKNOWN, CODE_AGAIN, 0, "", " GET:200/-" },
    { "code a fraction",
      { .body = "{\"code\":0.5}" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "",
      " GET:200/-" },
    { "cut JSON", { .body = "{\"code\":0,\"ms" }, API_UNKNOWN, CODE_AGAIN, 0, "", " GET:200/-" },
    { "more than JSON",
      { .body = API_KIT_OK_BODY "x" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "",
      " GET:200/-" },
    { "no UTF-8",
      { .body = "{\"code\":0,\"msg\":\"\xff\"}" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "",
      " GET:200/-" },
    { "cut",
      { .outcome = HTTP_CUT, .trouble = "timed out" },
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      "timed out",
      " GET:cut" },
    { "unreached",
      { .outcome = HTTP_UNREACHED, .trouble = "refused" },
      API_UNREACHED,
      CODE_AGAIN,
      0,
      "refused",
      " GET:-" },
};

START_TEST(an_answer_has_an_outcome_and_a_class)
{
    struct fake_answer row = answers[_i].answer;
    bool heard = row.outcome == HTTP_ANSWERED;
    api_kit_begin();
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    row.log_id = "log-1";
    fake_http_answer(api_kit.fake, row);
    api_kit_call();
    ck_assert_msg(api_kit.answer.outcome == answers[_i].outcome, "%s", answers[_i].name);
    ck_assert_msg(api_kit.answer.class == answers[_i].class, "%s", answers[_i].name);
    ck_assert_msg(api_kit.answer.code == answers[_i].code, "%s", answers[_i].name);
    ck_assert_msg(strstr(api_kit.answer.text, answers[_i].text) != NULL, "%s: %s", answers[_i].name,
                  api_kit.answer.text);
    ck_assert_str_eq(buf_text(&api_kit.traced), answers[_i].trace);
    ck_assert_int_eq(api_kit.answer.http_status, heard && row.status == 0 ? 200 : row.status);
    ck_assert_str_eq(api_kit.answer.log_id, heard ? "log-1" : "");
    ck_assert((api_kit.answer.tree != NULL) == (api_kit.answer.outcome == API_ACCEPTED));
    ck_assert_str_eq(api_kit.fake->sent[0].bearer, API_KIT_FIRST);
    api_kit_end();
}
END_TEST

START_TEST(a_code_beyond_all_numbers_is_not_success)
{
    api_kit_begin();
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    api_kit_answer("GET", API_KIT_PATH, "{\"code\":18446744073709551616}");
    api_kit_call();
    ck_assert_int_ne(api_kit.answer.outcome, API_ACCEPTED);
    ck_assert_int_ne(api_kit.answer.class, CODE_OK);
    api_kit_end();
}
END_TEST

START_TEST(the_whole_answer_is_handed_out)
{
    int64_t number = 0;
    api_kit_begin();
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_FIRST));
    api_kit_answer("GET", API_KIT_PATH, "{\"code\":0,\"data\":{\"number\":42}}");
    api_kit_call();
    ck_assert(tree_int(tree_object(api_kit.answer.tree, "data"), "number", &number) &&
              number == 42);
    api_kit_end();
}
END_TEST

START_TEST(what_is_asked_goes_out)
{
    struct json_object *body = tree_new_object();
    api_kit_begin();
    tree_set_text(body, "content", "{\"text\":\"中文/\"}");
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_FIRST));
    api_kit_answer("POST", "/open-apis/im/v1/messages?receive_id_type=chat_id", API_KIT_OK_BODY);
    api_kit_answer("DELETE", "/open-apis/im/v1/messages/om_1", API_KIT_OK_BODY);
    api_call(&api_kit.api, "POST", "/open-apis/im/v1/messages?receive_id_type=chat_id", body,
             API_KIT_DEADLINE_MS, &api_kit.answer);
    api_answer_release(&api_kit.answer);
    api_call(&api_kit.api, "DELETE", "/open-apis/im/v1/messages/om_1", NULL, API_KIT_DEADLINE_MS,
             &api_kit.answer);
    const struct fake_request *sent = api_kit.fake->sent;
    ck_assert_str_eq(sent[0].url, API_KIT_BASE FAKE_HTTP_TOKEN_PATH);
    ck_assert_str_eq(sent[0].body,
                     "{\"app_id\":\"" API_KIT_APP_ID "\",\"app_secret\":\"" API_KIT_SECRET "\"}");
    ck_assert_ptr_null(sent[0].bearer);
    ck_assert_str_eq(sent[1].url, API_KIT_BASE "/open-apis/im/v1/messages?receive_id_type=chat_id");
    ck_assert_str_eq(sent[1].body, "{\"content\":\"{\\\"text\\\":\\\"中文/\\\"}\"}");
    ck_assert_str_eq(sent[1].bearer, API_KIT_FIRST);
    ck_assert_ptr_null(sent[2].body);
    ck_assert_str_eq(buf_text(&api_kit.traced), " POST:200/0 POST:200/0 DELETE:200/0");
    tree_free(body);
    api_kit_end();
}
END_TEST

static const struct {
    const char *msg; /* in JSON */
    const char *text;
} texts[] = {
    { "plain", "plain" },
    { "中文，好", "中文，好" },
    { "two\\nlines\\tand a tab", "two lines and a tab" },
    { "a\\r\\nb", "a b" },
    { "\\u001b[31mred", "\uFFFD[31mred" },
    { "\\u0007\\u007f", "\uFFFD\uFFFD" },
    { "the token " API_KIT_FIRST " is bad", "the token ************************ is bad" },
    { API_KIT_FIRST API_KIT_FIRST, "************************************************" },
    { "secret " API_KIT_SECRET, "secret *****************" },
    { "%s%n%d", "%s%n%d" },
};

START_TEST(the_platforms_words_are_cleaned)
{
    char *body = memory_format("{\"code\":230002,\"msg\":\"%s\"}", texts[_i].msg);
    api_kit_begin();
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    api_kit_answer("GET", API_KIT_PATH, body);
    api_kit_call();
    ck_assert_str_eq(api_kit.answer.text, texts[_i].text);
    api_kit_end();
    free(body);
}
END_TEST

/* len times x, then what follows, as the platform's msg. */
static void call_with_long_msg(int len, const char *then)
{
    char *body =
        memory_format("{\"code\":230002,\"msg\":\"%.*s%s\"}", len, HUNDRED HUNDRED HUNDRED, then);
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    api_kit_answer("GET", API_KIT_PATH, body);
    api_kit_call();
    free(body);
}

static const struct {
    int len;
    const char *then;
    size_t text_len;
} cuts[] = {
    { 255, "", 255 },   { 256, "", 255 },   { 252, "中", 255 },
    { 253, "中", 253 }, { 254, "中", 254 }, { 255, "中", 255 },
};

START_TEST(a_long_text_is_cut_between_characters)
{
    api_kit_begin();
    call_with_long_msg(cuts[_i].len, cuts[_i].then);
    ck_assert_uint_eq(strlen(api_kit.answer.text), cuts[_i].text_len);
    api_kit_end();
}
END_TEST

START_TEST(no_part_of_a_token_is_left_at_the_cut)
{
    api_kit_begin();
    call_with_long_msg(245, API_KIT_FIRST);
    ck_assert_ptr_null(strstr(api_kit.answer.text, "t-g"));
    ck_assert_str_eq(api_kit.answer.text + 245, "**********");
    api_kit_end();
}
END_TEST

START_TEST(an_endless_text_is_cut)
{
    char *msg = memory_format("%*s", 1 << 20, "x");
    char *body = memory_format("{\"code\":230002,\"msg\":\"%s\"}", msg);
    api_kit_begin();
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    api_kit_answer("GET", API_KIT_PATH, body);
    api_kit_call();
    ck_assert_uint_eq(strlen(api_kit.answer.text), sizeof(api_kit.answer.text) - 1);
    api_kit_end();
    free(msg);
    free(body);
}
END_TEST

START_TEST(trouble_on_the_way_tells_no_secret)
{
    const struct fake_answer trouble = { .outcome = HTTP_CUT,
                                         .trouble =
                                             "said " API_KIT_FIRST " and " API_KIT_SECRET "\n." };
    api_kit_begin();
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    fake_http_answer(api_kit.fake, trouble);
    api_kit_call();
    ck_assert_str_eq(api_kit.answer.text, "said ************************ and ***************** .");
    fake_http_answer(api_kit.fake, trouble);
    api_probe_token(&api_kit.api, API_KIT_DEADLINE_MS, &api_kit.answer);
    ck_assert_ptr_null(strstr(api_kit.answer.text, API_KIT_SECRET));
    api_kit.answer.text[0] = '\0'; /* the probe knows no token, and needs to hide none */
    api_kit_end();
}
END_TEST

static const char *const paths[] = {
    "",
    "/",
    "open-apis/x",
    "/elsewhere",
    "@evil.example/open-apis/",
    ".evil.example/open-apis/",
    "/open-apis/../x",
    "/open-apis/im/v1/messages/..",
    "/open-apis/a b",
    "/open-apis/a\r\nX-Evil: 1",
    "/open-apis/a#b",
    "/open-apis/a\\b",
    "/open-apis/\xe4\xb8\xad",
};

START_TEST(a_path_leads_nowhere_else)
{
    api_kit_begin();
    api_call(&api_kit.api, "GET", paths[_i], NULL, API_KIT_DEADLINE_MS, &api_kit.answer);
    ck_assert_int_eq(api_kit.answer.outcome, API_REFUSED);
    ck_assert_int_eq(api_kit.answer.class, CODE_FINAL);
    ck_assert_int_eq(api_kit.answer.code, 0);
    ck_assert_uint_eq(api_kit.fake->sent_count, 0);
    api_kit_end();
}
END_TEST

START_TEST(a_body_has_a_ceiling)
{
    struct json_object *body = tree_new_object();
    char *text = memory_format("%*s", 1 << 20, "x");
    tree_set_text(body, "text", text);
    api_kit_begin();
    api_call(&api_kit.api, "POST", API_KIT_PATH, body, API_KIT_DEADLINE_MS, &api_kit.answer);
    ck_assert_int_eq(api_kit.answer.outcome, API_REFUSED);
    ck_assert_int_eq(api_kit.answer.class, CODE_CONTENT);
    ck_assert_uint_eq(api_kit.fake->sent_count, 0);
    api_kit_end();
    tree_free(body);
    free(text);
}
END_TEST

START_TEST(a_trace_is_not_needed)
{
    api_kit_begin();
    api_kit.api.trace = NULL;
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_FIRST));
    api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
    api_kit_call();
    ck_assert_int_eq(api_kit.answer.outcome, API_ACCEPTED);
    api_kit_end();
}
END_TEST

START_TEST(an_answer_is_overwritten)
{
    api_kit_begin();
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_FIRST));
    fake_http_answer(api_kit.fake,
                     (struct fake_answer){ .path = API_KIT_PATH,
                                           .status = 400,
                                           .log_id = "old",
                                           .body = "{\"code\":230002,\"msg\":\"old\"}" });
    api_kit_call();
    fake_http_answer(api_kit.fake,
                     (struct fake_answer){ .path = API_KIT_PATH, .outcome = HTTP_UNREACHED });
    api_kit_call();
    ck_assert_int_eq(api_kit.answer.code, 0);
    ck_assert_int_eq(api_kit.answer.http_status, 0);
    ck_assert_str_eq(api_kit.answer.log_id, "");
    ck_assert_str_eq(api_kit.answer.text, "down");
    api_kit_end();
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "answer", an_answer_has_an_outcome_and_a_class, COUNT(answers));
    store_kit_add(suite, "huge code", a_code_beyond_all_numbers_is_not_success, 1);
    store_kit_add(suite, "tree", the_whole_answer_is_handed_out, 1);
    store_kit_add(suite, "request", what_is_asked_goes_out, 1);
    store_kit_add(suite, "text", the_platforms_words_are_cleaned, COUNT(texts));
    store_kit_add(suite, "cut", a_long_text_is_cut_between_characters, COUNT(cuts));
    store_kit_add(suite, "cut token", no_part_of_a_token_is_left_at_the_cut, 1);
    store_kit_add(suite, "endless text", an_endless_text_is_cut, 1);
    store_kit_add(suite, "trouble", trouble_on_the_way_tells_no_secret, 1);
    store_kit_add(suite, "path", a_path_leads_nowhere_else, COUNT(paths));
    store_kit_add(suite, "body", a_body_has_a_ceiling, 1);
    store_kit_add(suite, "no trace", a_trace_is_not_needed, 1);
    store_kit_add(suite, "overwritten", an_answer_is_overwritten, 1);
}

SUITE_MAIN("api", fill)
