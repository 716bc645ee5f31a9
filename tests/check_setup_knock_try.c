/* Which answers pass: the challenge's, a genuine event's, and those to attacks. */
#include "knock.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "knock_kit.h"
#include "suite.h"
#include "tree.h"

enum { STEP_COUNT = 5 };

/* In place of the network: answers with these statuses, one after the other, and with the request's
 * own body, which without a key holds the challenge. */
static struct echo {
    struct http http;
    int statuses[STEP_COUNT];
    int count; /* requests */
    bool all_ipv4;
} echo;

static enum http_outcome echo_send(struct http *http, const struct http_request *request,
                                   int64_t deadline_ms, struct http_response *response,
                                   struct error *error)
{
    (void)http;
    (void)deadline_ms;
    ck_assert_int_lt(echo.count, STEP_COUNT);
    echo.all_ipv4 = echo.all_ipv4 && request->ipv4;
    response->status = echo.statuses[echo.count++];
    buf_add(&response->body, request->body, request->body_len);
    if (response->status != 0)
        return HTTP_ANSWERED;
    error_set(error, ERROR_NETWORK, "cut off");
    return HTTP_CUT;
}

static void echo_close(struct http *http)
{
    (void)http;
}

static void open_echo(const int *statuses, int count)
{
    echo = (struct echo){ .http = { echo_send, echo_close }, .all_ipv4 = true };
    memcpy(echo.statuses, statuses, (size_t)count * sizeof(statuses[0]));
    knock_kit_open("https://bot.example.com/");
    http_close(knock_kit.knock.http);
    knock_kit.knock.http = &echo.http;
}

static const struct {
    int status; /* 0: cut off */
    bool passes;
} challenges[] = {
    { 200, true },  { 201, false }, { 204, false }, { 301, false },
    { 401, false }, { 500, false }, { 0, false },
};

START_TEST(a_challenge_has_to_come_back_with_200)
{
    knock_kit_configure(" verification_token = 't'\n");
    open_echo(&challenges[_i].status, 1);
    knock_challenge(&knock_kit.knock, &knock_kit.finding);
    ck_assert_int_eq(knock_kit.knock.answers, challenges[_i].passes);
    ck_assert_int_eq(knock_kit.finding.status, challenges[_i].passes ? FINDING_PASS : FINDING_FAIL);
    ck_assert(echo.all_ipv4);
}
END_TEST

START_TEST(with_a_key_an_echo_is_no_answer)
{
    static const int statuses[] = { 200 };
    open_echo(statuses, 1);
    knock_challenge(&knock_kit.knock, &knock_kit.finding);
    ck_assert_int_eq(knock_kit.finding.status, FINDING_FAIL);
    ck_assert(!knock_kit.knock.answers);
}
END_TEST

/* What the server answers to the genuine event and to the four attacks, and what each comes to. */
static const struct {
    const char *name;
    int statuses[STEP_COUNT];
    const char *findings[STEP_COUNT];
} servers[] = {
    { "refuses", { 200, 401, 401, 401, 401 }, { "pass", "pass", "pass", "pass", "pass" } },
    { "takes all", { 200, 200, 200, 200, 200 }, { "pass", "fail", "fail", "fail", "fail" } },
    { "refuses all", { 401, 401, 401, 401, 401 }, { "fail", "pass", "pass", "pass", "pass" } },
    { "refuses otherwise",
      { 201, 403, 400, 404, 503 },
      { "fail", "fail", "fail", "fail", "fail" } },
    { "is cut off", { 0, 0, 0, 0, 0 }, { "fail", "fail", "fail", "fail", "fail" } },
};

static const char *const names[STEP_COUNT] = { "event", "unsigned", "signature", "token", "stale" };

static void expect_step(const char *name, struct json_object *step, const char *step_name,
                        const char *status)
{
    ck_assert_str_eq(tree_text(step, "name"), step_name);
    ck_assert_msg(strcmp(tree_text(step, "status"), status) == 0, "%s: %s: %s", name, step_name,
                  tree_text(step, "detail"));
}

START_TEST(only_401_is_a_refusal)
{
    struct report report;
    open_echo(servers[_i].statuses, STEP_COUNT);
    knock_kit.knock.answers = true;
    report_begin(&report, true);
    knock_attacks(&knock_kit.knock, &report);
    ck_assert_uint_eq(tree_count(report.steps), STEP_COUNT);
    for (size_t i = 0; i < STEP_COUNT; i++)
        expect_step(servers[_i].name, tree_at(report.steps, i), names[i], servers[_i].findings[i]);
    ck_assert_int_eq(echo.count, STEP_COUNT);
    ck_assert(echo.all_ipv4);
    tree_free(report.steps);
}
END_TEST

START_TEST(before_the_challenge_nothing_is_tried)
{
    static const int statuses[] = { 200 };
    struct report report;
    open_echo(statuses, 1);
    report_begin(&report, true);
    knock_attacks(&knock_kit.knock, &report);
    for (size_t i = 0; i < STEP_COUNT; i++)
        expect_step("unanswered", tree_at(report.steps, i), names[i], "skip");
    ck_assert_int_eq(echo.count, 0);
    tree_free(report.steps);
}
END_TEST

static void fill(Suite *suite)
{
    knock_kit_add(suite, "challenge", a_challenge_has_to_come_back_with_200, COUNT(challenges));
    knock_kit_add(suite, "echo", with_a_key_an_echo_is_no_answer, 1);
    knock_kit_add(suite, "attacks", only_401_is_a_refusal, COUNT(servers));
    knock_kit_add(suite, "unanswered", before_the_challenge_nothing_is_tried, 1);
}

SUITE_MAIN("setup: what passes", fill)
