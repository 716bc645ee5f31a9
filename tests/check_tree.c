#include "suite.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

#define TEN_OPEN  "[[[[[[[[[["
#define TEN_CLOSE "]]]]]]]]]]"

/* A text and its length, NULs and all. */
#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
    const char *text;
    size_t len;
    const char *printed; /* NULL: not JSON for us */
} documents[] = {
    { BYTES("{}"), "{}" },
    { BYTES("{\"a\":1}"), "{\"a\":1}" },
    { BYTES(" \r\n\t{ \"a\" : [ 1 , \"x\" , true , null ] } \n"), "{\"a\":[1,\"x\",true,null]}" },
    { BYTES("\"text\""), "\"text\"" },
    { BYTES("12"), "12" },
    { BYTES("12 \r\n\t "), "12" },
    { BYTES("true\n"), "true" },
    { BYTES("\"a\" \n"), "\"a\"" },
    { BYTES("[] \n"), "[]" },
    { BYTES("-1"), "-1" },
    { BYTES("-1.5e3"), "-1.5e3" },
    { BYTES("true"), "true" },
    { BYTES("\"a/b\""), "\"a/b\"" },
    { BYTES("\"\xe4\xbd\xa0\xe5\xa5\xbd\""), "\"\xe4\xbd\xa0\xe5\xa5\xbd\"" },
    { BYTES("\"\\ud83d\\ude00\""), "\"\xf0\x9f\x98\x80\"" },
    { BYTES("\"\\u0001\\n\""), "\"\\u0001\\n\"" },
    { BYTES("\"a\nb\""), "\"a\\nb\"" },
    { BYTES("\"\\ud800\""), "\"\xef\xbf\xbd\"" },
    { BYTES("{\"a\":1,\"a\":2}"), "{\"a\":2}" },
    { BYTES(TEN_OPEN TEN_OPEN TEN_OPEN "[]" TEN_CLOSE TEN_CLOSE TEN_CLOSE),
      TEN_OPEN TEN_OPEN TEN_OPEN "[]" TEN_CLOSE TEN_CLOSE TEN_CLOSE },
    /* nothing, or not all of it */
    { BYTES(""), NULL },
    { BYTES(" "), NULL },
    { BYTES("{"), NULL },
    { BYTES("{\"a\":1"), NULL },
    { BYTES("{\"a\""), NULL },
    { BYTES("{\"a"), NULL },
    { BYTES("[1"), NULL },
    { BYTES("tru"), NULL },
    { BYTES("\"abc"), NULL },
    /* more than it */
    { BYTES("{} {}"), NULL },
    { BYTES("{}x"), NULL },
    { BYTES("{}\0"), NULL },
    { BYTES("{}\0{}"), NULL },
    { BYTES("12 13"), NULL },
    { BYTES("{}\v"), NULL },
    { BYTES("\xef\xbb\xbf{}"), NULL },
    /* what some parsers let pass */
    { BYTES("{\"a\":1,}"), NULL },
    { BYTES("[1,]"), NULL },
    { BYTES("[1 2]"), NULL },
    { BYTES("{a:1}"), NULL },
    { BYTES("{\"a\":1 /* why */}"), NULL },
    { BYTES("{\"a\" 1}"), NULL },
    { BYTES("[01]"), NULL },
    { BYTES("[+1]"), NULL },
    { BYTES("TRUE"), NULL },
    { BYTES("\"a\0b\""), NULL },
    { BYTES("\"\\x41\""), NULL },
    { BYTES("\"\\u12\""), NULL },
    /* no UTF-8 */
    { BYTES("\"\xff\""), NULL },
    { BYTES("\"\xc0\x80\""), NULL },
    { BYTES("\"\xed\xa0\x80\""), NULL },
    { BYTES("\"\xf4\x90\x80\x80\""), NULL },
    { BYTES("\"\xe4\xbd\""), NULL },
    { BYTES("{\"\xff\":1}"), NULL },
    /* too deep */
    { BYTES(TEN_OPEN TEN_OPEN TEN_OPEN "[[[]]]" TEN_CLOSE TEN_CLOSE TEN_CLOSE), NULL },
};

START_TEST(parses_documents)
{
    struct error error = ERROR_INIT;
    struct buf printed = BUF_INIT(4096);
    /* A copy of its own size: the sanitizers see any step beyond its end. */
    char *text = memory_get(documents[_i].len);
    memcpy(text, documents[_i].text, documents[_i].len);
    struct json_object *tree = tree_parse(text, documents[_i].len, &error);
    free(text);
    if (documents[_i].printed == NULL) {
        ck_assert_msg(tree == NULL, "%s", documents[_i].text);
        ck_assert_int_eq(error.kind, ERROR_INVALID);
        ck_assert_str_ne(error.text, "");
    } else {
        ck_assert_msg(tree != NULL, "%s: %s", documents[_i].text, error.text);
        tree_print(tree, &printed);
        ck_assert_str_eq(buf_text(&printed), documents[_i].printed);
    }
    tree_free(tree);
    buf_release(&printed);
}
END_TEST

