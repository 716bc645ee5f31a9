/* The token of the platform's API: fetched, shared through the store, refused, and never in a loop.
 */
#include "api.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api_kit.h"
#include "buf.h"
#include "fake_http.h"
#include "memory.h"
#include "store_kit.h"
#include "suite.h"

enum { ANSWERS_MAX = 4 };

API_KIT_CLOCKS

#define TWENTY  "abcdefghijklmnopqrst"
#define HUNDRED TWENTY TWENTY TWENTY TWENTY TWENTY

#define TOKEN_ANSWER(text)                                                                         \
    {                                                                                              \
        .path = FAKE_HTTP_TOKEN_PATH, .body = (text)                                               \
    }
#define TOKEN_FIRST                                                                                \
    TOKEN_ANSWER("{\"code\":0,\"tenant_access_token\":\"" API_KIT_FIRST "\",\"expire\":7200}")
#define TOKEN_SECOND                                                                               \
    TOKEN_ANSWER("{\"code\":0,\"tenant_access_token\":\"" API_KIT_SECOND "\",\"expire\":7200}")
#define TOKEN_DOWN                                                                                 \
    {                                                                                              \
        .path = FAKE_HTTP_TOKEN_PATH, .outcome = HTTP_UNREACHED                                    \
    }
#define TOKEN_CUT                                                                                  \
    {                                                                                              \
        .path = FAKE_HTTP_TOKEN_PATH, .outcome = HTTP_CUT                                          \
    }
#define CALL_REFUSED                                                                               \
    {                                                                                              \
        .path = API_KIT_PATH, .status = 400, .body = "{\"code\":99991663,\"msg\":\"bad token\"}"   \
    }
#define CALL_OK                                                                                    \
    {                                                                                              \
        .path = API_KIT_PATH, .body = API_KIT_OK_BODY                                              \
    }

/* All exchanges of one call without a stored token, in their order. */
static const struct {
    const char *name;
    struct fake_answer answers[ANSWERS_MAX];
    size_t count;
    enum api_outcome outcome;
    enum code_class class;
    int64_t code;
    const char *trace;
} flows[] = {
    { "token, call",
      { TOKEN_FIRST, CALL_OK },
      2,
      API_ACCEPTED,
      CODE_OK,
      0,
      " POST:200/0 GET:200/0" },
    { "refused, fetched again",
      { TOKEN_FIRST, CALL_REFUSED, TOKEN_SECOND, CALL_OK },
      4,
      API_ACCEPTED,
      CODE_OK,
      0,
      " POST:200/0 GET:400/99991663 POST:200/0 GET:200/0" },
    { "refused, the same fetched again",
      { TOKEN_FIRST, CALL_REFUSED, TOKEN_FIRST, CALL_REFUSED },
      4,
      API_REFUSED,
      CODE_AGAIN,
      99991663,
      " POST:200/0 GET:400/99991663 POST:200/0 GET:400/99991663" },
    { "refused twice",
      { TOKEN_FIRST, CALL_REFUSED, TOKEN_SECOND, CALL_REFUSED },
      4,
      API_REFUSED,
      CODE_AGAIN,
      99991663,
      " POST:200/0 GET:400/99991663 POST:200/0 GET:400/99991663" },
    { "refused, then something else",
      { TOKEN_FIRST,
        CALL_REFUSED,
        TOKEN_SECOND,
        { .path = API_KIT_PATH, .body = "{\"code\":230002}" } },
      4,
      API_REFUSED,
      CODE_FINAL,
      230002,
      " POST:200/0 GET:400/99991663 POST:200/0 GET:200/230002" },
    { "refused, then cut",
      { TOKEN_FIRST, CALL_REFUSED, TOKEN_SECOND, { .path = API_KIT_PATH, .outcome = HTTP_CUT } },
      4,
      API_UNKNOWN,
      CODE_AGAIN,
      0,
      " POST:200/0 GET:400/99991663 POST:200/0 GET:cut" },
    { "refused, then no token",
      { TOKEN_FIRST, CALL_REFUSED, TOKEN_DOWN },
      3,
      API_UNREACHED,
      CODE_AGAIN,
      0,
      " POST:200/0 GET:400/99991663 POST:-" },
    { "refused, then the secret refused",
      { TOKEN_FIRST, CALL_REFUSED, TOKEN_ANSWER("{\"code\":10015}") },
      3,
      API_REFUSED,
      CODE_AGAIN,
      10015,
      " POST:200/0 GET:400/99991663 POST:200/10015" },
    { "app unknown",
      { TOKEN_ANSWER("{\"code\":10014,\"msg\":\"app id not exists\"}") },
      1,
      API_REFUSED,
      CODE_AGAIN,
      10014,
      " POST:200/10014" },
    { "a token's code for a token",
      { TOKEN_ANSWER("{\"code\":99991663}") },
      1,
      API_REFUSED,
      CODE_AGAIN,
      99991663,
      " POST:200/99991663" },
    { "a message's code for a token",
      { TOKEN_ANSWER("{\"code\":230049}") },
      1,
      API_REFUSED,
      CODE_AGAIN,
      230049,
      " POST:200/230049" },
    { "content's code for a token",
      { TOKEN_ANSWER("{\"code\":230099}") },
      1,
      API_REFUSED,
      CODE_AGAIN,
      230099,
      " POST:200/230099" },
    { "token down", { TOKEN_DOWN }, 1, API_UNREACHED, CODE_AGAIN, 0, " POST:-" },
    { "token cut", { TOKEN_CUT }, 1, API_UNREACHED, CODE_AGAIN, 0, " POST:cut" },
    { "token 500",
      { { .path = FAKE_HTTP_TOKEN_PATH, .status = 500, .body = API_KIT_OK_BODY } },
      1,
      API_UNREACHED,
      CODE_AGAIN,
      0,
      " POST:500/-" },
    { "no JSON", { TOKEN_ANSWER("<html>") }, 1, API_UNREACHED, CODE_AGAIN, 0, " POST:200/-" },
    { "no token in it",
      { TOKEN_ANSWER(API_KIT_OK_BODY) },
      1,
      API_UNREACHED,
      CODE_AGAIN,
      0,
      " POST:200/0" },
    { "an empty token",
      { TOKEN_ANSWER("{\"code\":0,\"tenant_access_token\":\"\"}") },
      1,
      API_UNREACHED,
      CODE_AGAIN,
      0,
      " POST:200/0" },
    { "a token that is no text",
      { TOKEN_ANSWER("{\"code\":0,\"tenant_access_token\":1}") },
      1,
      API_UNREACHED,
      CODE_AGAIN,
      0,
      " POST:200/0" },
    { "a token with a new line",
      { TOKEN_ANSWER("{\"code\":0,\"tenant_access_token\":\"" API_KIT_FIRST "\\r\\nX: y\"}") },
      1,
      API_UNREACHED,
      CODE_AGAIN,
      0,
      " POST:200/0" },
    { "a token with a NUL",
      { TOKEN_ANSWER("{\"code\":0,\"tenant_access_token\":\"" API_KIT_FIRST "\\u0000\"}") },
      1,
      API_UNREACHED,
      CODE_AGAIN,
      0,
      " POST:200/0" },
};

