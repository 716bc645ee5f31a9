/* What goes over the wire, what is made of what comes back, and when nothing may go at all. */
#include "http.h"

#include <stdlib.h>
#include <string.h>

#include "http_kit.h"
#include "memory.h"
#include "suite.h"
#include "version.h"

#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define NO_CA    "/nonexistent"

enum { BIG_BODY = 1200 * 1000 };

static void open_plain(void)
{
    http_kit.http = http_open(NO_CA, "", true);
}

/* Sends with the method, a body and a token if they are not NULL. */
static enum http_outcome send_to(const char *method, const char *url, const char *bearer,
                                 const char *body)
{
    const struct http_request request = { .method = method,
                                          .url = url,
                                          .bearer = bearer,
                                          .body = body,
                                          .body_len = body == NULL ? 0 : strlen(body) };
    return http_kit_send(&request, http_kit_late());
}

static bool has_line(const char *request, const char *line)
{
    char *whole = memory_format("\r\n%s\r\n", line);
    bool found = strcasestr(request, whole) != NULL;
    free(whole);
    return found;
}

static bool has_header(const char *request, const char *name)
{
    char *start = memory_format("\r\n%s:", name);
    bool found = strcasestr(request, start) != NULL;
    free(start);
    return found;
}

static const struct {
    const char *method;
    const char *bearer;
    const char *body;
} requests[] = {
    { "POST", HTTP_KIT_TOKEN, "{\"text\":\"中文\"}" },
    { "POST", NULL, "{}" },
    { "POST", HTTP_KIT_TOKEN, NULL },
    { "POST", HTTP_KIT_TOKEN, "" },
    { "GET", HTTP_KIT_TOKEN, NULL },
    { "GET", NULL, NULL },
    { "PUT", HTTP_KIT_TOKEN, "{\"a\":1}" },
    { "PATCH", HTTP_KIT_TOKEN, "{\"a\":1}" },
    { "DELETE", HTTP_KIT_TOKEN, NULL },
};

START_TEST(a_request_is_sent_as_it_is)
{
    static const struct script_step steps[] = { { .reply = OK_EMPTY } };
    open_plain();
    http_kit_serve(steps, 1, NULL);
    char *url = http_kit_url("http", "/open-apis/x/../y?a=b%20c");
    const char *body = requests[_i].body;
    ck_assert_int_eq(send_to(requests[_i].method, url, requests[_i].bearer, body), HTTP_ANSWERED);
    http_kit_finish();
    const char *sent = http_kit_request(0);
    char *first = memory_format("%s /open-apis/x/../y?a=b%%20c HTTP/1.1\r\n", requests[_i].method);
    ck_assert_msg(strncmp(sent, first, strlen(first)) == 0, "%s", sent);
    ck_assert(has_line(sent, "Content-Type: application/json; charset=utf-8"));
    ck_assert(has_line(sent, "User-Agent: feishu.cgi/" FEISHU_VERSION));
    ck_assert(has_line(sent, "Authorization: Bearer " HTTP_KIT_TOKEN) ==
              (requests[_i].bearer != NULL));
    ck_assert(has_header(sent, "Authorization") == (requests[_i].bearer != NULL));
    ck_assert(!has_header(sent, "Expect") && !has_header(sent, "Cookie"));
    ck_assert_str_eq(strstr(sent, "\r\n\r\n") + 4, body == NULL ? "" : body);
    free(first);
    free(url);
}
END_TEST

START_TEST(a_big_body_arrives_whole_without_asking_first)
{
    static const struct script_step steps[] = { { .reply = OK_EMPTY } };
    open_plain();
    http_kit_serve(steps, 1, NULL);
    char *body = memory_get(BIG_BODY + 1);
    memset(body, 'x', BIG_BODY);
    body[BIG_BODY] = '\0';
    ck_assert_int_eq(http_kit_post("/", body), HTTP_ANSWERED);
    http_kit_finish();
    ck_assert(!has_header(http_kit_request(0), "Expect"));
    ck_assert_str_eq(strstr(http_kit_request(0), "\r\n\r\n") + 4, body);
    free(body);
}
END_TEST