static const struct {
    const char *text;
    bool object;
} outermost[] = {
    { "{\"a\":[]}", true }, { "{}", true },    { "[]", false }, { "\"{}\"", false },
    { "1", false },         { "null", false }, { "{", false },
};

START_TEST(wants_an_object)
{
    struct error error = ERROR_INIT;
    struct json_object *tree =
        tree_parse_object(outermost[_i].text, strlen(outermost[_i].text), &error);
    ck_assert_msg((tree != NULL) == outermost[_i].object, "%s", outermost[_i].text);
    ck_assert_int_eq(error.kind, outermost[_i].object ? ERROR_NONE : ERROR_INVALID);
    tree_free(tree);
}
END_TEST

static const char fields[] =
    "{\"text\":\"t\",\"empty\":\"\",\"nul\":\"a\\u0000b\",\"int\":-7,\"zero\":0,\"half\":0.5,"
    "\"huge\":9223372036854775807,\"low\":-9223372036854775808,\"above\":9223372036854775808,"
    "\"giant\":99999999999999999999999999,\"yes\":true,\"no\":false,\"null\":null,"
    "\"object\":{\"x\":\"y\"},\"array\":[\"a\",1,\"n\\u0000l\",{}]}";

/* What each getter makes of each field: 1 if it gives it out. */
static const struct {
    const char *key;
    const char *text;
    bool object;
    bool array;
    bool is_int;
    int64_t integer;
    bool is_bool;
    bool boolean;
    bool present;
} gets[] = {
    { .key = "text", .text = "t", .present = true },
    { .key = "empty", .text = "", .present = true },
    { .key = "nul", .present = true },
    { .key = "int", .is_int = true, .integer = -7, .present = true },
    { .key = "zero", .is_int = true, .integer = 0, .present = true },
    { .key = "half", .present = true },
    { .key = "huge", .is_int = true, .integer = INT64_MAX, .present = true },
    { .key = "low", .is_int = true, .integer = INT64_MIN, .present = true },
    { .key = "above", .present = true },
    { .key = "giant", .present = true },
    { .key = "yes", .is_bool = true, .boolean = true, .present = true },
    { .key = "no", .is_bool = true, .boolean = false, .present = true },
    { .key = "null", .present = true },
    { .key = "object", .object = true, .present = true },
    { .key = "array", .array = true, .present = true },
    { .key = "absent" },
    { .key = "" },
};

START_TEST(gets_fields_of_their_type)
{
    struct error error = ERROR_INIT;
    struct json_object *tree = tree_parse(fields, sizeof(fields) - 1, &error);
    const char *key = gets[_i].key;
    const char *text = tree_text(tree, key);
    int64_t integer = 77;
    bool boolean = !gets[_i].boolean;
    ck_assert_ptr_nonnull(tree);
    ck_assert_msg((text == NULL) == (gets[_i].text == NULL), "%s", key);
    if (text != NULL)
        ck_assert_str_eq(text, gets[_i].text);
    ck_assert_msg((tree_object(tree, key) != NULL) == gets[_i].object, "%s", key);
    ck_assert_msg((tree_array(tree, key) != NULL) == gets[_i].array, "%s", key);
    ck_assert_msg(tree_int(tree, key, &integer) == gets[_i].is_int, "%s", key);
    ck_assert_int_eq(integer, gets[_i].is_int ? gets[_i].integer : 77);
    ck_assert_msg(tree_bool(tree, key, &boolean) == gets[_i].is_bool, "%s", key);
    ck_assert(boolean == (gets[_i].is_bool ? gets[_i].boolean : !gets[_i].boolean));
    ck_assert_msg(tree_has(tree, key) == gets[_i].present, "%s", key);
    tree_free(tree);
}
END_TEST

START_TEST(gets_nothing_from_what_is_no_object)
{
    struct json_object *array = tree_new_array();
    struct json_object *nothings[] = { NULL, array };
    for (size_t i = 0; i < 2; i++) {
        int64_t integer;
        bool boolean;
        ck_assert_ptr_null(tree_text(nothings[i], "a"));
        ck_assert_ptr_null(tree_object(nothings[i], "a"));
        ck_assert_ptr_null(tree_array(nothings[i], "a"));
        ck_assert(!tree_int(nothings[i], "a", &integer));
        ck_assert(!tree_bool(nothings[i], "a", &boolean));
        ck_assert(!tree_has(nothings[i], "a"));
        ck_assert(!tree_is_object(nothings[i]));
    }
    ck_assert(tree_is_array(array));
    ck_assert(!tree_is_array(NULL));
    tree_free(array);
    tree_free(NULL);
}
END_TEST

