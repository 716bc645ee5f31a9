/* Answers that were written down beforehand. */
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answers.h"
#include "error.h"

static const char *const names[] = { "app-id", "url", "proxy", NULL };

/* Reads the text from a file with the rights. */
static struct answers *read_text(const char *text, mode_t rights, struct error *error)
{
    char path[] = "/tmp/check-answers-XXXXXX";
    const int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (int)strlen(text));
    ck_assert_int_eq(fchmod(file, rights), 0);
    ck_assert_int_eq(close(file), 0);
    struct answers *answers = answers_read(path, names, error);
    ck_assert_int_eq(unlink(path), 0);
    return answers;
}

START_TEST(are_read)
{
    struct error error = ERROR_INIT;
    struct answers *answers = read_text(
        "# mine\napp-id = cli_1\nurl='https://bot.example.com/feishu' # there\n", 0600, &error);
    ck_assert_ptr_nonnull(answers);
    ck_assert_str_eq(answers_get(answers, "app-id"), "cli_1");
    ck_assert_str_eq(answers_get(answers, "url"), "https://bot.example.com/feishu");
    ck_assert_ptr_null(answers_get(answers, "proxy"));
    ck_assert_ptr_null(answers_get(NULL, "proxy"));
    answers_free(answers);
}
END_TEST

static const struct {
    const char *text;
    mode_t rights;
    const char *said;
} wrong[] = {
    { "app-id = a\nurl = b\napp-id = c\n", 0600, ":3: app-id: stands here for the second time" },
    { "ap-id = a\n", 0600, ":1: no question has the name that stands here" },
    { "\n\napp-id a\n", 0600, ":3: app-id: a = is missing" },
    { "app-id = 'a\n", 0600, ":1: app-id: " },
    { "= a\n", 0600, ":1: a name is missing" },
    { "app-id = a\n", 0644, "chmod 0600" },
    { "app-id = a\n", 0660, "chmod 0600" },
};

START_TEST(are_refused)
{
    struct error error = ERROR_INIT;
    ck_assert_ptr_null(read_text(wrong[_i].text, wrong[_i].rights, &error));
    ck_assert_int_eq(error.kind, ERROR_CONFIG);
    ck_assert_msg(strstr(error.text, wrong[_i].said) != NULL, "%s", error.text);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "are read", are_read, 1);
    suite_add(suite, "are refused", are_refused, COUNT(wrong));
}

SUITE_MAIN("setup answers", fill)
