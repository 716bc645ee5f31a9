/* Times as RFC 3339 writes them. */
#include "suite.h"

#include "timestamp.h"

static const struct {
    const char *text;
    int64_t ms; /* -1: refused */
} times[] = {
    { "2023-11-14T22:13:20Z", NOW_MS },
    { "2023-11-14T22:13:20.123Z", NOW_MS + 123 },
    { "2023-11-14T22:13:20.123456789Z", NOW_MS + 123 },
    { "2023-11-15T06:13:20+08:00", NOW_MS },
    { "2023-11-14T16:43:20.5-05:30", NOW_MS + 500 },
    { "2023-11-14t22:13:20z", NOW_MS },
    { "1970-01-01T00:00:00Z", 0 },
    { "0001-01-01T00:00:00Z", 0 },
    { "2024-02-29T00:00:00Z", INT64_C(1709164800000) },
    { "9999-12-31T23:59:59Z", INT64_C(253402300799000) },
    { "", -1 },
    { "2023-11-14", -1 },
    { "2023-11-14T22:13:20", -1 },
    { "2023-11-14T22:13Z", -1 },
    { "2023-13-14T22:13:20Z", -1 },
    { "2023-11-32T22:13:20Z", -1 },
    { "2023-11-14T24:13:20Z", -1 },
    { "2023-11-14T22:13:20Zx", -1 },
    { "2023-11-14T22:13:20+08", -1 },
    { "2023-11-14T22:13:20+08:0", -1 },
    { "+023-11-14T22:13:20Z", -1 },
    { "1700000000", -1 },
};

START_TEST(are_read)
{
    int64_t ms = 77;
    const bool good = timestamp_read(times[_i].text, &ms);
    ck_assert_msg(good == (times[_i].ms >= 0), "%s", times[_i].text);
    ck_assert_int_eq(ms, good ? times[_i].ms : 77);
}
END_TEST

START_TEST(are_printed)
{
    char text[TIMESTAMP_LEN];
    int64_t ms;
    timestamp_print(NOW_MS + 7, text);
    ck_assert_str_eq(text, "2023-11-14T22:13:20.007Z");
    ck_assert(timestamp_read(text, &ms));
    ck_assert_int_eq(ms, NOW_MS + 7);
    timestamp_print(0, text);
    ck_assert_str_eq(text, "1970-01-01T00:00:00.000Z");
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "are read", are_read, COUNT(times));
    suite_add(suite, "are printed", are_printed, 1);
}

SUITE_MAIN("timestamp", fill)
