/* nginx as a program: a script stands in for it, and prints what nginx would. */
#include "nginx_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture.h"
#include "error.h"
#include "memory.h"
#include "place.h"
#include "store_kit.h"
#include "suite.h"

static char *folder;
static char *program;
static struct place place;
static struct buf dump;
static struct error error;

static void setup(void)
{
    folder = store_kit_folder();
    program = memory_format("%s/nginx", folder);
    place = (struct place)PLACE_INIT;
    place.nginx = program;
    dump = (struct buf)BUF_INIT(0);
    error = (struct error)ERROR_INIT;
}

static void teardown(void)
{
    buf_release(&dump);
    free(program);
    store_kit_remove(folder);
}

/* What stands in for nginx does. */
static void script(const char *text)
{
    FILE *file = fopen(program, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fprintf(file, "#!/bin/sh\n%s\n", text), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(program, 0700), 0);
}

START_TEST(its_words_are_those_of_the_place)
{
    script("printf '%s|' \"$@\"");
    place.nginx_config = "the config";
    place.nginx_prefix = "/the/prefix/";
    ck_assert_msg(nginx_dump(&place, &dump, &error), "%s", error.text);
    ck_assert_str_eq(buf_text(&dump), "-p|/the/prefix/|-c|the config|-T|");
}
END_TEST

START_TEST(as_it_was_built_it_gets_no_words)
{
    script("printf '%s|' \"$@\"");
    ck_assert_msg(nginx_dump(&place, &dump, &error), "%s", error.text);
    ck_assert_str_eq(buf_text(&dump), "-T|");
}
END_TEST

START_TEST(a_reload_is_a_signal)
{
    place.nginx_prefix = folder; /* not the one that systemd would run */
    char *text = memory_format("printf '%%s|' \"$@\" >%s/words", folder);
    script(text);
    ck_assert_msg(nginx_reload(&place, &error), "%s", error.text);
    char words[256] = "";
    char *name = memory_format("%s/words", folder);
    FILE *file = fopen(name, "re");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(words, sizeof(words), file));
    (void)fclose(file);
    ck_assert_msg(strstr(words, "|-s|reload|") != NULL, "%s", words);
    free(name);
    free(text);
}
END_TEST

/* What it complains of, and the one line of it that is told. */
static const struct {
    const char *script;
    const char *told;
} failures[] = {
    { "echo 'nginx: [warn] careful' >&2; echo 'nginx: [emerg] unknown directive \"x\" in /a:3' "
      ">&2; "
      "echo 'nginx: configuration file /a test failed' >&2; exit 1",
      "unknown directive \"x\" in /a:3" },
    { "echo '2026/11/23 07:00:00 [emerg] 77#78: no \"}\" in /a:3' >&2; exit 1",
      "no \"}\" in /a:3" },
    { "echo first >&2; echo 'nginx: last' >&2; exit 1", "last" },
    { "printf 'nginx: without an end' >&2; exit 3", "without an end" },
    { "exit 3", "nginx ends with status 3" },
    { "kill -KILL $$", "nginx ends with status 137" },
};

START_TEST(its_own_words_are_told)
{
    script(failures[_i].script);
    ck_assert(!nginx_test(&place, &error));
    ck_assert_int_eq(error.kind, ERROR_INTERNAL);
    ck_assert_str_eq(error.text, failures[_i].told);
}
END_TEST

START_TEST(a_warning_is_no_failure)
{
    script("echo 'nginx: [warn] careful' >&2; echo '# configuration file /a:'");
    ck_assert_msg(nginx_test(&place, &error), "%s", error.text);
    ck_assert_msg(nginx_dump(&place, &dump, &error), "%s", error.text);
    ck_assert_str_eq(buf_text(&dump), "# configuration file /a:\n");
}
END_TEST

START_TEST(a_large_dump_is_whole)
{
    script("head -c 8000000 /dev/zero; head -c 8000000 /dev/zero >&2; echo end");
    ck_assert_msg(nginx_dump(&place, &dump, &error), "%s", error.text);
    ck_assert_uint_eq(dump.len, 8000004);
    ck_assert_str_eq(dump.data + 8000000, "end\n");
}
END_TEST

START_TEST(one_that_is_too_large_is_an_error)
{
    script("exec cat /dev/zero");
    ck_assert(!nginx_dump(&place, &dump, &error));
    ck_assert_msg(strstr(error.text, "prints more than") != NULL, "%s", error.text);
}
END_TEST

START_TEST(there_is_no_nginx)
{
    ck_assert(!nginx_is_there(&place));
    ck_assert(!nginx_test(&place, &error));
    ck_assert_msg(strstr(error.text, "no such program") != NULL, "%s", error.text);
    place.nginx = "no-such-nginx";
    ck_assert(!nginx_is_there(&place));
}
END_TEST

/* Whatever keeps it: its own work, what it leaves behind, or both with closed outputs. */
static const char *const endless[] = {
    "while :; do :; done",
    "sleep 1000 & exit 0",
    "exec >&- 2>&-; exec sleep 1000",
};

START_TEST(what_does_not_end_is_ended)
{
    const char *const words[] = { "nginx", NULL };
    struct buf output = BUF_INIT(1024);
    struct buf errors = BUF_INIT(1024);
    int status = 0;
    script(endless[_i]);
    ck_assert(!capture(program, words, 200, &output, &errors, &status, &error));
    ck_assert_msg(strstr(error.text, "does not come to an end") != NULL, "%s", error.text);
    buf_release(&output);
    buf_release(&errors);
}
END_TEST

START_TEST(nothing_of_ours_is_passed_on)
{
    ck_assert_int_eq(setenv("FEISHU_TEST", "secret", 1), 0);
    script("env; readlink /proc/self/fd/0");
    ck_assert_msg(nginx_dump(&place, &dump, &error), "%s", error.text);
    ck_assert_msg(strstr(buf_text(&dump), "secret") == NULL, "%s", buf_text(&dump));
    ck_assert_msg(strstr(buf_text(&dump), "/dev/null") != NULL, "%s", buf_text(&dump));
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
    add(suite, "words", its_words_are_those_of_the_place, 1);
    add(suite, "no words", as_it_was_built_it_gets_no_words, 1);
    add(suite, "reload", a_reload_is_a_signal, 1);
    add(suite, "failures", its_own_words_are_told, COUNT(failures));
    add(suite, "warning", a_warning_is_no_failure, 1);
    add(suite, "large", a_large_dump_is_whole, 1);
    add(suite, "too large", one_that_is_too_large_is_an_error, 1);
    add(suite, "none", there_is_no_nginx, 1);
    add(suite, "endless", what_does_not_end_is_ended, COUNT(endless));
    add(suite, "environment", nothing_of_ours_is_passed_on, 1);
}

SUITE_MAIN("setup: nginx as a program", fill)
