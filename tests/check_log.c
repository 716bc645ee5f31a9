/* The log: one line is one line, whatever is in it, and what matters is never pushed out of it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "memory.h"
#include "suite.h"

static struct log state;
static int saved_stderr;
static int capture; /* standard error, while a test runs */

static void setup(void)
{
    state = (struct log)LOG_INIT;
    state.target = CONFIG_LOG_STDERR;
    capture = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    ck_assert_int_ge(capture, 0);
    saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
    ck_assert_int_eq(dup2(capture, STDERR_FILENO), STDERR_FILENO);
}

static void teardown(void)
{
    (void)dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    close(capture);
    log_release(&state);
}

/* What was written to standard error so far. Caller frees. */
static char *written(void)
{
    char *text = memory_zero(200001, 1);
    ck_assert_int_ge(pread(capture, text, 200000, 0), 0);
    return text;
}

static void check_written(const char *wanted)
{
    char *text = written();
    ck_assert_str_eq(text, wanted);
    free(text);
}

/* Values. */

static const struct {
    const char *value;
    const char *line;
} values[] = {
    { "word", "k=word\n" },
    { "im.message.receive_v1", "k=im.message.receive_v1\n" },
    { "a/b:c@d%e+f,g*h-i_j.K9", "k=a/b:c@d%e+f,g*h-i_j.K9\n" },
    { "two words", "k=\"two words\"\n" },
    { "a=b", "k=\"a=b\"\n" },
    { "say \"hi\"", "k=\"say \\\"hi\\\"\"\n" },
    { "back\\slash", "k=\"back\\\\slash\"\n" },
    { "你好", "k=\"你好\"\n" },
    { "%s%n%x", "k=%s%n%x\n" },
    /* what would begin another line, or speak to a terminal */
    { "a\nlevel=error", "k=\"a\\nlevel=error\"\n" },
    { "a\r\n\tb", "k=\"a\\n\\tb\"\n" },
    { "\x1b[2J\x7f", "k=\"\ufffd[2J\ufffd\"\n" },
    { "\x01\x1f", "k=\"\ufffd\ufffd\"\n" },
    { "\xc2\x85\xc2\x9b"
      "1m",
      "k=\"\ufffd\ufffd1m\"\n" },
    { "\xff\xc3 \xe4\xb8", "k=\"\ufffd\ufffd \ufffd\ufffd\"\n" },
    { "\"\\", "k=\"\\\"\\\\\"\n" },
};

START_TEST(a_value)
{
    log_field(&state, "k", values[_i].value);
    log_write(&state);
    check_written(values[_i].line);
}
END_TEST

START_TEST(several_fields)
{
    log_field(&state, "a", "1");
    log_field(&state, "empty", "");
    log_number(&state, "b", -5);
    log_number(&state, "c", INT64_MAX);
    log_number(&state, "d", 0);
    log_write(&state);
    check_written("a=1 b=-5 c=9223372036854775807 d=0\n");
}
END_TEST

/* A field of any length leaves room for those after it, and stays one value. */
START_TEST(a_long_value)
{
    static const char *const units[] = { "x", "\n", "\"", "中", "\xff" };
    const char *unit = units[_i];
    struct buf value = BUF_INIT(1 << 20);
    for (size_t i = 0; i < 100000; i++)
        buf_add_text(&value, unit);
    log_field(&state, "path", buf_text(&value));
    log_field(&state, "event", buf_text(&value));
    log_field(&state, "reason", buf_text(&value));
    log_number(&state, "status", 401);
    log_write(&state);
    char *text = written();
    const char *end = " status=401\n";
    ck_assert_uint_gt(strlen(text), strlen(end));
    ck_assert_str_eq(text + strlen(text) - strlen(end), end);
    ck_assert_uint_lt(strlen(text), 8192);
    ck_assert_ptr_eq(strchr(text, '\n'), text + strlen(text) - 1);
    free(text);
    buf_release(&value);
}
END_TEST

/* Lines of their own. */

START_TEST(errors_wait_for_the_line)
{
    log_error(&state, "store: %s (%d)", "full", 5);
    log_error(&state, "twice");
    check_written("");
    log_field(&state, "status", "200");
    log_write(&state);
    check_written("level=error error=\"store: full (5)\"\nlevel=error error=twice\nstatus=200\n");
}
END_TEST

START_TEST(each_line_once)
{
    log_error(&state, "one");
    log_field(&state, "a", "1");
    log_write(&state);
    log_field(&state, "b", "2");
    log_write(&state);
    check_written("level=error error=one\na=1\nb=2\n");
}
END_TEST

START_TEST(no_empty_line)
{
    log_write(&state);
    check_written("");
    log_error(&state, "one");
    log_write(&state);
    check_written("level=error error=one\n");
    log_write(&state);
    check_written("level=error error=one\n");
}
END_TEST

START_TEST(an_error_in_one_line)
{
    char *large = memory_zero(100001, 1);
    memset(large, '\n', 100000);
    log_error(&state, "a\nb%s", large);
    log_write(&state);
    char *text = written();
    ck_assert_int_eq(strncmp(text, "level=error error=\"a\\nb\\n", 25), 0);
    ck_assert_uint_lt(strlen(text), 8192);
    ck_assert_ptr_eq(strchr(text, '\n'), text + strlen(text) - 1);
    ck_assert_str_eq(text + strlen(text) - 2, "\"\n");
    free(text);
    free(large);
}
END_TEST

/* However many errors there are, the request's line is written. */
START_TEST(very_many_errors)
{
    for (int i = 0; i < 5000; i++)
        log_error(&state, "the same error again and again");
    log_number(&state, "status", 200);
    log_write(&state);
    char *text = written();
    const char *end = "status=200\n";
    ck_assert_uint_gt(strlen(text), 50000);
    ck_assert_str_eq(text + strlen(text) - strlen(end), end);
    free(text);
}
END_TEST

/* Standard error may be gone: that is nobody's loss. */
START_TEST(nowhere_to_write)
{
    close(STDERR_FILENO);
    log_error(&state, "one");
    log_field(&state, "a", "1");
    log_write(&state);
    ck_assert_uint_eq(state.line.len + state.held.len, 0);
    ck_assert_int_eq(dup2(capture, STDERR_FILENO), STDERR_FILENO);
    check_written("");
}
END_TEST

/* A line for syslog shows nowhere else. */
START_TEST(to_syslog)
{
    state.target = CONFIG_LOG_SYSLOG;
    log_field(&state, "check", "log");
    log_write(&state);
    log_error(&state, "%s", "from tests");
    log_write(&state);
    check_written("");
    ck_assert_uint_eq(state.line.len + state.held.len, 0);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

static void fill(Suite *suite)
{
    add(suite, "a value", a_value, COUNT(values));
    add(suite, "several fields", several_fields, 1);
    add(suite, "a long value", a_long_value, 5);
    add(suite, "errors wait for the line", errors_wait_for_the_line, 1);
    add(suite, "each line once", each_line_once, 1);
    add(suite, "no empty line", no_empty_line, 1);
    add(suite, "an error in one line", an_error_in_one_line, 1);
    add(suite, "very many errors", very_many_errors, 1);
    add(suite, "nowhere to write", nowhere_to_write, 1);
    add(suite, "to syslog", to_syslog, 1);
}

SUITE_MAIN("log", fill)
