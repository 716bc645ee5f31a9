/* Lengths of time, as people write and as we say them. */
#include "suite.h"

#include "duration.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const struct {
    const char *text;
    int64_t ms; /* 0: refused */
} lengths[] = {
    { "2h", 2 * HOUR },
    { "1h30m", 90 * MINUTE },
    { "90m", 90 * MINUTE },
    { "45s", 45000 },
    { "3d", 3 * DAY },
    { "1w", 7 * DAY },
    { "2 hours", 2 * HOUR },
    { "1 Hour 5 min", 65 * MINUTE },
    { " 10m ", 10 * MINUTE },
    { "30分钟", 30 * MINUTE },
    { "30 分", 30 * MINUTE },
    { "2小时", 2 * HOUR },
    { "2 个小时", 2 * HOUR },
    { "1天12小时", 36 * HOUR },
    { "5秒", 5000 },
    { "1周", 7 * DAY },
    { "14d", 14 * DAY },
    { "15d", 0 }, /* above what the caller allows */
    { "", 0 },
    { "h", 0 },
    { "0h", 0 },
    { "2", 0 },
    { "-2h", 0 },
    { "2.5h", 0 },
    { "2hello", 0 },
    { "2h x", 0 },
    { "1234567s", 0 },
    { "999999w999999w", 0 },
    { "2h\n", 0 },
};

START_TEST(are_read)
{
    int64_t ms = 77;
    const bool good = duration_read(lengths[_i].text, 14 * DAY, &ms);
    ck_assert_msg(good == (lengths[_i].ms > 0), "%s", lengths[_i].text);
    ck_assert_int_eq(ms, good ? lengths[_i].ms : 77);
}
END_TEST

static const struct {
    int64_t ms;
    const char *chinese;
    const char *english;
} sayings[] = {
    { 0, "0 秒", "0 s" },
    { 999, "0 秒", "0 s" },
    { 59999, "59 秒", "59 s" },
    { MINUTE, "1 分钟", "1 min" },
    { 90000, "1 分钟 30 秒", "1 min 30 s" },
    { HOUR, "1 小时", "1 h" },
    { 150 * MINUTE, "2 小时 30 分钟", "2 h 30 min" },
    { HOUR + 5000, "1 小时", "1 h" },
    { 24 * HOUR, "24 小时", "24 h" },
    { 48 * HOUR, "2 天", "2 d" },
    { 3 * DAY + 5 * HOUR + MINUTE, "3 天 5 小时", "3 d 5 h" },
};

START_TEST(are_said)
{
    char *chinese = duration_say(sayings[_i].ms, LANGUAGE_ZH);
    char *english = duration_say(sayings[_i].ms, LANGUAGE_EN);
    ck_assert_str_eq(chinese, sayings[_i].chinese);
    ck_assert_str_eq(english, sayings[_i].english);
    free(chinese);
    free(english);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "are read", are_read, COUNT(lengths));
    suite_add(suite, "are said", are_said, COUNT(sayings));
}

SUITE_MAIN("duration", fill)
