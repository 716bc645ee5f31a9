/* Moments as people say them, near and far. */
#include "suite.h"

#include <stdlib.h>
#include <time.h>

#include "moment.h"

#define HOUR_MS INT64_C(3600000)

static const struct {
    int64_t from_now_ms;
    const char *said; /* in Shanghai; now is 2023-11-15 06:13 there */
} moments[] = {
    { 0, "06:13" },
    { 2 * HOUR_MS, "08:13" },
    { -2 * HOUR_MS, "04:13" },
    { 12 * HOUR_MS - 1, "18:13" },
    { 12 * HOUR_MS, "11-15 18:13" },
    { -7 * HOUR_MS, "23:13" },
    { -12 * HOUR_MS, "11-14 18:13" },
    { 48 * HOUR_MS, "11-17 06:13" },
};

START_TEST(said)
{
    ck_assert_int_eq(setenv("TZ", "Asia/Shanghai", 1), 0);
    tzset();
    char *text = moment_say(NOW_MS + moments[_i].from_now_ms, NOW_MS);
    ck_assert_str_eq(text, moments[_i].said);
    free(text);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "said", said, COUNT(moments));
}

SUITE_MAIN("moment", fill)
