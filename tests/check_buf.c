#include "suite.h"

#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "leftover.h"

static const struct {
    const char *name;
    size_t max;
    const char *pieces[4];
    const char *contents;
    bool failed;
} cases[] = {
    { "nothing", 8, { NULL }, "", false },
    { "one", 8, { "abc" }, "abc", false },
    { "several", 8, { "abc", "", "de" }, "abcde", false },
    { "exactly the ceiling", 5, { "abc", "de" }, "abcde", false },
    { "one byte too many is left out whole", 5, { "abc", "def" }, "abc", true },
    { "after a failure nothing fits any more", 5, { "abc", "def", "g" }, "abc", true },
    { "a ceiling of nothing", 0, { "", "a" }, "", true },
};

START_TEST(appends)
{
    struct buf buf = BUF_INIT(cases[_i].max);
    for (size_t i = 0; cases[_i].pieces[i] != NULL; i++)
        buf_add_text(&buf, cases[_i].pieces[i]);
    ck_assert_msg(strcmp(buf_text(&buf), cases[_i].contents) == 0, "%s", cases[_i].name);
    ck_assert_uint_eq(buf.len, strlen(cases[_i].contents));
    ck_assert_msg(buf.failed == cases[_i].failed, "%s", cases[_i].name);
    buf_release(&buf);
}
END_TEST

START_TEST(keeps_any_bytes)
{
    struct buf buf = BUF_INIT(100);
    buf_add(&buf, "a\0b", 3);
    buf_add(&buf, NULL, 0);
    buf_add(&buf, "\xff", 1);
    ck_assert_uint_eq(buf.len, 4);
    ck_assert_mem_eq(buf.data, "a\0b\xff\0", 5);
    buf_release(&buf);
}
END_TEST

START_TEST(grows)
{
    struct buf buf = BUF_INIT(SIZE_MAX / 4);
    for (unsigned i = 0; i < 100000; i++) {
        const char byte = (char)('a' + i % 26);
        buf_add(&buf, &byte, 1);
        ck_assert(buf.data[buf.len] == '\0');
        ck_assert(buf.len < buf.cap);
    }
    ck_assert_uint_eq(buf.len, 100000);
    for (unsigned i = 0; i < 100000; i++)
        ck_assert(buf.data[i] == (char)('a' + i % 26));
    buf_release(&buf);
}
END_TEST

START_TEST(formats)
{
    struct buf buf = BUF_INIT(10);
    buf_add_format(&buf, "%d-%s", 42, "abc");
    ck_assert_str_eq(buf_text(&buf), "42-abc");
    buf_add_format(&buf, "%s", "12345");
    ck_assert(buf.failed);
    ck_assert_str_eq(buf_text(&buf), "42-abc");
    buf_release(&buf);
}
END_TEST

START_TEST(is_written_in_place)
{
    struct buf buf = BUF_INIT(8);
    char *to = buf_reserve(&buf, 8);
    ck_assert_ptr_nonnull(to);
    ck_assert_str_eq(buf_text(&buf), "");
    memset(to, 'a', 8);
    buf_extend(&buf, 3);
    ck_assert_str_eq(buf_text(&buf), "aaa");
    ck_assert_ptr_eq(buf_reserve(&buf, 5), buf.data + 3);
    ck_assert(!buf.failed);
    ck_assert_ptr_null(buf_reserve(&buf, 6));
    ck_assert(buf.failed);
    ck_assert_ptr_null(buf_reserve(&buf, 1));
    ck_assert_str_eq(buf_text(&buf), "aaa");
    buf_release(&buf);
}
END_TEST

START_TEST(refuses_what_no_memory_could_hold)
{
    struct buf buf = BUF_INIT(16);
    buf_add_text(&buf, "abc");
    ck_assert_ptr_null(buf_reserve(&buf, SIZE_MAX));
    ck_assert_str_eq(buf_text(&buf), "abc");
    buf_release(&buf);
}
END_TEST

START_TEST(clears)
{
    struct buf buf = BUF_INIT(3);
    buf_clear(&buf);
    ck_assert_str_eq(buf_text(&buf), "");
    buf_add_text(&buf, "abc");
    buf_add_text(&buf, "d");
    ck_assert(buf.failed);
    buf_clear(&buf);
    ck_assert(!buf.failed);
    ck_assert_str_eq(buf_text(&buf), "");
    buf_add_text(&buf, "xyz");
    ck_assert_str_eq(buf_text(&buf), "xyz");
    buf_release(&buf);
}
END_TEST

static void (*const releases[])(struct buf *buf) = { buf_release, buf_wipe };

START_TEST(can_be_used_after_release)
{
    struct buf buf = BUF_INIT(5);
    releases[_i](&buf);
    buf_add_text(&buf, "secret");
    buf_add_text(&buf, "abc");
    releases[_i](&buf);
    ck_assert_ptr_null(buf.data);
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_uint_eq(buf.cap, 0);
    ck_assert_uint_eq(buf.max, 5);
    ck_assert(!buf.failed);
    buf_add_text(&buf, "again");
    ck_assert_str_eq(buf_text(&buf), "again");
    releases[_i](&buf);
}
END_TEST

/* When it is wiped, and when it moves because it grows. */
START_TEST(leaves_nothing_behind)
{
    struct buf buf = BUF_INIT(SIZE_MAX / 4);
    char bytes[LEFTOVER_LEN];
    leftover_fill(bytes);
    buf_add(&buf, bytes, sizeof(bytes));
    const struct leftover leftover = leftover_note(buf.data);
    ck_assert(leftover_remains(&leftover));
    if (_i == 0)
        buf_wipe(&buf);
    else
        ck_assert_ptr_nonnull(buf_reserve(&buf, 100000));
    ck_assert(!leftover_remains(&leftover));
    if (_i == 1)
        ck_assert_mem_eq(buf.data, bytes, sizeof(bytes));
    buf_wipe(&buf);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "appends", appends, COUNT(cases));
    suite_add(suite, "keeps any bytes", keeps_any_bytes, 1);
    suite_add(suite, "grows", grows, 1);
    suite_add(suite, "formats", formats, 1);
    suite_add(suite, "is written in place", is_written_in_place, 1);
    suite_add(suite, "refuses the impossible", refuses_what_no_memory_could_hold, 1);
    suite_add(suite, "clears", clears, 1);
    suite_add(suite, "can be used after release", can_be_used_after_release, COUNT(releases));
    suite_add(suite, "leaves nothing behind", leaves_nothing_behind, 2);
}

SUITE_MAIN("buf", fill)
