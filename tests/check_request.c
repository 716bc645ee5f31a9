#include "suite.h"

#include <stdint.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"
#include "request.h"

enum { MAX_BODY = 1000 };

/* A source that gives `total` bytes in pieces of at most `piece`, then ends or fails. */
struct script {
    const char *const (*variables)[2]; /* name and value, up to a NULL name */
    size_t total;
    size_t piece;
    bool fails;
    size_t given;
    bool ended;
};

static char byte_at(size_t at)
{
    return (char)('a' + at % 23);
}

static const char *script_variable(void *context, const char *name)
{
    static const char *const known[] = {
        "REQUEST_METHOD",
        "PATH_INFO",
        "REMOTE_ADDR",
        "CONTENT_LENGTH",
        "HTTP_X_LARK_REQUEST_TIMESTAMP",
        "HTTP_X_LARK_REQUEST_NONCE",
        "HTTP_X_LARK_SIGNATURE",
        "CONTENT_TYPE",
        "HTTP_AUTHORIZATION",
        "HTTP_X_GRAFANA_ALERTING_SIGNATURE",
        "HTTP_X_GRAFANA_ALERTING_TIMESTAMP",
        "FEISHU_CONFIG",
    };
    const struct script *script = context;
    bool expected = false;
    for (int i = 0; i < COUNT(known); i++)
        expected = expected || strcmp(known[i], name) == 0;
    ck_assert_msg(expected, "%s is nothing to look at", name);
    for (size_t i = 0; script->variables != NULL && script->variables[i][0] != NULL; i++) {
        if (strcmp(script->variables[i][0], name) == 0)
            return script->variables[i][1];
    }
    return NULL;
}

static long script_read(void *context, char *data, size_t len)
{
    struct script *script = context;
    size_t count = script->total - script->given;
    ck_assert_ptr_nonnull(data);
    ck_assert_uint_gt(len, 0);
    ck_assert_msg(!script->ended, "nothing is read after the end");
    if (count > len)
        count = len;
    if (count > script->piece)
        count = script->piece;
    script->ended = count == 0;
    for (size_t i = 0; i < count; i++)
        data[i] = byte_at(script->given + i);
    script->given += count;
    return count == 0 && script->fails ? -1 : (long)count;
}

static const struct request_source *source_of(struct script *script)
{
    static struct request_source source;
    source = (struct request_source){ script, script_variable, script_read };
    return &source;
}

static const struct {
    const char *name;
    const char *content_length;
    size_t total;
    size_t kept;
    enum request_length length;
} bodies[] = {
    { "as long as said", "700", 700, 700, REQUEST_LENGTH_RIGHT },
    { "empty", "0", 0, 0, REQUEST_LENGTH_RIGHT },
    { "one byte", "1", 1, 1, REQUEST_LENGTH_RIGHT },
    { "at the limit", "1000", 1000, MAX_BODY, REQUEST_LENGTH_RIGHT },
    { "above the limit", "1001", 1001, MAX_BODY, REQUEST_LENGTH_RIGHT },
    { "far above the limit", "300000", 300000, MAX_BODY, REQUEST_LENGTH_RIGHT },
    { "leading zeros", "00700", 700, 700, REQUEST_LENGTH_RIGHT },
    { "a byte less", "700", 699, 699, REQUEST_LENGTH_WRONG },
    { "a byte more", "700", 701, 700, REQUEST_LENGTH_WRONG },
    { "nothing came", "700", 0, 0, REQUEST_LENGTH_WRONG },
    { "something came for nothing", "0", 5, 0, REQUEST_LENGTH_WRONG },
    { "far more", "700", 300000, 700, REQUEST_LENGTH_WRONG },
    { "less than the limit of a giant", "18446744073709551615", 900, 900, REQUEST_LENGTH_WRONG },
    { "not said", NULL, 0, 0, REQUEST_LENGTH_ABSENT },
    { "not said, empty", "", 0, 0, REQUEST_LENGTH_ABSENT },
    { "not said, yet something came", "", 3000, MAX_BODY, REQUEST_LENGTH_ABSENT },
    { "a negative number", "-1", 700, 700, REQUEST_LENGTH_INVALID },
    { "a sign", "+700", 700, 700, REQUEST_LENGTH_INVALID },
    { "a space", " 700", 700, 700, REQUEST_LENGTH_INVALID },
    { "two numbers", "700, 700", 700, 700, REQUEST_LENGTH_INVALID },
    { "hexadecimal", "0x10", 16, 16, REQUEST_LENGTH_INVALID },
    { "a fraction", "700.0", 700, 700, REQUEST_LENGTH_INVALID },
    { "too great a number", "18446744073709551616", 3000, MAX_BODY, REQUEST_LENGTH_INVALID },
};