START_TEST(gets_elements)
{
    struct error error = ERROR_INIT;
    struct json_object *tree = tree_parse(fields, sizeof(fields) - 1, &error);
    struct json_object *array = tree_array(tree, "array");
    ck_assert_uint_eq(tree_count(array), 4);
    ck_assert_uint_eq(tree_count(tree), 0);
    ck_assert_uint_eq(tree_count(NULL), 0);
    ck_assert_str_eq(tree_text_at(array, 0), "a");
    ck_assert_ptr_null(tree_text_at(array, 1));
    ck_assert_ptr_null(tree_text_at(array, 2)); /* a NUL in it */
    ck_assert_ptr_null(tree_text_at(array, 3));
    ck_assert(tree_is_object(tree_at(array, 3)));
    ck_assert_ptr_null(tree_at(array, 4));
    ck_assert_ptr_null(tree_text_at(array, SIZE_MAX));
    tree_free(tree);
}
END_TEST

START_TEST(builds_and_prints)
{
    struct buf printed = BUF_INIT(4096);
    struct json_object *tree = tree_new_object();
    struct json_object *array = tree_new_array();
    tree_set_text(tree, "text", "\"</script>\\ \x01\n");
    tree_set_int(tree, "int", INT64_MIN);
    tree_set_bool(tree, "yes", true);
    tree_append_text(array, "a");
    tree_append(array, tree_new_object());
    tree_set(tree, "array", array);
    tree_set_text(tree, "yes", "no more"); /* in its place */
    tree_print(tree, &printed);
    ck_assert_str_eq(buf_text(&printed),
                     "{\"text\":\"\\\"</script>\\\\ \\u0001\\n\",\"int\":-9223372036854775808,"
                     "\"yes\":\"no more\",\"array\":[\"a\",{}]}");
    tree_free(tree);
    buf_release(&printed);
}
END_TEST

START_TEST(prints_below_the_ceiling)
{
    struct buf printed = BUF_INIT(5);
    struct json_object *tree = tree_new_object();
    tree_set_int(tree, "a", 1);
    tree_print(tree, &printed);
    ck_assert(printed.failed);
    tree_free(tree);
    buf_release(&printed);
}
END_TEST

START_TEST(is_shared)
{
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "a", "b");
    struct json_object *other = tree_share(tree);
    tree_free(tree);
    ck_assert_str_eq(tree_text(other, "a"), "b");
    tree_free(other);
}
END_TEST

/* "b" stays as it is. */
static char *rewrite(const char *text)
{
    return strcmp(text, "b") == 0 ? NULL : text_inert(text);
}

START_TEST(rewrites_every_text)
{
    static const char before[] =
        "{\"<at\":\"<at\",\"n\":1,\"l\":[\"b\",{\"d\":\" <AT \"},[\"<at\"]],"
        "\"z\":null}";
    static const char after[] = "{\"<at\":\"\uFF1Cat\",\"n\":1,\"l\":[\"b\",{\"d\":\" \uFF1CAT \"},"
                                "[\"\uFF1Cat\"]],\"z\":null}";
    struct error error = ERROR_INIT;
    struct buf printed = BUF_INIT(4096);
    struct json_object *tree = tree_parse(before, sizeof(before) - 1, &error);
    tree_rewrite_texts(tree, rewrite);
    tree_print(tree, &printed);
    ck_assert_str_eq(buf_text(&printed), after);
    tree_rewrite_texts(NULL, rewrite);
    tree_free(tree);
    buf_release(&printed);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "documents", parses_documents, COUNT(documents));
    suite_add(suite, "outermost object", wants_an_object, COUNT(outermost));
    suite_add(suite, "fields", gets_fields_of_their_type, COUNT(gets));
    suite_add(suite, "no object", gets_nothing_from_what_is_no_object, 1);
    suite_add(suite, "elements", gets_elements, 1);
    suite_add(suite, "builds and prints", builds_and_prints, 1);
    suite_add(suite, "prints below the ceiling", prints_below_the_ceiling, 1);
    suite_add(suite, "is shared", is_shared, 1);
    suite_add(suite, "rewrites texts", rewrites_every_text, 1);
}

SUITE_MAIN("tree", fill)
