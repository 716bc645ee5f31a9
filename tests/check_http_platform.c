/* What only those use who act as the platform does, and where an unanswered request got stuck. */
#include "http.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_kit.h"
#include "memory.h"
#include "suite.h"

#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static const struct script_step ok[] = { { .reply = OK_EMPTY } };

static void open_plain(void)
{
    http_kit.http = http_open("/nonexistent", "", true);
}

/* How often the request has the header line, in whatever case. */
static int count_line(const char *request, const char *line)
{
    char *whole = memory_format("\r\n%s\r\n", line);
    int count = 0;
    for (const char *at = request; (at = strcasestr(at, whole)) != NULL; at += 2)
        count++;
    free(whole);
    return count;
}

static int count_header(const char *request, const char *name)
{
    char *start = memory_format("\r\n%s:", name);
    int count = 0;
    for (const char *at = request; (at = strcasestr(at, start)) != NULL; at += 2)
        count++;
    free(start);
    return count;
}

START_TEST(headers_are_added_replaced_and_left_out)
{
    static const char *const headers[] = { "content-type: application/json;charset=utf-8",
                                           "X-Lark-Signature: abc", "Accept:", NULL };
    open_plain();
    http_kit_serve(ok, 1, NULL);
    char *url = http_kit_url("http", "/event");
    const struct http_request request = { .method = "POST",
                                          .url = url,
                                          .body = "{}",
                                          .body_len = 2,
                                          .headers = headers,
                                          .user_agent = "Go-http-client/1.1" };
    ck_assert_int_eq(http_kit_send(&request, http_kit_late()), HTTP_ANSWERED);
    http_kit_finish();
    const char *sent = http_kit_request(0);
    ck_assert_msg(count_line(sent, "Content-Type: application/json;charset=utf-8") == 1, "%s",
                  sent);
    ck_assert_int_eq(count_header(sent, "Content-Type"), 1);
    ck_assert_int_eq(count_line(sent, "X-Lark-Signature: abc"), 1);
    ck_assert_int_eq(count_header(sent, "Accept"), 0);
    ck_assert_int_eq(count_line(sent, "User-Agent: Go-http-client/1.1"), 1);
    ck_assert_int_eq(count_header(sent, "User-Agent"), 1);
    free(url);
}
END_TEST

START_TEST(the_next_request_has_none_of_them)
{
    static const char *const headers[] = { "X-Lark-Signature: abc", NULL };
    static const struct script_step steps[] = { { .reply = OK_EMPTY, .end = SCRIPT_KEEP },
                                                { .reply = OK_EMPTY } };
    open_plain();
    http_kit_serve(steps, 2, NULL);
    char *url = http_kit_url("http", "/");
    const struct http_request request = {
        .method = "POST", .url = url, .headers = headers, .user_agent = "other", .ipv4 = true
    };
    ck_assert_int_eq(http_kit_send(&request, http_kit_late()), HTTP_ANSWERED);
    ck_assert_int_eq(http_kit_post("/", "{}"), HTTP_ANSWERED);
    http_kit_finish();
    ck_assert_int_eq(count_header(http_kit_request(0), "X-Lark-Signature"), 1);
    ck_assert_int_eq(count_header(http_kit_request(1), "X-Lark-Signature"), 0);
    ck_assert_int_eq(count_line(http_kit_request(1), "User-Agent: other"), 0);
    free(url);
}
END_TEST

static const struct {
    const char *name;
    const char *header;
    const char *connect_to;
} forbidden[] = {
    { "two lines", "X-A: b\r\nX-Evil: 1", NULL },
    { "a line feed", "X-A: b\nX-Evil: 1", NULL },
    { "a carriage return", "X-A: b\rX-Evil: 1", NULL },
    { "no colon", "X-A", NULL },
    { "a place of two lines", NULL, "127.0.0.1:1\r\n" },
    { "a place with a space", NULL, "127.0.0.1 :1" },
    { "an empty place", NULL, "" },
};

START_TEST(what_would_break_out_of_its_line_is_not_sent)
{
    const char *const headers[] = { forbidden[_i].header, NULL };
    open_plain();
    http_kit_serve(ok, 1, NULL);
    char *url = http_kit_url("http", "/");
    const struct http_request request = {
        .method = "POST", .url = url, .headers = headers, .connect_to = forbidden[_i].connect_to
    };
    ck_assert_msg(http_kit_send(&request, http_kit_late()) == HTTP_UNREACHED, "%s",
                  forbidden[_i].name);
    http_kit_finish();
    ck_assert_msg(http_kit.server.connections == 0, "%s", forbidden[_i].name);
    free(url);
}
END_TEST

