#include "suite.h"

#include <string.h>

#include "leftover.h"
#include "secret.h"

static const struct {
    const char *name;
    const char *data;
    size_t len;
    bool equal;
} cases[] = {
    { "the same", "s3cr\0t", 6, true },
    { "the first byte differs", "S3cr\0t", 6, false },
    { "the last byte differs", "s3cr\0T", 6, false },
    { "the byte after a NUL differs", "s3cr\0x", 6, false },
    { "up to a NUL", "s3cr", 4, false },
    { "one byte less", "s3cr\0", 5, false },
    { "one byte more", "s3cr\0t!", 7, false },
    { "nothing", "", 0, false },
};

START_TEST(compares)
{
    struct secret secret = SECRET_INIT;
    secret_set(&secret, "s3cr\0t", 6);
    ck_assert_msg(secret_equal(&secret, cases[_i].data, cases[_i].len) == cases[_i].equal, "%s",
                  cases[_i].name);
    secret_release(&secret);
}
END_TEST

START_TEST(is_equal_to_nothing_while_unset)
{
    struct secret secret = SECRET_INIT;
    ck_assert(!secret_is_set(&secret));
    ck_assert(!secret_equal(&secret, "", 0));
    ck_assert(!secret_equal(&secret, "a", 1));
    secret_release(&secret);
    ck_assert(!secret_is_set(&secret));
}
END_TEST

START_TEST(is_a_copy)
{
    struct secret secret = SECRET_INIT;
    char data[] = "abcd";
    secret_set(&secret, data, 3);
    data[0] = 'x';
    ck_assert(secret_is_set(&secret));
    ck_assert_uint_eq(secret.len, 3);
    ck_assert_str_eq(secret.data, "abc");
    secret_release(&secret);
}
END_TEST

START_TEST(is_replaced)
{
    struct secret secret = SECRET_INIT;
    secret_set(&secret, "first", 5);
    secret_set(&secret, "2nd", 3);
    ck_assert(secret_equal(&secret, "2nd", 3));
    secret_set(&secret, secret.data + 1, 2); /* by a part of itself */
    ck_assert(secret_equal(&secret, "nd", 2));
    secret_release(&secret);
    ck_assert(!secret_is_set(&secret));
    ck_assert_uint_eq(secret.len, 0);
}
END_TEST

START_TEST(leaves_nothing_behind)
{
    struct secret secret = SECRET_INIT;
    char bytes[LEFTOVER_LEN];
    leftover_fill(bytes);
    secret_set(&secret, bytes, sizeof(bytes));
    const struct leftover first = leftover_note(secret.data);
    ck_assert(leftover_remains(&first));
    if (_i == 0)
        secret_release(&secret);
    else
        secret_set(&secret, "another", 7);
    ck_assert(!leftover_remains(&first));
    secret_release(&secret);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "compares", compares, COUNT(cases));
    suite_add(suite, "unset", is_equal_to_nothing_while_unset, 1);
    suite_add(suite, "is a copy", is_a_copy, 1);
    suite_add(suite, "is replaced", is_replaced, 1);
    suite_add(suite, "leaves nothing behind", leaves_nothing_behind, 2);
}

SUITE_MAIN("secret", fill)
