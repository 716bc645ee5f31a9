/* What every check program shares: one program is one suite of named test cases. */
#ifndef FEISHU_SUITE_H
#define FEISHU_SUITE_H

#include <check.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* The frozen wall clock of tests that need one: 2023-11-14 22:13:20 UTC, in milliseconds. */
#define NOW_MS INT64_C(1700000000000)

/* Adds one test, or a loop test over the rows of a table, as a test case of its own. */
static inline void suite_add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

/* Runs the suite that fill adds its tests to. The program's exit status. */
static inline int suite_run(const char *name, void (*fill)(Suite *suite))
{
    Suite *suite = suite_create(name);
    fill(suite);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The program. */
#define SUITE_MAIN(name, fill)                                                                     \
    int main(void)                                                                                 \
    {                                                                                              \
        return suite_run(name, fill);                                                              \
    }

#endif