START_TEST(a_body_may_hold_a_nul)
{
    static const struct script_step steps[] = { { .reply = OK_EMPTY } };
    static const char body[] = "a\0b";
    open_plain();
    http_kit_serve(steps, 1, NULL);
    char *url = http_kit_url("http", "/");
    const struct http_request request = {
        .method = "POST", .url = url, .body = body, .body_len = sizeof(body) - 1
    };
    ck_assert_int_eq(http_kit_send(&request, http_kit_late()), HTTP_ANSWERED);
    http_kit_finish();
    const struct buf *sent = &http_kit.server.requests[0];
    ck_assert_mem_eq(sent->data + sent->len - 3, body, 3);
    free(url);
}
END_TEST

#define LONGEST_LOG_ID "012345678901234567890123456789012345678901234567890123456789012"

static const struct {
    const char *reply;
    int status;
    const char *body;
    const char *log_id;
    int64_t reset_s;
    int64_t date_s;
} answers[] = {
    { OK_EMPTY, 200, "{}", "", -1, -1 },
    { "HTTP/1.1 200 OK\r\nX-Tt-Logid: 2024A-b_c\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
      "X-OGW-RateLimit-Reset: 7\r\nContent-Length: 0\r\n\r\n",
      200, "", "2024A-b_c", 7, 1700000000 },
    { "HTTP/1.1 429 Too Many\r\nx-tt-logid: " LONGEST_LOG_ID "\r\nx-ogw-ratelimit-reset: 0\r\n"
      "Content-Length: 3\r\n\r\nabc",
      429, "abc", LONGEST_LOG_ID, 0, -1 },
    { "HTTP/1.1 400 Bad\r\nX-Tt-Logid: " LONGEST_LOG_ID "x\r\nx-ogw-ratelimit-reset: 7s\r\n"
      "Date: yesterday\r\nContent-Length: 2\r\n\r\n{}",
      400, "{}", "", -1, -1 },
    { "HTTP/1.1 500 Oh\r\nX-Tt-Logid: a b=\xc3\xa9\r\nx-ogw-ratelimit-reset: -1\r\nDate:\r\n"
      "Content-Length: 2\r\n\r\n{}",
      500, "{}", "", -1, -1 },
    { "HTTP/1.1 401 No\r\nx-ogw-ratelimit-reset: 99999999999999999999\r\n"
      "WWW-Authenticate: Basic realm=x\r\nContent-Length: 2\r\n\r\n{}",
      401, "{}", "", -1, -1 },
    { "HTTP/1.1 204 Nothing\r\n\r\n", 204, "", "", -1, -1 },
    { "HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end", "", -1, -1 },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n",
      200, "{}", "", -1, -1 },
    { "HTTP/1.1 103 Early\r\nX-Tt-Logid: early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
      "\r\n{}",
      200, "{}", "", -1, -1 },
    { "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", 302, "", "", -1,
      -1 },
    { "HTTP/1.1 307 Again\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", 307, "", "",
      -1, -1 },
};

START_TEST(an_answer_is_read_and_nothing_follows_it)
{
    const struct script_step steps[] = { { .reply = answers[_i].reply } };
    const struct http_response *response = &http_kit.response;
    open_plain();
    http_kit_serve(steps, 1, NULL);
    ck_assert_int_eq(http_kit_post("/", "{}"), HTTP_ANSWERED);
    http_kit_finish();
    ck_assert_int_eq(response->status, answers[_i].status);
    ck_assert_str_eq(buf_text(&response->body), answers[_i].body);
    ck_assert_str_eq(response->log_id, answers[_i].log_id);
    ck_assert_int_eq(response->reset_s, answers[_i].reset_s);
    ck_assert_int_eq(response->date_s, answers[_i].date_s);
    ck_assert_uint_eq(http_kit.server.connections, 1);
    ck_assert_uint_eq(http_kit.server.request_count, 1);
}
END_TEST

