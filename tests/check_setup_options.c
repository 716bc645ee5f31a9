/* The options of a subcommand. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "options.h"

enum { MOST_WORDS = 8 };

static const struct context context = { .program = "feishu-setup" };

static const struct {
    const char *name;
    const char *words[MOST_WORDS];
    int left; /* -1: refused */
    bool yes;
    const char *url;
    const char *first; /* word that is left */
} cases[] = {
    { "nothing", { NULL }, 0, false, NULL, NULL },
    { "a flag", { "--yes" }, 0, true, NULL, NULL },
    { "a value behind it", { "--url", "x" }, 0, false, "x", NULL },
    { "a value after =", { "--url=x=y" }, 0, false, "x=y", NULL },
    { "an empty value", { "--url=" }, 0, false, "", NULL },
    { "the last one counts", { "--url", "x", "--url", "y" }, 0, false, "y", NULL },
    { "a word before", { "w", "--yes" }, 1, true, NULL, "w" },
    { "a word behind", { "--url", "x", "w" }, 1, false, "x", "w" },
    { "-- ends options", { "--", "--yes" }, 1, false, NULL, "--yes" },
    { "-- behind some", { "--yes", "--", "--url" }, 1, true, NULL, "--url" },
    { "a value like an option", { "--url", "--yes" }, 0, false, "--yes", NULL },
    { "a value like a letter", { "--url", "-y", "w" }, 1, false, "-y", "w" },
    { "- is a word", { "-" }, 1, false, NULL, "-" },
    { "no value", { "--url" }, -1, false, NULL, NULL },
    { "a flag with a value", { "--yes=no" }, -1, false, NULL, NULL },
    { "an unknown one", { "--other" }, -1, false, NULL, NULL },
    { "an unknown one with a value", { "--other=x" }, -1, false, NULL, NULL },
    { "the beginning of a name", { "--ur", "x" }, -1, false, NULL, NULL },
    { "a letter", { "-y" }, -1, false, NULL, NULL },
    { "letters", { "-xyz" }, -1, false, NULL, NULL },
    { "a word too many", { "a", "b" }, -1, false, NULL, NULL },
    { "a word too many behind --", { "--", "a", "b" }, -1, false, NULL, NULL },
};

START_TEST(are_taken)
{
    bool yes = false;
    const char *url = NULL;
    char copies[MOST_WORDS][16] = { "command" };
    char *argv[MOST_WORDS + 2] = { copies[0] };
    int argc = 1;
    const struct option_row rows[] = {
        { "yes", OPTION_FLAG, &yes },
        { "url", OPTION_TEXT, &url },
    };
    for (; argc < MOST_WORDS && cases[_i].words[argc - 1] != NULL; argc++) {
        (void)snprintf(copies[argc], sizeof(copies[argc]), "%s", cases[_i].words[argc - 1]);
        argv[argc] = copies[argc];
    }
    const int left = options_take(&context, argc, argv, rows, COUNT(rows), 1);
    ck_assert_msg(left == cases[_i].left, "%s: %d", cases[_i].name, left);
    if (left < 0)
        return;
    ck_assert_msg(yes == cases[_i].yes, "%s", cases[_i].name);
    ck_assert_pstr_eq(url, cases[_i].url);
    ck_assert_pstr_eq(argv[1], cases[_i].first);
    ck_assert_ptr_null(argv[left + 1]);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "are taken", are_taken, COUNT(cases));
}

SUITE_MAIN("setup options", fill)