static const size_t pieces[] = { SIZE_MAX, 1, 64, 4096 };

/* Reads bodies[row] in pieces of the size. */
static void read_body(size_t row, size_t piece, bool fails)
{
    const char *const variables[][2] = { { "CONTENT_LENGTH", bodies[row].content_length },
                                         { NULL, NULL } };
    struct script script = { variables, bodies[row].total, piece, fails, 0, false };
    struct request request;
    const char *name = bodies[row].name;
    request_begin(source_of(&script), 7, &request);
    ck_assert_uint_eq(script.given, 0);
    request_read_body(source_of(&script), MAX_BODY, &request);
    ck_assert_msg(script.given == bodies[row].total && script.ended, "%s: not drained", name);
    ck_assert_msg(request.length == bodies[row].length, "%s: length", name);
    ck_assert_msg(request.body.len == bodies[row].kept, "%s: kept %zu", name, request.body.len);
    ck_assert_msg(!request.body.failed, "%s", name);
    for (size_t i = 0; i < request.body.len; i++)
        ck_assert_msg(request.body.data[i] == byte_at(i), "%s: byte %zu", name, i);
    ck_assert_uint_eq(strlen(buf_text(&request.body)), request.body.len);
    request_release(&request);
}

START_TEST(reads_the_body)
{
    for (int i = 0; i < COUNT(pieces); i++)
        read_body((size_t)_i, pieces[i], false);
}
END_TEST

START_TEST(takes_a_failure_for_the_end)
{
    read_body((size_t)_i, 64, true);
}
END_TEST

START_TEST(keeps_nothing_where_no_body_belongs)
{
    const char *const variables[][2] = { { "CONTENT_LENGTH", "100000" }, { NULL, NULL } };
    struct script script = { variables, 100000, SIZE_MAX, false, 0, false };
    struct request request;
    request_begin(source_of(&script), 7, &request);
    request_read_body(source_of(&script), 0, &request);
    ck_assert(script.ended);
    ck_assert_ptr_null(request.body.data);
    ck_assert_int_eq(request.length, REQUEST_LENGTH_RIGHT);
    ck_assert_uint_eq(request.content_length, 100000);
    request_release(&request);
}
END_TEST

START_TEST(reads_a_body_in_few_steps)
{
    const char *const variables[][2] = { { "CONTENT_LENGTH", "900" }, { NULL, NULL } };
    struct script script = { variables, 900, SIZE_MAX, false, 0, false };
    struct request request;
    request_begin(source_of(&script), 7, &request);
    request_read_body(source_of(&script), MAX_BODY, &request);
    ck_assert_uint_le(request.body.cap, 901); /* it is read where it stays */
    request_release(&request);
}
END_TEST

static const struct {
    const char *path_info;
    const char *path;
} paths[] = {
    { NULL, "/event" },       { "", "/event" },           { "/", "/event" },
    { "/event", "/event" },   { "/healthz", "/healthz" }, { "//", "//" },
    { "/event/", "/event/" }, { "event", "event" },       { "/../event", "/../event" },
    { "/EVENT", "/EVENT" },
};

START_TEST(has_a_path)
{
    const char *const variables[][2] = { { "PATH_INFO", paths[_i].path_info }, { NULL, NULL } };
    struct script script = { variables, 0, 1, false, 0, false };
    struct request request;
    request_begin(source_of(&script), 7, &request);
    ck_assert_str_eq(request.path, paths[_i].path);
    request_read_body(source_of(&script), 0, &request);
    request_release(&request);
}
END_TEST

START_TEST(has_its_variables)
{
    const char *const variables[][2] = {
        { "REQUEST_METHOD", "POST" },
        { "REMOTE_ADDR", "192.0.2.7" },
        { "HTTP_X_LARK_REQUEST_TIMESTAMP", "1700000000" },
        { "HTTP_X_LARK_REQUEST_NONCE", "95" },
        { "HTTP_X_LARK_SIGNATURE", "ec96" },
        { NULL, NULL },
    };
    struct script script = { variables, 0, 1, false, 0, false };
    struct request request;
    request_begin(source_of(&script), 7, &request);
    ck_assert_str_eq(request.method, "POST");
    ck_assert_str_eq(request.peer, "192.0.2.7");
    ck_assert_str_eq(request.timestamp, "1700000000");
    ck_assert_str_eq(request.nonce, "95");
    ck_assert_str_eq(request.signature, "ec96");
    ck_assert_int_eq(request.started_ms, 7);
    ck_assert_ptr_null(request.body.data);
    request_release(&request);
}
END_TEST