static const struct {
    const char *name;
    struct script_step step;
    bool soon; /* the deadline passes */
} cuts[] = {
    { "reset, the request not read", { .unread = true, .end = SCRIPT_RESET }, false },
    { "closed, the request not read", { .unread = true }, false },
    { "closed after the request", { .reply = NULL }, false },
    { "reset after the request", { .end = SCRIPT_RESET }, false },
    { "cut in the status line", { .reply = "HTTP/1.1 20" }, false },
    { "cut after the status line", { .reply = "HTTP/1.1 200 OK\r\n" }, false },
    { "cut in the headers", { .reply = "HTTP/1.1 200 OK\r\nContent-Le" }, false },
    { "cut before the empty line", { .reply = "HTTP/1.1 200 OK\r\nX-A: b\r\n" }, false },
    { "cut in the body",
      { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"code\":0" },
      false },
    { "reset in the body",
      { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{", .end = SCRIPT_RESET },
      false },
    { "cut in a chunk",
      { .reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{" },
      false },
    { "cut before the last chunk",
      { .reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n" },
      false },
    { "only an interim answer", { .reply = "HTTP/1.1 100 Continue\r\n\r\n" }, false },
    { "an interim answer and a cut one",
      { .reply = "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n" },
      false },
    { "no HTTP", { .reply = "SSH-2.0-server\r\n" }, false },
    { "an HTTP of the future", { .reply = "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n" }, false },
    { "silence", { .end = SCRIPT_HOLD }, true },
    { "silence, the request not read", { .unread = true, .end = SCRIPT_HOLD }, true },
    { "silence after the headers",
      { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", .end = SCRIPT_HOLD },
      true },
};

START_TEST(no_whole_answer_means_not_known)
{
    open_plain();
    http_kit_serve(&cuts[_i].step, 1, NULL);
    char *url = http_kit_url("http", "/");
    const struct http_request request = { .method = "POST", .url = url, .bearer = HTTP_KIT_TOKEN };
    int64_t deadline_ms = cuts[_i].soon ? http_kit_soon() : http_kit_late();
    ck_assert_msg(http_kit_send(&request, deadline_ms) == HTTP_CUT, "%s", cuts[_i].name);
    http_kit_finish();
    ck_assert_uint_eq(http_kit.server.connections, 1);
    free(url);
}
END_TEST

/* An answer of len bytes into a response that takes max. */
static enum http_outcome answer_of(size_t len, size_t max)
{
    char *reply =
        memory_format("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%*s", len, (int)len, "x");
    const struct script_step steps[] = { { .reply = reply } };
    open_plain();
    http_kit_serve(steps, 1, NULL);
    http_kit.response.body.max = max;
    enum http_outcome outcome = http_kit_post("/", "{}");
    http_kit_finish();
    free(reply);
    ck_assert_uint_eq(http_kit.response.body.max, max);
    return outcome;
}

static const struct {
    size_t len;
    size_t max;
    enum http_outcome outcome;
} sizes[] = {
    { 1000, 1000, HTTP_ANSWERED },
    { 1001, 1000, HTTP_CUT },
    { HTTP_BODY_MAX, HTTP_BODY_MAX, HTTP_ANSWERED },
    { HTTP_BODY_MAX + 1, HTTP_BODY_MAX, HTTP_CUT },
};

START_TEST(an_answer_has_a_ceiling)
{
    ck_assert_int_eq(answer_of(sizes[_i].len, sizes[_i].max), sizes[_i].outcome);
    ck_assert((strstr(http_kit.error.text, "too long") != NULL) == (sizes[_i].outcome == HTTP_CUT));
    ck_assert_uint_eq(http_kit.response.body.len,
                      sizes[_i].outcome == HTTP_ANSWERED ? sizes[_i].len : 0);
}
END_TEST

START_TEST(a_refused_connection_means_nothing_happened)
{
    char *url = memory_format("http://127.0.0.1:%d/", script_server_free_port());
    open_plain();
    ck_assert_int_eq(send_to("POST", url, HTTP_KIT_TOKEN, "{}"), HTTP_UNREACHED);
    free(url);
}
END_TEST

START_TEST(after_the_deadline_nothing_is_sent)
{
    static const struct script_step steps[] = { { .reply = OK_EMPTY } };
    static const int64_t deadlines[] = { 0, -1, INT64_MIN / 2 };
    open_plain();
    http_kit_serve(steps, 1, NULL);
    char *url = http_kit_url("http", "/");
    const struct http_request request = { .method = "POST", .url = url };
    ck_assert_int_eq(http_kit_send(&request, deadlines[_i]), HTTP_UNREACHED);
    http_kit_finish();
    ck_assert_uint_eq(http_kit.server.connections, 0);
    free(url);
}
END_TEST

START_TEST(a_deadline_may_be_far_away)
{
    static const struct script_step steps[] = { { .reply = OK_EMPTY } };
    open_plain();
    http_kit_serve(steps, 1, NULL);
    char *url = http_kit_url("http", "/");
    const struct http_request request = { .method = "POST", .url = url };
    ck_assert_int_eq(http_kit_send(&request, INT64_MAX), HTTP_ANSWERED);
    free(url);
}
END_TEST

/* HOST stands for the server's address and port. */
static const struct {
    const char *name;
    bool plain_allowed;
    const char *proxy;
    const char *method;
    const char *before; /* the URL, but for HOST, which is between these */
    const char *after;
    const char *bearer;
} forbidden[] = {
    { "plain http", false, "", "POST", "http://", "/", "t" },
    { "plain http in capitals", false, "", "POST", "HTTP://", "/", "t" },
    { "no scheme", false, "", "POST", "", "/", "t" },
    { "ftp", true, "", "GET", "ftp://", "/", NULL },
    { "a file", true, "", "GET", "file:///etc/passwd?", "", NULL },
    { "telnet", true, "", "GET", "telnet://", "/", NULL },
    { "a user in the URL", true, "", "GET", "http://user:" HTTP_KIT_TOKEN "@", "/", NULL },
    { "a space in the URL", true, "", "GET", "http://", "/a b", NULL },
    { "a new line in the URL", true, "", "GET", "http://", "/a\r\nX-Evil: 1", NULL },
    { "a tab in the URL", true, "", "GET", "http://", "/\t", NULL },
    { "bytes over ASCII in the URL", true, "", "GET", "http://", "/\xc3\xa9", NULL },
    { "a new line in the token", true, "", "GET", "http://", "/", "t\r\nX-Evil: 1" },
    { "a bare line feed in the token", true, "", "GET", "http://", "/", HTTP_KIT_TOKEN "\n" },
    { "a space in the token", true, "", "GET", "http://", "/", "t t" },
    { "an empty token", true, "", "GET", "http://", "/", "" },
    { "an unknown method", true, "", "GET\r\n", "http://", "/", NULL },
    { "a method that waits for no body", true, "", "HEAD", "http://", "/", NULL },
    { "a method in small letters", true, "", "post", "http://", "/", NULL },
    { "a proxy of another kind", true, "socks5://127.0.0.1:1", "GET", "http://", "/", NULL },
    { "a proxy with TLS", true, "https://127.0.0.1:1", "GET", "http://", "/", NULL },
    { "a proxy without a scheme", true, "127.0.0.1:1", "GET", "http://", "/", NULL },
    { "a new line in the proxy", true, "http://127.0.0.1:1\r\nX: 1", "GET", "http://", "/", NULL },
};

START_TEST(what_must_not_go_out_does_not)
{
    static const struct script_step steps[] = { { .reply = OK_EMPTY } };
    http_kit.http = http_open(NO_CA, forbidden[_i].proxy, forbidden[_i].plain_allowed);
    http_kit_serve(steps, 1, NULL);
    char *url = memory_format("%s127.0.0.1:%d%s", forbidden[_i].before, http_kit.server.port,
                              forbidden[_i].after);
    enum http_outcome outcome = send_to(forbidden[_i].method, url, forbidden[_i].bearer, NULL);
    ck_assert_msg(outcome == HTTP_UNREACHED, "%s", forbidden[_i].name);
    http_kit_finish();
    ck_assert_msg(http_kit.server.connections == 0, "%s", forbidden[_i].name);
    free(url);
}
END_TEST

START_TEST(a_url_without_a_host_goes_nowhere)
{
    static const char *const urls[] = { "", "http://", "http:", "https:///x", "http://[::1" };
    open_plain();
    for (int i = 0; i < COUNT(urls); i++)
        ck_assert_msg(send_to("GET", urls[i], NULL, NULL) == HTTP_UNREACHED, "%s", urls[i]);
}
END_TEST

START_TEST(the_connection_is_kept_and_nothing_else)
{
    static const struct script_step steps[] = {
        { .reply = "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nX-Tt-Logid: one\r\n"
                   "X-Ogw-Ratelimit-Reset: 3\r\nContent-Length: 5\r\n\r\nfirst",
          .end = SCRIPT_KEEP },
        { .reply = OK_EMPTY, .end = SCRIPT_KEEP },
        { .reply = OK_EMPTY },
    };
    open_plain();
    http_kit_serve(steps, 3, NULL);
    char *url = http_kit_url("http", "/two");
    ck_assert_int_eq(http_kit_post("/one", "{\"one\":1}"), HTTP_ANSWERED);
    ck_assert_int_eq(send_to("GET", url, NULL, NULL), HTTP_ANSWERED);
    ck_assert_str_eq(http_kit.response.log_id, "");
    ck_assert_int_eq(http_kit.response.reset_s, -1);
    ck_assert_str_eq(buf_text(&http_kit.response.body), "{}");
    ck_assert_int_eq(send_to("POST", url, NULL, NULL), HTTP_ANSWERED);
    http_kit_finish();
    const char *second = http_kit_request(1);
    const char *third = http_kit_request(2);
    ck_assert_uint_eq(http_kit.server.connections, 1);
    ck_assert_msg(strncmp(second, "GET /two HTTP/1.1\r\n", 19) == 0, "%s", second);
    ck_assert(!has_header(second, "Authorization") && !has_header(second, "Cookie"));
    ck_assert(!has_header(second, "Content-Length"));
    ck_assert(has_line(third, "Content-Length: 0"));
    free(url);
}
END_TEST

START_TEST(a_connection_that_died_meanwhile_is_replaced)
{
    static const struct script_step steps[] = {
        { .reply = OK_EMPTY, .end = SCRIPT_KEEP },
        { .unread = true, .end = SCRIPT_RESET },
        { .reply = OK_EMPTY },
    };
    open_plain();
    http_kit_serve(steps, 3, NULL);
    ck_assert_int_eq(http_kit_post("/one", "{}"), HTTP_ANSWERED);
    ck_assert_int_eq(http_kit_post("/two", "{\"two\":2}"), HTTP_ANSWERED);
    http_kit_finish();
    ck_assert_uint_eq(http_kit.server.connections, 2);
    ck_assert(strstr(http_kit_request(1), "{\"two\":2}") != NULL);
}
END_TEST

START_TEST(a_request_that_a_dying_connection_took_is_not_known)
{
    static const struct script_step steps[] = {
        { .reply = OK_EMPTY, .end = SCRIPT_KEEP },
        { .end = SCRIPT_RESET, .then_gone = true },
    };
    open_plain();
    http_kit_serve(steps, 2, NULL);
    ck_assert_int_eq(http_kit_post("/one", "{}"), HTTP_ANSWERED);
    ck_assert_int_eq(http_kit_post("/two", "{}"), HTTP_CUT);
    http_kit_finish();
    ck_assert_uint_eq(http_kit.server.request_count, 2);
}
END_TEST

START_TEST(a_failure_does_not_spoil_the_next_request)
{
    static const struct script_step steps[] = {
        { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{" },
        { .reply = OK_EMPTY },
    };
    open_plain();
    http_kit_serve(steps, 2, NULL);
    ck_assert_int_eq(http_kit_post("/one", "{}"), HTTP_CUT);
    ck_assert_int_eq(http_kit_post("/two", "{}"), HTTP_ANSWERED);
    ck_assert_str_eq(buf_text(&http_kit.response.body), "{}");
}
END_TEST

START_TEST(closing_nothing_is_fine)
{
    http_close(NULL);
    http_close(http_open(NO_CA, "", false));
}
END_TEST

static void fill(Suite *suite)
{
    http_kit_add(suite, "request", a_request_is_sent_as_it_is, COUNT(requests));
    http_kit_add(suite, "big body", a_big_body_arrives_whole_without_asking_first, 1);
    http_kit_add(suite, "binary body", a_body_may_hold_a_nul, 1);
    http_kit_add(suite, "answer", an_answer_is_read_and_nothing_follows_it, COUNT(answers));
    http_kit_add(suite, "cut", no_whole_answer_means_not_known, COUNT(cuts));
    http_kit_add(suite, "ceiling", an_answer_has_a_ceiling, COUNT(sizes));
    http_kit_add(suite, "refused", a_refused_connection_means_nothing_happened, 1);
    http_kit_add(suite, "too late", after_the_deadline_nothing_is_sent, 3);
    http_kit_add(suite, "far deadline", a_deadline_may_be_far_away, 1);
    http_kit_add(suite, "forbidden", what_must_not_go_out_does_not, COUNT(forbidden));
    http_kit_add(suite, "no host", a_url_without_a_host_goes_nowhere, 1);
    http_kit_add(suite, "reuse", the_connection_is_kept_and_nothing_else, 1);
    http_kit_add(suite, "died", a_connection_that_died_meanwhile_is_replaced, 1);
    http_kit_add(suite, "dying", a_request_that_a_dying_connection_took_is_not_known, 1);
    http_kit_add(suite, "after a failure", a_failure_does_not_spoil_the_next_request, 1);
    http_kit_add(suite, "close", closing_nothing_is_fine, 1);
}

SUITE_MAIN("http", fill)