START_TEST(a_call_takes_four_exchanges_at_most)
{
    api_kit_begin();
    for (size_t i = 0; i < flows[_i].count; i++)
        fake_http_answer(api_kit.fake, flows[_i].answers[i]);
    api_kit_call();
    ck_assert_msg(api_kit.answer.outcome == flows[_i].outcome, "%s", flows[_i].name);
    ck_assert_msg(api_kit.answer.class == flows[_i].class, "%s", flows[_i].name);
    ck_assert_msg(api_kit.answer.code == flows[_i].code, "%s", flows[_i].name);
    ck_assert_str_eq(buf_text(&api_kit.traced), flows[_i].trace);
    ck_assert_uint_eq(api_kit.fake->sent_count, flows[_i].count);
    api_kit_end();
}
END_TEST

static const int64_t token_codes[] = { 99991661, 99991663, 99991664, 99991665,
                                       99991668, 99991671, 99991677 };

START_TEST(each_refused_token_is_fetched_again)
{
    char *body = memory_format("{\"code\":%" PRId64 "}", token_codes[_i]);
    api_kit_begin();
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    api_kit_answer("GET", API_KIT_PATH, body);
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_SECOND));
    api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
    api_kit_call();
    ck_assert_int_eq(api_kit.answer.outcome, API_ACCEPTED);
    ck_assert_str_eq(api_kit.fake->sent[0].bearer, API_KIT_FIRST);
    ck_assert_str_eq(api_kit.fake->sent[2].bearer, API_KIT_SECOND);
    ck_assert(store_kit_holds(kit.store, API_KIT_TOKEN_KEY, API_KIT_SECOND, api_kit.wall_ms));
    api_kit_end();
    free(body);
}
END_TEST

