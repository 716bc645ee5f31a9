/* Labels: read from whatever a source sends, compared and known by a digest. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "labels.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

static struct json_object *parse(const char *json)
{
    struct error error = ERROR_INIT;
    struct json_object *tree = tree_parse(json, strlen(json), &error);
    ck_assert_msg(tree != NULL, "%s: %s", json, error.text);
    return tree;
}

static void is_printed(struct json_object *labels, const char *wanted)
{
    struct buf text = BUF_INIT(1 << 20);
    tree_print(labels, &text);
    ck_assert_str_eq(buf_text(&text), wanted);
    buf_release(&text);
}

static const struct {
    const char *sent;
    const char *read;
} rows[] = {
    { "{}", "{}" },
    { "[\"a\"]", "{}" },
    { "{\"a\":\"b\",\"c\":\"\"}", "{\"a\":\"b\",\"c\":\"\"}" },
    { "{\"n\":1,\"x\":1.5,\"t\":true,\"f\":false}",
      "{\"n\":\"1\",\"x\":\"1.5\",\"t\":\"true\",\"f\":\"false\"}" },
    { "{\"o\":{},\"l\":[],\"z\":null,\"nul\":\"a\\u0000b\"}", "{}" },
    { "{\"磁盘\":\"满\\n了\"}", "{\"磁盘\":\"满\\n了\"}" },
    { "{\"a\\u0007\":\"\\u001b[31m\\r\\nx\"}", "{\"a\uFFFD\":\"\uFFFD[31m\\nx\"}" },
    { "{\"a b\":\"c\",\"\":\"d\",\"<at>\":\"]()\"}",
      "{\"a b\":\"c\",\"\":\"d\",\"<at>\":\"]()\"}" },
};

START_TEST(are_read)
{
    struct json_object *sent = parse(rows[_i].sent);
    struct json_object *labels = labels_read(sent);
    is_printed(labels, rows[_i].read);
    tree_free(labels);
    tree_free(sent);
}
END_TEST

/* Of names, of values, of all of them. */
START_TEST(are_bounded)
{
    const char *names[LABELS_MAX];
    struct json_object *sent = tree_new_object();
    char *name = memory_zero(LABELS_NAME_MAX + 2, 1);
    char *value = memory_zero(3 * LABELS_VALUE_MAX + 1, 1);
    memset(name, 'n', LABELS_NAME_MAX + 1);
    for (size_t i = 0; i < LABELS_VALUE_MAX; i++)
        (void)snprintf(value + 3 * i, 4, "%s", "磁");
    tree_set_text(sent, name, "too long");
    tree_set_text(sent, name + 1, value);
    for (int i = 0; i < 2 * LABELS_MAX; i++) {
        char *number = memory_format("a%d", i);
        tree_set_text(sent, number, number);
        free(number);
    }
    struct json_object *labels = labels_read(sent);
    ck_assert_uint_eq(labels_names(labels, names), LABELS_MAX);
    ck_assert_str_eq(labels_get(labels, name), "");
    const char *kept = labels_get(labels, name + 1);
    ck_assert_uint_eq(strlen(kept), LABELS_VALUE_MAX / 3 * 3);
    ck_assert(text_is_utf8(kept, strlen(kept)));
    tree_free(labels);
    tree_free(sent);
    free(value);
    free(name);
}
END_TEST

START_TEST(have_names_in_order)
{
    const char *names[LABELS_MAX];
    struct json_object *labels = parse("{\"b\":\"1\",\"\":\"2\",\"a\":\"3\",\"磁\":\"4\"}");
    static const char *const wanted[] = { "", "a", "b", "磁" };
    ck_assert_uint_eq(labels_names(labels, names), COUNT(wanted));
    for (int i = 0; i < COUNT(wanted); i++)
        ck_assert_str_eq(names[i], wanted[i]);
    ck_assert_str_eq(labels_get(labels, "absent"), "");
    ck_assert_str_eq(labels_get(NULL, "a"), "");
    ck_assert_uint_eq(labels_names(NULL, names), 0);
    tree_free(labels);
}
END_TEST

static const struct {
    const char *sets[3]; /* up to a NULL */
    const char *shared;
    const char *without; /* of the first, without the second */
} sets[] = {
    { { "{\"a\":\"1\",\"b\":\"2\"}", "{\"b\":\"2\",\"a\":\"3\"}" },
      "{\"b\":\"2\"}",
      "{\"a\":\"1\"}" },
    { { "{\"a\":\"1\"}", "{}" }, "{}", "{\"a\":\"1\"}" },
    { { "{}", "{\"a\":\"1\"}" }, "{}", "{}" },
    { { "{\"a\":\"\"}", "{\"b\":\"\"}" }, "{}", "{\"a\":\"\"}" },
    { { "{\"a\":\"1\",\"b\":\"2\"}", "{\"a\":\"1\",\"b\":\"2\"}", "{\"b\":\"2\"}" },
      "{\"b\":\"2\"}",
      "{}" },
};

START_TEST(are_compared)
{
    struct json_object *trees[3] = { NULL };
    size_t count = 0;
    for (; count < 3 && sets[_i].sets[count] != NULL; count++)
        trees[count] = parse(sets[_i].sets[count]);
    struct json_object *shared = labels_shared(trees, count);
    struct json_object *without = labels_without(trees[0], trees[1]);
    is_printed(shared, sets[_i].shared);
    is_printed(without, sets[_i].without);
    tree_free(shared);
    tree_free(without);
    for (size_t i = 0; i < count; i++)
        tree_free(trees[i]);
}
END_TEST

START_TEST(share_nothing_if_there_are_none)
{
    struct json_object *shared = labels_shared(NULL, 0);
    is_printed(shared, "{}");
    tree_free(shared);
}
END_TEST

/* The same labels in any order have one digest; no others have it. */
START_TEST(have_a_digest)
{
    static const char *const others[] = {
        "{}",
        "{\"a\":\"1\"}",
        "{\"a\":\"1\",\"b\":\"\"}",
        "{\"a\":\"1b2\"}",
        "{\"a\":\"1\",\"b\":\"2\",\"c\":\"\"}",
        "{\"a\":\"2\",\"b\":\"1\"}",
        "{\"a1\":\"\",\"b2\":\"\"}",
    };
    char wanted[CIPHER_HEX_LEN];
    char hex[CIPHER_HEX_LEN];
    struct json_object *labels = parse("{\"a\":\"1\",\"b\":\"2\"}");
    struct json_object *turned = parse("{\"b\":\"2\",\"a\":\"1\"}");
    labels_digest(labels, wanted);
    labels_digest(turned, hex);
    ck_assert_str_eq(hex, wanted);
    for (int i = 0; i < COUNT(others); i++) {
        struct json_object *other = parse(others[i]);
        labels_digest(other, hex);
        ck_assert_str_ne(hex, wanted);
        tree_free(other);
    }
    tree_free(labels);
    tree_free(turned);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "are read", are_read, COUNT(rows));
    suite_add(suite, "are bounded", are_bounded, 1);
    suite_add(suite, "have names in order", have_names_in_order, 1);
    suite_add(suite, "are compared", are_compared, COUNT(sets));
    suite_add(suite, "share nothing if there are none", share_nothing_if_there_are_none, 1);
    suite_add(suite, "have a digest", have_a_digest, 1);
}

SUITE_MAIN("labels", fill)
