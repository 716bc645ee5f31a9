#include "suite.h"

#include <string.h>

#include "error.h"
#include "reply.h"

/* The answer's bytes with what stands between the usual headers. */
#define ANSWER(status, length, extra, body)                                                        \
    "Status: " status "\r\n"                                                                       \
    "Content-Type: application/json; charset=utf-8\r\n"                                            \
    "Content-Length: " length "\r\n"                                                               \
    "Cache-Control: no-store\r\n" extra "\r\n" body

#define INTERNAL_ERROR                                                                             \
    ANSWER("500 Internal Server Error", "26", "", "{\"error\":\"internal error\"}")

static const struct {
    int status;
    const char *allow;
    const char *bytes;
} answers[] = {
    { 200, NULL, ANSWER("200 OK", "2", "", "{}") },
    { 400, NULL, ANSWER("400 Bad Request", "23", "", "{\"error\":\"bad request\"}") },
    { 401, NULL, ANSWER("401 Unauthorized", "24", "", "{\"error\":\"unauthorized\"}") },
    { 404, NULL, ANSWER("404 Not Found", "21", "", "{\"error\":\"not found\"}") },
    { 405, "POST",
      ANSWER("405 Method Not Allowed", "30", "Allow: POST\r\n",
             "{\"error\":\"method not allowed\"}") },
    { 411, NULL, ANSWER("411 Length Required", "27", "", "{\"error\":\"length required\"}") },
    { 413, NULL, ANSWER("413 Content Too Large", "21", "", "{\"error\":\"too large\"}") },
    { 500, NULL, INTERNAL_ERROR },
    { 503, NULL,
      ANSWER("503 Service Unavailable", "21", "Retry-After: 15\r\n", "{\"error\":\"try again\"}") },
    /* Allow belongs to 405 alone */
    { 404, "POST", ANSWER("404 Not Found", "21", "", "{\"error\":\"not found\"}") },
    /* a status that is none of ours */
    { 0, NULL, INTERNAL_ERROR },
    { 302, NULL, INTERNAL_ERROR },
    { -1, NULL, INTERNAL_ERROR },
};

static void assert_bytes(const struct reply *reply, const char *bytes)
{
    struct buf out = BUF_INIT(4 << 20);
    reply_render(reply, &out);
    ck_assert(!out.failed);
    ck_assert_str_eq(buf_text(&out), bytes);
    ck_assert_uint_eq(out.len, strlen(bytes));
    buf_release(&out);
}

START_TEST(is_rendered)
{
    struct reply reply = REPLY_INIT;
    reply_set(&reply, answers[_i].status, "why");
    reply.allow = answers[_i].allow;
    assert_bytes(&reply, answers[_i].bytes);
    ck_assert_str_eq(reply.reason, "why");
    ck_assert_ptr_null(strstr(answers[_i].bytes, "why"));
    reply_release(&reply);
}
END_TEST

START_TEST(is_500_unless_set)
{
    struct reply reply = REPLY_INIT;
    assert_bytes(&reply, INTERNAL_ERROR);
    reply.status = 200;
    reply.body.failed = true;
    assert_bytes(&reply, INTERNAL_ERROR);
    reply_release(&reply);
}
END_TEST

static const struct {
    const char *challenge;
    const char *bytes;
} challenges[] = {
    { "c-123", ANSWER("200 OK", "21", "", "{\"challenge\":\"c-123\"}") },
    { "", ANSWER("200 OK", "16", "", "{\"challenge\":\"\"}") },
    { "a/b\"\\\r\n<", ANSWER("200 OK", "28", "", "{\"challenge\":\"a/b\\\"\\\\\\r\\n<\"}") },
    { "\u4f60\u597d", ANSWER("200 OK", "22", "", "{\"challenge\":\"\u4f60\u597d\"}") },
};

START_TEST(has_a_challenge)
{
    struct reply reply = REPLY_INIT;
    reply_set_challenge(&reply, challenges[_i].challenge);
    assert_bytes(&reply, challenges[_i].bytes);
    ck_assert_int_eq(reply.status, 200);
    reply_release(&reply);
}
END_TEST

START_TEST(has_a_message)
{
    struct reply reply = REPLY_INIT;
    reply_set_message(&reply, "om_1");
    assert_bytes(&reply, ANSWER("200 OK", "21", "", "{\"message_id\":\"om_1\"}"));
    reply_release(&reply);
}
END_TEST

START_TEST(is_never_half_a_body)
{
    struct reply reply = REPLY_INIT;
    struct buf challenge = BUF_INIT(1 << 20);
    memset(buf_reserve(&challenge, 1 << 20), 'x', 1 << 20);
    buf_extend(&challenge, 1 << 20);
    reply_set_challenge(&reply, buf_text(&challenge));
    ck_assert_int_eq(reply.status, 500);
    assert_bytes(&reply, INTERNAL_ERROR);
    reply_release(&reply);
    buf_release(&challenge);
}
END_TEST

static const struct {
    enum error_kind kind;
    int status;
} kinds[] = {
    { ERROR_INVALID, 400 },  { ERROR_UNAUTHENTICATED, 401 },
    { ERROR_CONFIG, 500 },   { ERROR_STORE, 503 },
    { ERROR_NETWORK, 503 },  { ERROR_REFUSED, 200 },
    { ERROR_INTERNAL, 500 }, { ERROR_NONE, 500 },
};

START_TEST(tells_of_an_error_its_kind_alone)
{
    struct reply reply = REPLY_INIT;
    struct buf out = BUF_INIT(4096);
    struct error error = { kinds[_i].kind, "the reason" };
    reply_set_error(&reply, &error);
    ck_assert_int_eq(reply.status, kinds[_i].status);
    ck_assert_str_eq(reply.reason, "the reason");
    reply_render(&reply, &out);
    ck_assert_ptr_null(strstr(buf_text(&out), "reason"));
    reply_release(&reply);
    buf_release(&out);
}
END_TEST

START_TEST(copies_the_reason)
{
    struct reply reply = REPLY_INIT;
    char reason[600];
    memset(reason, 'r', sizeof(reason) - 1);
    reason[sizeof(reason) - 1] = '\0';
    reply_set(&reply, 400, reason);
    reason[0] = 'x';
    ck_assert_uint_eq(strlen(reply.reason), sizeof(reply.detail) - 1);
    ck_assert_int_eq(reply.reason[0], 'r');
    reply_set(&reply, 400, "short");
    reply_set(&reply, 503, reply.reason + 2); /* a part of itself */
    ck_assert_str_eq(reply.reason, "ort");
    reply_release(&reply);
}
END_TEST

START_TEST(is_set_anew)
{
    struct reply reply = REPLY_INIT;
    reply_set_message(&reply, "om_1");
    reply_set(&reply, 200, "");
    assert_bytes(&reply, ANSWER("200 OK", "2", "", "{}"));
    reply_release(&reply);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "bytes", is_rendered, COUNT(answers));
    suite_add(suite, "500 unless set", is_500_unless_set, 1);
    suite_add(suite, "challenge", has_a_challenge, COUNT(challenges));
    suite_add(suite, "message", has_a_message, 1);
    suite_add(suite, "never half a body", is_never_half_a_body, 1);
    suite_add(suite, "errors", tells_of_an_error_its_kind_alone, COUNT(kinds));
    suite_add(suite, "reason", copies_the_reason, 1);
    suite_add(suite, "set anew", is_set_anew, 1);
}

SUITE_MAIN("reply", fill)