START_TEST(a_refused_token_does_not_stay_in_the_store)
{
    struct buf value = BUF_INIT(64);
    api_kit_begin();
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    fake_http_answer(api_kit.fake, (struct fake_answer)CALL_REFUSED);
    if (_i == 1)
        fake_http_answer(api_kit.fake, (struct fake_answer)TOKEN_SECOND);
    fake_http_answer(api_kit.fake,
                     _i == 1 ? (struct fake_answer)CALL_REFUSED : (struct fake_answer)TOKEN_DOWN);
    api_kit_call();
    ck_assert_int_eq(store_get(kit.store, API_KIT_TOKEN_KEY, api_kit.wall_ms, &value, &kit.error),
                     STORE_ABSENT);
    api_kit_end();
    buf_release(&value);
}
END_TEST

START_TEST(processes_share_a_token_while_it_lives)
{
    struct store *other = store_kit_open(kit.folder);
    api_kit_begin();
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_FIRST));
    for (int i = 0; i < 3; i++)
        api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
    api_kit_call();
    api_kit.api.store = other;
    api_kit.wall_ms += API_KIT_LIFE_MS - 1;
    api_kit_call();
    ck_assert_str_eq(api_kit.fake->sent[2].bearer, API_KIT_FIRST);
    api_kit.wall_ms += 1;
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_SECOND));
    api_kit_call();
    ck_assert_str_eq(api_kit.fake->sent[4].bearer, API_KIT_SECOND);
    ck_assert_int_eq(api_kit.answer.outcome, API_ACCEPTED);
    api_kit_end();
    store_close(other);
}
END_TEST

static const struct {
    const char *expire; /* JSON */
    int64_t life_ms;    /* 0: not shared */
} lives[] = {
    { "7200", API_KIT_LIFE_MS },
    { "1800", 1620 * 1000 },
    { "182", 2000 },
    { "181", 1000 },
    { "180", 0 },
    { "1", 0 },
    { "0", 0 },
    { "-5", 0 },
    { "null", 0 },
    { "\"7200\"", 0 },
    { "7201", API_KIT_LIFE_MS },
    { "9223372036854775807", API_KIT_LIFE_MS },
    { "-9223372036854775808", 0 },
};

START_TEST(a_token_is_shared_until_shortly_before_its_end)
{
    char *body = memory_format("{\"code\":0,\"tenant_access_token\":\"%s\",\"expire\":%s}",
                               API_KIT_FIRST, lives[_i].expire);
    int64_t life_ms = lives[_i].life_ms;
    api_kit_begin();
    api_kit_answer("POST", FAKE_HTTP_TOKEN_PATH, body);
    api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
    api_kit_call();
    ck_assert_int_eq(api_kit.answer.outcome, API_ACCEPTED);
    ck_assert(store_kit_holds(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms) ==
              (life_ms > 0));
    ck_assert(store_kit_holds(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST,
                              api_kit.wall_ms + life_ms - 1) == (life_ms > 0));
    ck_assert(
        !store_kit_holds(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms + life_ms));
    api_kit_end();
    free(body);
}
END_TEST

START_TEST(another_app_or_platform_has_another_token)
{
    static char other_id[] = "cli_other", other_base[] = "https://open.larksuite.com";
    api_kit_begin();
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_FIRST));
    api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
    api_kit_call();
    if (_i == 0)
        api_kit.app.id = other_id;
    else
        api_kit.app.base_url = other_base;
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_SECOND));
    api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
    api_kit_call();
    ck_assert_str_eq(api_kit.fake->sent[3].bearer, API_KIT_SECOND);
    api_kit_end();
}
END_TEST

START_TEST(without_a_store_each_call_fetches)
{
    struct store *none = store_open("none");
    api_kit_begin();
    api_kit.api.store = none;
    for (int i = 0; i < 2; i++) {
        fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_FIRST));
        api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
        api_kit_call();
        ck_assert_int_eq(api_kit.answer.outcome, API_ACCEPTED);
    }
    ck_assert_uint_eq(api_kit.fake->sent_count, 4);
    api_kit_end();
    store_close(none);
}
END_TEST

static const struct {
    const char *value;
    size_t len;
} garbage[] = {
    { "", 0 },
    { "t 1", 3 },
    { "t-1\r\nX-Evil: 1", 14 },
    { "t-1\n", 4 },
    { "t\0b", 3 },
    { "{\"token\":\"t-1\"}", 15 },
    { "\xe4\xb8\xad", 3 },
    { HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED TWENTY
      "abcde",
      1025 },
};

