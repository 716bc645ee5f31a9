/* What is wrong with an answer of the platform, or on the way to it, in plain words: without one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "memory.h"
#include "report.h"
#include "suite.h"

static struct link link_;
static struct finding finding;

static void begin(const char *base_url, const char *proxy)
{
    link_ = (struct link){ .refused = false };
    link_.config.app.id = memory_copy("cli_a1");
    link_.config.app.base_url = memory_copy(base_url);
    link_.config.app.proxy = memory_copy(proxy);
}

static void end(void)
{
    finding_release(&finding);
    free(link_.config.app.id);
    free(link_.config.app.base_url);
    free(link_.config.app.proxy);
}

/* Checks that the text holds the words. */
static void expect(const char *name, const char *text, const char *words)
{
    ck_assert_msg(text != NULL && strstr(text, words) != NULL, "%s: \"%s\" does not hold \"%s\"",
                  name, text == NULL ? "" : text, words);
}

#define FEISHU "https://open.feishu.cn"
#define LARK   "https://open.larksuite.com"
#define APP    "/app/cli_a1/"

static const struct {
    const char *base_url;
    int64_t code;
    const char *text;
    const char *detail;
    const char *fix;
} refusals[] = {
    { FEISHU, 10015, "wrong app secret", "the App Secret is wrong (code 10015: wrong app secret)",
      "somebody resets it. " FEISHU APP "baseinfo" },
    { FEISHU, 10014, "app id not exists", "does not know this App ID",
      "set app.base_url to https://open.larksuite.com" },
    { LARK, 10014, "app id not exists", "does not know this App ID",
      "set app.base_url to https://open.feishu.cn" },
    { "https://feishu.example.com", 10014, "", "does not know", "your own installation" },
    { LARK, 10003, "invalid param", "one of them is wrong", LARK APP "baseinfo" },
    { FEISHU, 99991401, "ip 203.0.113.7 is denied by app setting",
      "this server's address, 203.0.113.7, is not on", "Add 203.0.113.7 to 安全设置" },
    { FEISHU, 99991401, "denied: 2001:db8::17.", "address, 2001:db8::17, is not on",
      "Add 2001:db8::17 to" },
    { FEISHU, 99991401, "denied: 1.2.3 at 12:30", "this server's address is not on",
      FEISHU APP "safe" },
    { FEISHU, 99991401, "", "this server's address is not on", "public address" },
    { FEISHU, 99991672,
      "Access denied. One of the following scopes is required: [im:chat, im:a_b].",
      "a permission is missing", FEISHU APP "auth?q=im:chat,im:a_b" },
    { FEISHU, 99991672, "Access denied [<b>].", "a permission is missing", FEISHU APP "auth" },
    { FEISHU, 99991672, "Access denied [im:chat", "a permission is missing", FEISHU APP "auth" },
    { FEISHU, 99991662, "app not in use", "the app is disabled", FEISHU APP "version" },
    { FEISHU, 99991673, "", "not installed", FEISHU APP "version" },
    { FEISHU, 11205, "app do not have bot", "the app has no bot", FEISHU APP "capability" },
    { FEISHU, 230002, "", "not in that chat", "添加机器人" },
    { FEISHU, 4711, "odd", "the platform refused it (code 4711: odd)", "log id, which is 2024LOG" },
};

START_TEST(a_code_is_explained)
{
    struct api_answer answer = API_ANSWER_INIT;
    begin(refusals[_i].base_url, "");
    answer.outcome = API_REFUSED;
    answer.code = refusals[_i].code;
    (void)snprintf(answer.text, sizeof(answer.text), "%s", refusals[_i].text);
    (void)snprintf(answer.log_id, sizeof(answer.log_id), "2024LOG");
    link_explain(&link_, &answer, &finding);
    ck_assert_int_eq(finding.status, FINDING_FAIL);
    expect("detail", finding.detail, refusals[_i].detail);
    expect("fix", finding.fix, refusals[_i].fix);
    end();
}
END_TEST

/* Scopes that are no scopes make no link. */
START_TEST(a_link_holds_nothing_else)
{
    struct api_answer answer = API_ANSWER_INIT;
    begin(FEISHU, "");
    answer.outcome = API_REFUSED;
    answer.code = 99991672;
    (void)snprintf(answer.text, sizeof(answer.text), "required: [im:chat\" onclick]");
    link_explain(&link_, &answer, &finding);
    ck_assert_ptr_null(strstr(finding.fix, "?q="));
    end();
}
END_TEST

#define PROXY "http://user:password@proxy.example.com:3128"

static const struct {
    const char *base_url;
    const char *proxy;
    enum http_trouble trouble;
    int status;
    const char *detail;
    const char *fix;
} ways[] = {
    { FEISHU, "", HTTP_TROUBLE_NAME, 0, FEISHU " does not answer: its name has no address (said)",
      "resolv.conf" },
    { FEISHU, "", HTTP_TROUBLE_CONNECTION, 0, "no connection", "firewall" },
    { FEISHU, "", HTTP_TROUBLE_CERTIFICATE, 0, "certificate is not trusted", "ca-certificates" },
    { FEISHU, "", HTTP_TROUBLE_TLS, 0, "no TLS", "port" },
    { FEISHU, "", HTTP_TROUBLE_TIME, 0, "in time", "app.proxy to" },
    { FEISHU, "", HTTP_TROUBLE_OTHER, 0, "no whole answer", "firewall" },
    { FEISHU, PROXY, HTTP_TROUBLE_PROXY, 0, "the proxy of app.proxy", "Check app.proxy" },
    { FEISHU, PROXY, HTTP_TROUBLE_CONNECTION, 0, "the proxy of app.proxy", "Check app.proxy" },
    { FEISHU, PROXY, HTTP_TROUBLE_OTHER, 0, "the proxy of app.proxy", "Check app.proxy" },
    { FEISHU, PROXY, HTTP_TROUBLE_CERTIFICATE, 0, "not trusted", "app.ca" },
    { "http://127.0.0.1:1", PROXY, HTTP_TROUBLE_CONNECTION, 0, "no connection", "firewall" },
    { FEISHU, "", HTTP_NO_TROUBLE, 200, "something else than the platform", "login page" },
    { FEISHU, "", HTTP_NO_TROUBLE, 503, "trouble of its own", "Try again" },
};

START_TEST(a_way_is_explained)
{
    struct api_answer answer = API_ANSWER_INIT;
    begin(ways[_i].base_url, ways[_i].proxy);
    answer.outcome = API_UNREACHED;
    answer.trouble = ways[_i].trouble;
    answer.http_status = ways[_i].status;
    (void)snprintf(answer.text, sizeof(answer.text), "said");
    link_explain(&link_, &answer, &finding);
    ck_assert_int_eq(finding.status, FINDING_FAIL);
    expect("detail", finding.detail, ways[_i].detail);
    expect("fix", finding.fix, ways[_i].fix);
    ck_assert_ptr_null(strstr(finding.detail, "password"));
    ck_assert_ptr_null(strstr(finding.fix, "password"));
    end();
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "codes", a_code_is_explained, COUNT(refusals));
    suite_add(suite, "link", a_link_holds_nothing_else, 1);
    suite_add(suite, "way", a_way_is_explained, COUNT(ways));
}

SUITE_MAIN("setup_explain", fill)
