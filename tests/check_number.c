#include "suite.h"

#include <stdint.h>

#include "number.h"

static const struct {
    const char *text;
    uint64_t min;
    uint64_t max;
    bool valid;
    uint64_t number;
} numbers[] = {
    { "0", 0, 10, true, 0 },
    { "10", 0, 10, true, 10 },
    { "007", 0, 10, true, 7 },
    { "18446744073709551615", 0, UINT64_MAX, true, UINT64_MAX },
    { "000000000000000000000000000005", 0, 10, true, 5 },
    /* out of bounds */
    { "11", 0, 10, false, 0 },
    { "4", 5, 10, false, 0 },
    { "18446744073709551616", 0, UINT64_MAX, false, 0 },
    { "18446744073709551620", 0, UINT64_MAX, false, 0 },
    { "99999999999999999999999999", 0, UINT64_MAX, false, 0 },
    /* no decimal numbers */
    { "", 0, 10, false, 0 },
    { " 1", 0, 10, false, 0 },
    { "1 ", 0, 10, false, 0 },
    { "+1", 0, 10, false, 0 },
    { "-1", 0, UINT64_MAX, false, 0 },
    { "1.0", 0, 10, false, 0 },
    { "1e1", 0, 10, false, 0 },
    { "0x1", 0, 10, false, 0 },
    { "1,000", 0, 10000, false, 0 },
    { "1\n", 0, 10, false, 0 },
    { "\xef\xbc\x91", 0, 10, false, 0 }, /* a full-width one */
};

START_TEST(parses_numbers)
{
    uint64_t number = 77;
    const bool valid = number_parse(numbers[_i].text, numbers[_i].min, numbers[_i].max, &number);
    ck_assert_msg(valid == numbers[_i].valid, "%s", numbers[_i].text);
    ck_assert_uint_eq(number, valid ? numbers[_i].number : 77);
}
END_TEST

static const struct {
    const char *text;
    bool valid;
    int64_t ms;
} times[] = {
    { "1700000000", true, 1700000000000 },
    { "999999999", true, 999999999000 },
    { "1502199207.7171419", true, 1502199207717 },
    { "1502199207.7", true, 1502199207700 },
    { "1502199207.07", true, 1502199207070 },
    { "1502199207.999999999", true, 1502199207999 },
    { "1752346850837", true, 1752346850837 },
    { "1603977298000999", true, 1603977298000 },
    { "1603977298000999999", true, 1603977298000 },
    { "0000000000", true, 0 },
    /* lengths that no unit has */
    { "", false, 0 },
    { "0", false, 0 },
    { "12345678", false, 0 },
    { "17000000000", false, 0 },
    { "170000000000", false, 0 },
    { "17000000000000", false, 0 },
    { "17000000000000000", false, 0 },
    { "17000000000000000000", false, 0 },
    { "170000000000000000000000000000000000000000000000000000", false, 0 },
    { "9999999999999999999", false, 0 }, /* nanoseconds beyond 64 bits */
    /* junk */
    { "-1700000000", false, 0 },
    { "+1700000000", false, 0 },
    { " 1700000000", false, 0 },
    { "1700000000 ", false, 0 },
    { "1700000000.", false, 0 },
    { "1700000000.1234567890", false, 0 },
    { "1700000000.1.1", false, 0 },
    { "1700000000.-1", false, 0 },
    { "1700000000,5", false, 0 },
    { "1752346850837.5", false, 0 },
    { ".1700000000", false, 0 },
    { "17e8", false, 0 },
    { "0x6553f100", false, 0 },
};

START_TEST(parses_times)
{
    int64_t ms = -77;
    const bool valid = number_parse_time(times[_i].text, &ms);
    ck_assert_msg(valid == times[_i].valid, "%s", times[_i].text);
    ck_assert_int_eq(ms, valid ? times[_i].ms : -77);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "numbers", parses_numbers, COUNT(numbers));
    suite_add(suite, "times", parses_times, COUNT(times));
}

SUITE_MAIN("number", fill)
