/* What others say is shown as text: it steers no terminal and makes no lines of its own. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "http.h"
#include "memory.h"
#include "report.h"
#include "scene.h"
#include "secret.h"
#include "store.h"
#include "suite.h"

#define HOSTILE  "\\u001b]0;title\\u0007\\u001b[2K\\n  \\u2713 token: right\\u009b2J"
#define HARMLESS "\uFFFD]0;title\uFFFD\uFFFD[2K   ✓ token: right\uFFFD2J"

static const char token_answer[] = "{\"code\":0,\"tenant_access_token\":\"t-1\",\"expire\":7200}";
static const char bot_answer[] = "{\"code\":0,\"bot\":{\"activate_status\":2,\"open_id\":"
                                 "\"ou_1" HOSTILE "\",\"app_name\":\"Bot" HOSTILE "\"}}";
static const char long_answer[] =
    "{\"code\":0,\"bot\":{\"activate_status\":2,\"open_id\":\"ou_1\",\"app_name\":\""
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十\"}}";

/* What the platform answers when it is asked for the bot. */
static const char *answer;

static enum http_outcome send(struct http *http, const struct http_request *request,
                              int64_t deadline_ms, struct http_response *response,
                              struct error *error)
{
    (void)http;
    (void)deadline_ms;
    (void)error;
    response->status = 200;
    buf_add_text(&response->body, strstr(request->url, "/bot/") == NULL ? token_answer : answer);
    return HTTP_ANSWERED;
}

static void ask_for_bot(struct scene *scene, struct finding *finding)
{
    static struct http http = { .send = send };
    struct link *link = &scene->link;
    *scene = (struct scene){ .url = NULL };
    link->http = &http;
    link->store = store_open("none");
    link->config.app.id = memory_copy("cli_a1");
    link->config.app.base_url = memory_copy("https://open.feishu.cn");
    link->config.bot_open_id = memory_copy("");
    secret_set(&link->config.app.secret, "secret", strlen("secret"));
    link->api = (struct api){ &link->config.app, link->http, link->store, NULL };
    probe_bot(scene, finding);
    store_close(link->store);
    secret_release(&link->config.app.secret);
    free(link->config.app.id);
    free(link->config.app.base_url);
    free(link->config.bot_open_id);
}

START_TEST(the_bot_s_name_is_text)
{
    struct scene scene;
    struct finding finding = { 0 };
    answer = bot_answer;
    ask_for_bot(&scene, &finding);
    ck_assert_int_eq(finding.status, FINDING_PASS);
    ck_assert_str_eq(scene.bot.name, "Bot" HARMLESS);
    ck_assert_str_eq(finding.detail, "Bot" HARMLESS " (ou_1" HARMLESS ") is enabled");
    finding_release(&finding);
}
END_TEST

START_TEST(the_bot_s_long_name_is_cut_between_characters)
{
    struct scene scene;
    struct finding finding = { 0 };
    answer = long_answer;
    ask_for_bot(&scene, &finding);
    ck_assert_uint_ge(strlen(scene.bot.name), sizeof(scene.bot.name) - 3);
    ck_assert_ptr_null(strstr(finding.detail, "\uFFFD"));
    finding_release(&finding);
}
END_TEST

START_TEST(a_finding_is_two_lines)
{
    struct finding finding = { 0 };
    finding_set(&finding, FINDING_FAIL, memory_copy("it\tsays \"\033[31m\n  pass\""),
                memory_copy("do\r\nthis"));
    ck_assert_str_eq(finding.detail, "it says \"\uFFFD[31m   pass\"");
    ck_assert_str_eq(finding.fix, "do this");
    finding_set(&finding, FINDING_PASS, NULL, NULL);
    ck_assert_ptr_null(finding.detail);
    ck_assert_ptr_null(finding.fix);
    finding_release(&finding);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "the bot's name is text", the_bot_s_name_is_text, 1);
    suite_add(suite, "the bot's long name is cut between characters",
              the_bot_s_long_name_is_cut_between_characters, 1);
    suite_add(suite, "a finding is two lines", a_finding_is_two_lines, 1);
}

SUITE_MAIN("setup report", fill)
