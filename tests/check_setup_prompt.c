/* Answers that were given beforehand: where they come from, what is wrong with them. */
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"
#include "error.h"
#include "memory.h"
#include "prompt.h"

static const struct context context = { .program = "feishu-setup" };
static const char *const names[] = { "app-id", "secret", "secret-file", "reload", NULL };

static char folder[64];
static char *answers_path;
static char *secret_path;
static char *errors_path;

static void setup(void)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/check-prompt-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    answers_path = memory_format("%s/answers", folder);
    secret_path = memory_format("%s/secret", folder);
    errors_path = memory_format("%s/errors", folder);
}

static void teardown(void)
{
    char *const paths[] = { answers_path, secret_path, errors_path };
    for (int i = 0; i < COUNT(paths); i++) {
        (void)unlink(paths[i]);
        free(paths[i]);
    }
    ck_assert_int_eq(rmdir(folder), 0);
}

static void write_file(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fchmod(fileno(file), 0600), 0);
    ck_assert_uint_eq(fwrite(text, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

static const char *check(const char *answer)
{
    return strncmp(answer, "bad", 3) == 0 ? "that is bad" : NULL;
}

/* Asks unattended, with the answers file, if it is not NULL, and what standard error got. */
static enum prompt_result ask(const char *file, const struct question *question, struct buf *answer,
                              char errors[static 256])
{
    struct prompt prompt;
    struct error error = ERROR_INIT;
    if (file != NULL)
        write_file(answers_path, file, strlen(file));
    ck_assert_msg(
        prompt_open(&prompt, &context, file == NULL ? NULL : answers_path, names, true, &error),
        "%s", error.text);
    (void)fflush(stderr);
    const int old = dup(STDERR_FILENO);
    ck_assert_ptr_nonnull(freopen(errors_path, "we", stderr));
    const enum prompt_result result = prompt_ask(&prompt, question, answer);
    (void)fflush(stderr);
    ck_assert_int_ge(dup2(old, STDERR_FILENO), 0);
    ck_assert_int_eq(close(old), 0);
    FILE *said = fopen(errors_path, "re");
    ck_assert_ptr_nonnull(said);
    errors[fread(errors, 1, 255, said)] = '\0';
    ck_assert_int_eq(fclose(said), 0);
    prompt_close(&prompt);
    return result;
}

static const struct {
    const char *name;
    const char *given;
    const char *file;
    const char *value;
    enum prompt_result result;
    const char *answer;
    const char *said; /* whole */
} plain[] = {
    { "the flag first", "flag", "app-id = file\n", "shown", PROMPT_ANSWERED, "flag", "" },
    { "then the file", NULL, "app-id = ' file '\n", "shown", PROMPT_ANSWERED, "file", "" },
    { "then the value", NULL, "reload = yes\n", "shown", PROMPT_ANSWERED, "shown", "" },
    { "else nothing", NULL, NULL, NULL, PROMPT_ABSENT, "", "" },
    { "a wrong flag", "bad", "app-id = file\n", "shown", PROMPT_WRONG, "",
      "feishu-setup: --app-id: that is bad\n" },
    { "a wrong line", NULL, "app-id = bad\n", "shown", PROMPT_WRONG, "",
      "feishu-setup: --app-id: that is bad\n" },
    { "an empty flag", "", "app-id = file\n", "shown", PROMPT_WRONG, "",
      "feishu-setup: --app-id: an answer is needed\n" },
    { "blanks alone", "\u3000", NULL, "shown", PROMPT_WRONG, "",
      "feishu-setup: --app-id: an answer is needed\n" },
    { "no UTF-8", "\xff", NULL, "shown", PROMPT_WRONG, "",
      "feishu-setup: --app-id: this is no text\n" },
};

START_TEST(the_nearest_answer_counts)
{
    char errors[256];
    struct buf answer = BUF_INIT(64);
    const struct question question = { .name = "app-id",
                                       .given = plain[_i].given,
                                       .text = "App ID",
                                       .value = plain[_i].value,
                                       .check = check };
    const enum prompt_result result = ask(plain[_i].file, &question, &answer, errors);
    ck_assert_msg(result == plain[_i].result, "%s: %d", plain[_i].name, (int)result);
    ck_assert_msg(strcmp(buf_text(&answer), plain[_i].answer) == 0, "%s", plain[_i].name);
    ck_assert_str_eq(errors, plain[_i].said);
    buf_wipe(&answer);
}
END_TEST

#define BYTES(text) text, sizeof(text) - 1

/* What stands in a file that holds a secret. */
static const struct {
    const char *name;
    const char *held;
    size_t len;
    const char *answer; /* NULL: refused */
    const char *said;   /* behind the name */
} files[] = {
    { "a line", BYTES("secret42\n"), "secret42", "" },
    { "no newline", BYTES("secret42"), "secret42", "" },
    { "CR LF", BYTES("secret42\r\n"), "secret42", "" },
    { "spaces behind it", BYTES("secret42  \t\n"), "secret42", "" },
    { "spaces within", BYTES("secret 42\n"), "secret 42", "" },
    { "full-width and no-break spaces", BYTES("\u3000secret42\u00a0\u3000\n"), "secret42", "" },
    { "a mark of byte order", BYTES("\ufeffsecret42\r\n"), "secret42", "" },
    { "marks without width", BYTES("\u200bsecret42\u200e\u2060"), "secret42", "" },
    { "nothing", BYTES(""), NULL, "an answer is needed\n" },
    { "blanks", BYTES(" \n\n"), NULL, "an answer is needed\n" },
    { "two lines", BYTES("secret42\nmore\n"), NULL,
      "there are control characters in it, perhaps of an arrow key, or several lines\n" },
    { "a NUL", BYTES("secret42\0more"), NULL,
      "there are control characters in it, perhaps of an arrow key, or several lines\n" },
    { "what the check refuses", BYTES("bad42\n"), NULL, "that is bad\n" },
};

START_TEST(a_secret_comes_from_a_file)
{
    char errors[256];
    struct buf answer = BUF_INIT(64);
    const struct question question = { .name = "secret",
                                       .text = "Secret",
                                       .secret = true,
                                       .file_name = "secret-file",
                                       .given_file = secret_path,
                                       .check = check };
    char *said = memory_format("feishu-setup: --secret-file: %s", files[_i].said);
    write_file(secret_path, files[_i].held, files[_i].len);
    const enum prompt_result result = ask(NULL, &question, &answer, errors);
    ck_assert_msg((result == PROMPT_ANSWERED) == (files[_i].answer != NULL), "%s", files[_i].name);
    ck_assert_msg(strcmp(buf_text(&answer), files[_i].answer == NULL ? "" : files[_i].answer) == 0,
                  "%s", files[_i].name);
    ck_assert_str_eq(errors, files[_i].answer == NULL ? said : "");
    free(said);
    buf_wipe(&answer);
}
END_TEST

START_TEST(the_answers_may_name_the_file)
{
    char errors[256];
    struct buf answer = BUF_INIT(64);
    const struct question question = {
        .name = "secret", .text = "Secret", .secret = true, .file_name = "secret-file"
    };
    char *line = memory_format("secret-file = '%s'\n", secret_path);
    write_file(secret_path, "secret42\n", 9);
    ck_assert_int_eq(ask(line, &question, &answer, errors), PROMPT_ANSWERED);
    ck_assert_str_eq(buf_text(&answer), "secret42");
    ck_assert_int_eq(chmod(secret_path, 0644), 0);
    ck_assert_int_eq(ask(line, &question, &answer, errors), PROMPT_WRONG);
    ck_assert_ptr_nonnull(strstr(errors, "--secret-file: "));
    ck_assert_ptr_nonnull(strstr(errors, "chmod 0600"));
    ck_assert_int_eq(ask("secret = 'in 42'\n", &question, &answer, errors), PROMPT_ANSWERED);
    ck_assert_str_eq(buf_text(&answer), "in 42");
    free(line);
    buf_wipe(&answer);
}
END_TEST

START_TEST(a_secret_in_brackets_stays_there)
{
    char errors[256];
    struct buf answer = BUF_INIT(64);
    const struct question question = {
        .name = "secret", .text = "Secret", .value = "…", .secret = true
    };
    ck_assert_int_eq(ask(NULL, &question, &answer, errors), PROMPT_ANSWERED);
    ck_assert_str_eq(buf_text(&answer), "");
    buf_wipe(&answer);
}
END_TEST

static const struct {
    const char *given;
    bool otherwise;
    enum prompt_result result;
    bool yes;
} decisions[] = {
    { NULL, true, PROMPT_ANSWERED, true },   { NULL, false, PROMPT_ANSWERED, false },
    { "YES", false, PROMPT_ANSWERED, true }, { "no", true, PROMPT_ANSWERED, false },
    { "是", false, PROMPT_ANSWERED, true },  { "perhaps", true, PROMPT_WRONG, true },
};

START_TEST(decides_unattended)
{
    struct prompt prompt;
    struct error error = ERROR_INIT;
    bool yes = !decisions[_i].yes;
    ck_assert(prompt_open(&prompt, &context, NULL, names, true, &error));
    ck_assert_int_eq(prompt_confirm(&prompt, "reload", decisions[_i].given, "Reload",
                                    decisions[_i].otherwise, &yes),
                     decisions[_i].result);
    ck_assert(yes == decisions[_i].yes);
    ck_assert_int_eq(prompt_pause(&prompt, "Enter"), PROMPT_ANSWERED);
    prompt_close(&prompt);
}
END_TEST

static void fill(Suite *suite)
{
    TCase *tcase = tcase_create("given beforehand");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, the_nearest_answer_counts, 0, COUNT(plain));
    tcase_add_loop_test(tcase, a_secret_comes_from_a_file, 0, COUNT(files));
    tcase_add_test(tcase, the_answers_may_name_the_file);
    tcase_add_test(tcase, a_secret_in_brackets_stays_there);
    suite_add_tcase(suite, tcase);
    suite_add(suite, "decides unattended", decides_unattended, COUNT(decisions));
}

SUITE_MAIN("setup prompt", fill)