/* The server is another, Host stays the URL's; and nobody has to know the URL's name. */
START_TEST(it_connects_elsewhere)
{
    open_plain();
    http_kit_serve(ok, 1, NULL);
    char *there = memory_format("127.0.0.1:%d", http_kit.server.port);
    const struct http_request request = { .method = "POST",
                                          .url = "http://bot.invalid/feishu/event",
                                          .connect_to = there,
                                          .ipv4 = true };
    ck_assert_int_eq(http_kit_send(&request, http_kit_late()), HTTP_ANSWERED);
    http_kit_finish();
    ck_assert_int_eq(count_line(http_kit_request(0), "Host: bot.invalid"), 1);
    ck_assert_msg(strncmp(http_kit_request(0), "POST /feishu/event ", 19) == 0, "%s",
                  http_kit_request(0));
    free(there);
}
END_TEST

/* TLS is for the URL's name as well. */
static const struct {
    const char *names;
    enum http_outcome outcome;
    enum http_trouble trouble;
} certificates[] = {
    { "DNS:bot.invalid", HTTP_ANSWERED, HTTP_NO_TROUBLE },
    { "IP:127.0.0.1", HTTP_UNREACHED, HTTP_TROUBLE_CERTIFICATE },
};

START_TEST(elsewhere_the_certificate_is_still_that_of_the_name)
{
    char *certificate = http_kit_certificate("server.pem", certificates[_i].names);
    http_kit.http = http_open(certificate, "", false);
    http_kit_serve(ok, 1, certificate);
    char *there = memory_format("127.0.0.1:%d", http_kit.server.port);
    const struct http_request request = { .method = "POST",
                                          .url = "https://bot.invalid/",
                                          .connect_to = there };
    ck_assert_int_eq(http_kit_send(&request, http_kit_late()), certificates[_i].outcome);
    ck_assert_int_eq(http_kit.response.trouble, certificates[_i].trouble);
    free(there);
    free(certificate);
}
END_TEST

/* A socket that listens on IPv6's loopback alone, where there is one; *port gets its port. */
static int listen_on_ipv6(int *port)
{
    struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    socklen_t len = sizeof(address);
    int server = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server < 0 || bind(server, (struct sockaddr *)&address, len) != 0)
        return -1;
    ck_assert_int_eq(listen(server, 1), 0);
    ck_assert_int_eq(getsockname(server, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin6_port);
    return server;
}

static const struct {
    bool ipv4;
    enum http_outcome outcome;
} versions[] = {
    { true, HTTP_UNREACHED },
    { false, HTTP_CUT },
};

/* localhost has an address of either; at that of IPv6 somebody would take the request. */
START_TEST(ipv4_leaves_ipv6_alone)
{
    int port = 0;
    int server = listen_on_ipv6(&port);
    if (server < 0)
        return;
    open_plain();
    char *url = memory_format("http://localhost:%d/", port);
    const struct http_request request = { .method = "POST", .url = url, .ipv4 = versions[_i].ipv4 };
    ck_assert_int_eq(http_kit_send(&request, http_kit_soon()), versions[_i].outcome);
    free(url);
    close(server);
}
END_TEST

static const struct {
    const char *reply;
    const char *content_type;
    const char *location;
} answers[] = {
    { OK_EMPTY, "", "" },
    { "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 0\r\n\r\n",
      "text/html; charset=utf-8", "" },
    { "HTTP/1.1 301 Moved\r\nLocation: https://bot.example.com/x\r\nContent-Length: 0\r\n\r\n", "",
      "https://bot.example.com/x" },
    { "HTTP/1.1 103 Early\r\nContent-Type: a/b\r\nLocation: /early\r\n\r\n" OK_EMPTY, "", "" },
};

START_TEST(type_and_place_of_an_answer_are_told)
{
    const struct script_step steps[] = { { .reply = answers[_i].reply } };
    open_plain();
    http_kit_serve(steps, 1, NULL);
    ck_assert_int_eq(http_kit_post("/", "{}"), HTTP_ANSWERED);
    http_kit_finish();
    ck_assert_str_eq(http_kit.response.content_type, answers[_i].content_type);
    ck_assert_str_eq(http_kit.response.location, answers[_i].location);
    ck_assert_int_eq(http_kit.response.trouble, HTTP_NO_TROUBLE);
}
END_TEST

START_TEST(a_long_type_and_place_are_cut)
{
    char *reply = memory_format("HTTP/1.1 302 Found\r\nContent-Type: %0200d\r\nLocation: /%0500d"
                                "\r\nContent-Length: 0\r\n\r\n",
                                1, 1);
    const struct script_step steps[] = { { .reply = reply } };
    open_plain();
    http_kit_serve(steps, 1, NULL);
    ck_assert_int_eq(http_kit_post("/", "{}"), HTTP_ANSWERED);
    http_kit_finish();
    ck_assert_uint_eq(strlen(http_kit.response.content_type),
                      sizeof(http_kit.response.content_type) - 1);
    ck_assert_uint_eq(strlen(http_kit.response.location), sizeof(http_kit.response.location) - 1);
    free(reply);
}
END_TEST