START_TEST(garbage_in_the_store_is_no_token)
{
    api_kit_begin();
    ck_assert_int_eq(store_put(kit.store, API_KIT_TOKEN_KEY, garbage[_i].value, garbage[_i].len,
                               API_KIT_LIFE_MS, api_kit.wall_ms, &kit.error),
                     STORE_OK);
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_FIRST));
    api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
    api_kit_call();
    ck_assert_int_eq(api_kit.answer.outcome, API_ACCEPTED);
    ck_assert_str_eq(api_kit.fake->sent[1].bearer, API_KIT_FIRST);
    ck_assert(store_kit_holds(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms));
    api_kit_end();
}
END_TEST

START_TEST(a_broken_store_is_done_without)
{
    api_kit_begin();
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    char *file = store_kit_find(kit.folder, "");
    ck_assert_int_eq(truncate(file, 20), 0);
    fake_http_answer(api_kit.fake, FAKE_HTTP_TOKEN(API_KIT_SECOND));
    api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
    api_kit_call();
    ck_assert_int_eq(api_kit.answer.outcome, API_ACCEPTED);
    ck_assert_str_eq(api_kit.fake->sent[1].bearer, API_KIT_SECOND);
    api_kit_end();
    free(file);
}
END_TEST

START_TEST(the_longest_token_is_taken)
{
    char longest[1025];
    api_kit_begin();
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    char *fits = memory_format("{\"code\":0,\"tenant_access_token\":\"%s\"}", longest);
    char *over = memory_format("{\"code\":0,\"tenant_access_token\":\"%sx\"}", longest);
    api_kit_answer("POST", FAKE_HTTP_TOKEN_PATH, fits);
    api_kit_answer("GET", API_KIT_PATH, API_KIT_OK_BODY);
    api_kit_call();
    ck_assert_int_eq(api_kit.answer.outcome, API_ACCEPTED);
    ck_assert_str_eq(api_kit.fake->sent[1].bearer, longest);
    api_kit_answer("POST", FAKE_HTTP_TOKEN_PATH, over);
    api_kit_call();
    ck_assert_int_eq(api_kit.answer.outcome, API_UNREACHED);
    api_kit_end();
    free(fits);
    free(over);
}
END_TEST

static const struct {
    struct fake_answer answer;
    enum api_outcome outcome;
    enum code_class class;
    int64_t code;
} probes[] = {
    { TOKEN_SECOND, API_ACCEPTED, CODE_OK, 0 },
    { TOKEN_ANSWER("{\"code\":10014,\"msg\":\"no\"}"), API_REFUSED, CODE_AGAIN, 10014 },
    { TOKEN_ANSWER("<html>"), API_UNKNOWN, CODE_AGAIN, 0 },
    { TOKEN_ANSWER(API_KIT_OK_BODY), API_UNKNOWN, CODE_AGAIN, 0 },
    { TOKEN_CUT, API_UNKNOWN, CODE_AGAIN, 0 },
    { TOKEN_DOWN, API_UNREACHED, CODE_AGAIN, 0 },
};

START_TEST(a_probe_asks_anew_and_keeps_nothing)
{
    api_kit_begin();
    (void)store_kit_put(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms);
    fake_http_answer(api_kit.fake, probes[_i].answer);
    api_probe_token(&api_kit.api, API_KIT_DEADLINE_MS, &api_kit.answer);
    ck_assert_int_eq(api_kit.answer.outcome, probes[_i].outcome);
    ck_assert_int_eq(api_kit.answer.class, probes[_i].class);
    ck_assert_int_eq(api_kit.answer.code, probes[_i].code);
    ck_assert_ptr_null(api_kit.answer.tree);
    ck_assert(store_kit_holds(kit.store, API_KIT_TOKEN_KEY, API_KIT_FIRST, api_kit.wall_ms));
    api_kit_end();
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "flow", a_call_takes_four_exchanges_at_most, COUNT(flows));
    store_kit_add(suite, "refused", each_refused_token_is_fetched_again, COUNT(token_codes));
    store_kit_add(suite, "dropped", a_refused_token_does_not_stay_in_the_store, 2);
    store_kit_add(suite, "shared", processes_share_a_token_while_it_lives, 1);
    store_kit_add(suite, "life", a_token_is_shared_until_shortly_before_its_end, COUNT(lives));
    store_kit_add(suite, "key", another_app_or_platform_has_another_token, 2);
    store_kit_add(suite, "no store", without_a_store_each_call_fetches, 1);
    store_kit_add(suite, "garbage", garbage_in_the_store_is_no_token, COUNT(garbage));
    store_kit_add(suite, "broken store", a_broken_store_is_done_without, 1);
    store_kit_add(suite, "long token", the_longest_token_is_taken, 1);
    store_kit_add(suite, "probe", a_probe_asks_anew_and_keeps_nothing, COUNT(probes));
}

SUITE_MAIN("api_token", fill)