START_TEST(lacks_variables)
{
    struct script script = { NULL, 0, 1, false, 0, false };
    struct request request;
    struct request other;
    request_begin(source_of(&script), 7, &request);
    request_begin(source_of(&script), 7, &other);
    ck_assert_str_eq(request.method, "");
    ck_assert_str_eq(request.peer, "");
    ck_assert_str_eq(request.timestamp, "");
    ck_assert_str_eq(request.nonce, "");
    ck_assert_str_eq(request.signature, "");
    ck_assert_uint_eq(strlen(request.id), 16);
    ck_assert_uint_eq(strspn(request.id, "0123456789abcdef"), 16);
    ck_assert_str_ne(request.id, other.id);
    request_release(&request);
    request_release(&other);
}
END_TEST

/* Writes count bytes into standard input, from another process, which ends with the test. */
static pid_t feed(size_t count)
{
    int input[2];
    ck_assert_int_eq(pipe(input), 0);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        char *bytes = memory_get(count);
        for (size_t i = 0; i < count; i++)
            bytes[i] = byte_at(i);
        close(input[0]);
        for (size_t done = 0; done < count;) {
            const ssize_t written = write(input[1], bytes + done, count - done);
            if (written <= 0)
                _exit(1);
            done += (size_t)written;
        }
        free(bytes);
        _exit(0);
    }
    ck_assert_int_eq(dup2(input[0], STDIN_FILENO), STDIN_FILENO);
    close(input[0]);
    close(input[1]);
    return child;
}

START_TEST(comes_from_a_cgi_process)
{
    const struct request_source source = request_source_cgi();
    struct request request;
    int status = 0;
    ck_assert_int_eq(setenv("REQUEST_METHOD", "POST", 1), 0);
    ck_assert_int_eq(setenv("CONTENT_LENGTH", "300000", 1), 0);
    const pid_t child = feed(300000);
    request_begin(&source, 7, &request);
    request_read_body(&source, 200000, &request);
    ck_assert_str_eq(request.method, "POST");
    ck_assert_int_eq(request.length, REQUEST_LENGTH_RIGHT);
    ck_assert_uint_eq(request.body.len, 200000);
    for (size_t i = 0; i < request.body.len; i++)
        ck_assert(request.body.data[i] == byte_at(i));
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the host could not write it all");
    request_release(&request);
}
END_TEST

static int late_input;

/* The body comes with the signal, and standard input ends. */
static void deliver(int signal_number)
{
    (void)signal_number;
    if (late_input >= 0 && write(late_input, "abcde", 5) == 5)
        close(late_input);
    late_input = -1;
}

START_TEST(reads_on_after_a_signal)
{
    const struct request_source source = request_source_cgi();
    const struct sigaction action = { .sa_handler = deliver }; /* read is not restarted */
    const struct itimerval soon = { { 0, 0 }, { 0, 50000 } };
    struct request request;
    int input[2];
    ck_assert_int_eq(setenv("CONTENT_LENGTH", "5", 1), 0);
    ck_assert_int_eq(pipe(input), 0);
    ck_assert_int_eq(dup2(input[0], STDIN_FILENO), STDIN_FILENO);
    close(input[0]);
    late_input = input[1];
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
    request_begin(&source, 7, &request);
    request_read_body(&source, MAX_BODY, &request);
    ck_assert_int_eq(request.length, REQUEST_LENGTH_RIGHT);
    ck_assert_str_eq(buf_text(&request.body), "abcde");
    request_release(&request);
}
END_TEST

START_TEST(does_without_standard_input)
{
    const struct request_source source = request_source_cgi();
    struct request request;
    ck_assert_int_eq(setenv("CONTENT_LENGTH", "5", 1), 0);
    close(STDIN_FILENO);
    request_begin(&source, 7, &request);
    request_read_body(&source, MAX_BODY, &request);
    ck_assert_int_eq(request.length, REQUEST_LENGTH_WRONG);
    request_release(&request);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "bodies", reads_the_body, COUNT(bodies));
    suite_add(suite, "failures", takes_a_failure_for_the_end, COUNT(bodies));
    suite_add(suite, "no body", keeps_nothing_where_no_body_belongs, 1);
    suite_add(suite, "few steps", reads_a_body_in_few_steps, 1);
    suite_add(suite, "paths", has_a_path, COUNT(paths));
    suite_add(suite, "variables", has_its_variables, 1);
    suite_add(suite, "no variables", lacks_variables, 1);
    suite_add(suite, "CGI", comes_from_a_cgi_process, 1);
    suite_add(suite, "signal", reads_on_after_a_signal, 1);
    suite_add(suite, "no standard input", does_without_standard_input, 1);
}

SUITE_MAIN("request", fill)