/* Where it got stuck: against a server (steps), or a URL where there is none. */
static const struct {
    const char *name;
    struct script_step step;
    const char *url; /* NULL: that of the server */
    const char *proxy;
    enum http_outcome outcome;
    enum http_trouble trouble;
} stuck[] = {
    { "no name", { 0 }, "http://name..invalid/", "", HTTP_UNREACHED, HTTP_TROUBLE_NAME },
    { "refused", { 0 }, "http://127.0.0.1:1/", "", HTTP_UNREACHED, HTTP_TROUBLE_CONNECTION },
    { "no TLS",
      { .unread = true, .reply = "HTTP/1.1 400 Bad Request\r\n\r\n" },
      "https",
      "",
      HTTP_UNREACHED,
      HTTP_TROUBLE_TLS },
    { "cut off in the handshake",
      { .unread = true, .end = SCRIPT_RESET },
      "https",
      "",
      HTTP_UNREACHED,
      HTTP_TROUBLE_TLS },
    { "silent", { .end = SCRIPT_HOLD }, NULL, "", HTTP_CUT, HTTP_TROUBLE_TIME },
    { "silent in the handshake",
      { .unread = true, .end = SCRIPT_HOLD },
      "https",
      "",
      HTTP_UNREACHED,
      HTTP_TROUBLE_TIME },
    { "closed", { .reply = NULL }, NULL, "", HTTP_CUT, HTTP_TROUBLE_OTHER },
    { "no proxy",
      { 0 },
      "https://127.0.0.1:1/",
      "http://name..invalid:1",
      HTTP_UNREACHED,
      HTTP_TROUBLE_PROXY },
};

START_TEST(where_it_got_stuck_is_told)
{
    const bool tls = stuck[_i].url != NULL && strcmp(stuck[_i].url, "https") == 0;
    http_kit.http = http_open("/etc/ssl/certs", stuck[_i].proxy, true);
    http_kit_serve(&stuck[_i].step, 1, NULL);
    char *url = stuck[_i].url == NULL || tls ? http_kit_url(tls ? "https" : "http", "/")
                                             : memory_copy(stuck[_i].url);
    const struct http_request request = { .method = "POST", .url = url };
    ck_assert_msg(http_kit_send(&request, http_kit_soon()) == stuck[_i].outcome, "%s",
                  stuck[_i].name);
    ck_assert_msg(http_kit.response.trouble == stuck[_i].trouble, "%s: %d: %s", stuck[_i].name,
                  (int)http_kit.response.trouble, http_kit.error.text);
    free(url);
}
END_TEST

START_TEST(certificates_that_cannot_be_read_are_trouble_of_certificates)
{
    http_kit.http = http_open("/nonexistent", "", false);
    static const struct script_step steps[] = { { .unread = true } };
    http_kit_serve(steps, 1, NULL);
    char *url = http_kit_url("https", "/");
    const struct http_request request = { .method = "POST", .url = url };
    ck_assert_int_eq(http_kit_send(&request, http_kit_late()), HTTP_UNREACHED);
    ck_assert_int_eq(http_kit.response.trouble, HTTP_TROUBLE_CERTIFICATE);
    free(url);
}
END_TEST

static void fill(Suite *suite)
{
    http_kit_add(suite, "headers", headers_are_added_replaced_and_left_out, 1);
    http_kit_add(suite, "next", the_next_request_has_none_of_them, 1);
    http_kit_add(suite, "forbidden", what_would_break_out_of_its_line_is_not_sent,
                 COUNT(forbidden));
    http_kit_add(suite, "elsewhere", it_connects_elsewhere, 1);
    http_kit_add(suite, "certificate", elsewhere_the_certificate_is_still_that_of_the_name,
                 COUNT(certificates));
    http_kit_add(suite, "ipv4", ipv4_leaves_ipv6_alone, COUNT(versions));
    http_kit_add(suite, "answer", type_and_place_of_an_answer_are_told, COUNT(answers));
    http_kit_add(suite, "cut", a_long_type_and_place_are_cut, 1);
    http_kit_add(suite, "stuck", where_it_got_stuck_is_told, COUNT(stuck));
    http_kit_add(suite, "trust", certificates_that_cannot_be_read_are_trouble_of_certificates, 1);
}

SUITE_MAIN("http: as the platform", fill)
