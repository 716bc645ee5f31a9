/* What messages say: within the platform's limits, and mentioning nobody. */
#include "suite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "content.h"
#include "error.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

enum {
    TEXT_LIMIT = 150000, /* the platform's, for the whole request */
    CARD_LIMIT = 30000,
    WASTE_MAX = 1600, /* how far below the limit a text that was cut may stay */
    UUID_LIMIT = 50
};

#define BYTES(literal) literal, sizeof(literal) - 1
#define UUID           "0123456789abcdef0123456789abcdef"
#define CHAT           "oc_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* The bytes of the request that posts the content; empty if there is none. */
static struct buf request_bytes(const struct content *content, enum language language)
{
    struct buf bytes = BUF_INIT(SIZE_MAX / 4);
    struct json_object *body = content_request(content, UUID, CHAT, language);
    if (body != NULL)
        tree_print(body, &bytes);
    tree_free(body);
    return bytes;
}

/* The text that the platform finds in the request. Caller frees. */
static char *posted_text(const struct buf *bytes)
{
    struct error error = ERROR_INIT;
    struct json_object *body = tree_parse_object(bytes->data, bytes->len, &error);
    const char *field = tree_text(body, "content");
    ck_assert_ptr_nonnull(field);
    struct json_object *inner = tree_parse_object(field, strlen(field), &error);
    const char *text = tree_text(inner, "text");
    ck_assert_ptr_nonnull(text);
    char *copy = memory_copy(text);
    tree_free(inner);
    tree_free(body);
    return copy;
}

static char *repeat(const char *unit, size_t count)
{
    struct buf text = BUF_INIT(SIZE_MAX / 4);
    buf_add_text(&text, "");
    for (size_t i = 0; i < count; i++)
        buf_add_text(&text, unit);
    return text.data;
}

/* The number in "… (N more bytes not shown)" at the end of an English text, which is cut off; 0 if
 * the text does not end so. */
static uint64_t take_left_out(char *text)
{
    static const char before[] = "\n… (";
    char *end = NULL;
    char *at = strstr(text, before);
    if (at == NULL)
        return 0;
    unsigned long long count = strtoull(at + strlen(before), &end, 10);
    if (strcmp(end, " more bytes not shown)") != 0)
        return 0;
    *at = '\0';
    return count;
}

/* Requests. */

START_TEST(a_reply)
{
    struct content content = content_from_text(memory_copy("say \"hi\"\n你好 /"));
    struct buf bytes = BUF_INIT(1000);
    struct json_object *body = content_request(&content, "u-1", NULL, LANGUAGE_EN);
    tree_print(body, &bytes);
    ck_assert_str_eq(buf_text(&bytes),
                     "{\"msg_type\":\"text\","
                     "\"content\":\"{\\\"text\\\":\\\"say \\\\\\\"hi\\\\\\\"\\\\n你好 /\\\"}\","
                     "\"uuid\":\"u-1\"}");
    tree_free(body);
    buf_release(&bytes);
    content_release(&content);
    ck_assert_ptr_null(content.text);
}
END_TEST

START_TEST(into_a_chat)
{
    struct content content = content_from_text(memory_copy("hi"));
    struct json_object *body = content_request(&content, "u-1", "oc_1", LANGUAGE_EN);
    ck_assert_str_eq(tree_text(body, "receive_id"), "oc_1");
    ck_assert_str_eq(tree_text(body, "msg_type"), "text");
    ck_assert_str_eq(tree_text(body, "uuid"), "u-1");
    tree_free(body);
    content_release(&content);
}
END_TEST

START_TEST(a_card_goes_as_it_is)
{
    struct content content = { CONTENT_CARD,
                               memory_copy("{\"schema\":\"2.0\",\"body\":{\"a\":\"\\n\\\"\"}}") };
    struct json_object *body = content_request(&content, "u-1", NULL, LANGUAGE_EN);
    ck_assert_str_eq(tree_text(body, "msg_type"), "interactive");
    ck_assert_str_eq(tree_text(body, "content"), content.text);
    tree_free(body);
    content_release(&content);
}
END_TEST

/* The limits. What a character costs on the way, where it stands in JSON within JSON, is the worst
 * of what people can make the bot say. */
static const char *const units[] = {
    "a", "\"", "\\", "\n", "\t", "/", "\x01", "\x1f", "\x7f", "é", "中", "😀", "a\"中\n😀\\",
};

START_TEST(a_long_text_fits)
{
    const char *unit = units[_i];
    size_t unit_len = strlen(unit);
    struct content content = content_from_text(repeat(unit, 400000 / unit_len));
    struct buf bytes = request_bytes(&content, LANGUAGE_EN);
    ck_assert_uint_le(bytes.len, TEXT_LIMIT);
    ck_assert_uint_ge(bytes.len, TEXT_LIMIT - WASTE_MAX);
    char *text = posted_text(&bytes);
    uint64_t left_out = take_left_out(text);
    size_t len = strlen(text);
    ck_assert_uint_eq(len + left_out, strlen(content.text));
    ck_assert(memcmp(text, content.text, len) == 0);
    ck_assert(text_is_utf8(text, len));
    if (_i < COUNT(units) - 1)
        ck_assert_uint_eq(len % unit_len, 0);
    free(text);
    buf_release(&bytes);
    content_release(&content);
}
END_TEST

/* Around the length at which cutting begins. */
START_TEST(nothing_is_cut_without_need)
{
    size_t longest = 0;
    for (size_t len = TEXT_LIMIT - WASTE_MAX; len < TEXT_LIMIT; len += 40) {
        struct content content = content_from_text(repeat("a", len));
        struct buf bytes = request_bytes(&content, LANGUAGE_EN);
        char *text = posted_text(&bytes);
        bool whole = strcmp(text, content.text) == 0;
        ck_assert_uint_le(bytes.len, TEXT_LIMIT);
        if (whole)
            longest = len;
        free(text);
        buf_release(&bytes);
        content_release(&content);
        if (!whole)
            break;
    }
    ck_assert_uint_gt(longest, 0);
}
END_TEST

START_TEST(says_left_out_in_chinese)
{
    struct content content = content_from_text(repeat("a", TEXT_LIMIT));
    struct buf bytes = request_bytes(&content, LANGUAGE_ZH);
    char *text = posted_text(&bytes);
    char *words = strstr(text, "\n……（还有 ");
    ck_assert_ptr_nonnull(words);
    char *wanted =
        memory_format("\n……（还有 %zu 字节未显示）", TEXT_LIMIT - (size_t)(words - text));
    ck_assert_str_eq(words, wanted);
    free(wanted);
    free(text);
    buf_release(&bytes);
    content_release(&content);
}
END_TEST

/* A card of about len bytes, most of them elements. */
static struct content card_of(size_t len, const char *element)
{
    static const char head[] = "{\"schema\":\"2.0\",\"body\":{\"elements\":[";
    struct buf output = BUF_INIT(SIZE_MAX / 4);
    buf_add_text(&output, head);
    while (output.len + strlen(element) + 4 < len)
        buf_add_text(&output, element);
    buf_add_text(&output, "\"");
    while (output.len + 4 < len)
        buf_add_text(&output, "x");
    buf_add_text(&output, "\"]}}");
    struct content content = content_from_output(buf_text(&output), output.len, 0, LANGUAGE_EN);
    ck_assert_int_eq(content.kind, CONTENT_CARD);
    buf_release(&output);
    return content;
}

/* How many bytes a card takes in the text of a request. */
static size_t escaped_len(const char *card)
{
    size_t len = strlen(card);
    for (const char *at = card; *at != '\0'; at++)
        len += *at == '"' || *at == '\\' ? 1 : 0;
    return len;
}

START_TEST(a_card_fits_or_is_refused)
{
    static const char *const elements[] = { "\"a\",\"b\",", "\"\\\\\\n\",", "\"中文\",", "[],{}," };
    size_t greatest = 0;
    size_t smallest_refused = SIZE_MAX;
    for (size_t len = 10000; len < CARD_LIMIT; len += 100) {
        struct content content = card_of(len, elements[_i]);
        struct buf bytes = request_bytes(&content, LANGUAGE_EN);
        size_t escaped = escaped_len(content.text);
        ck_assert_uint_le(bytes.len, CARD_LIMIT);
        if (bytes.len > 0)
            greatest = escaped;
        else if (escaped < smallest_refused)
            smallest_refused = escaped;
        buf_release(&bytes);
        content_release(&content);
    }
    ck_assert_uint_ge(greatest, CARD_LIMIT - WASTE_MAX);
    ck_assert_uint_gt(smallest_refused, greatest);
}
END_TEST

/* A command's output. */

static const struct {
    const char *name;
    const char *output;
    size_t len;
    bool card;
    const char *text;
} outputs[] = {
    { "nothing", BYTES(""), false, "" },
    { "plain", BYTES("hello\n"), false, "hello" },
    { "white space at the end", BYTES("a b\n\n \t\n"), false, "a b" },
    { "white space before", BYTES("\n  a"), false, "\n  a" },
    { "nothing but white space", BYTES(" \n\t\n "), false, "" },
    { "lines of Windows", BYTES("a\r\nb\r\n"), false, "a\nb" },
    { "characters", BYTES("你好 😀"), false, "你好 😀" },
    { "a NUL", BYTES("a\0b"), false, "a\ufffdb" },
    { "no UTF-8", BYTES("a\xff\xc3"), false, "a\ufffd\ufffd" },
    { "terminal colours", BYTES("\x1b[31mred"), false, "\ufffd[31mred" },
    { "a mention", BYTES("<at user_id=\"all\"></at>"), false, "＜at user_id=\"all\"></at>" },
    { "a mention in capitals", BYTES("<AT id=all>"), false, "＜AT id=all>" },
    { "a mention with a gap", BYTES("< at id=all>"), false, "＜ at id=all>" },
    { "a mention around a NUL", BYTES("<\0at id=all>"), false, "<\ufffdat id=all>" },
    { "a mention around no UTF-8",
      BYTES("<\xff"
            "at id=all>"),
      false, "<\ufffdat id=all>" },
    { "a mention across carriage returns", BYTES("<\r\nat id=all>"), false, "＜\nat id=all>" },
    { "a card", BYTES("{\"schema\":\"2.0\",\"body\":{}}"), true,
      "{\"schema\":\"2.0\",\"body\":{}}" },
    { "a card with space around it", BYTES("\n { \"schema\" : \"2.0\", \"body\" : {} } \n"), true,
      "{\"schema\":\"2.0\",\"body\":{}}" },
    { "a card of everything",
      BYTES("{\"schema\":\"2.0\",\"n\":1,\"d\":0.10,\"t\":true,\"z\":null,"
            "\"body\":{\"a\":[1,\"/\",{}]}}"),
      true,
      "{\"schema\":\"2.0\",\"n\":1,\"d\":0.10,\"t\":true,\"z\":null,\"body\":{\"a\":[1,\"/\",{}]}"
      "}" },
    { "another schema", BYTES("{\"schema\":\"1.0\",\"body\":{}}"), false,
      "{\"schema\":\"1.0\",\"body\":{}}" },
    { "a schema that is a number", BYTES("{\"schema\":2.0,\"body\":{}}"), false,
      "{\"schema\":2.0,\"body\":{}}" },
    { "no schema", BYTES("{\"body\":{}}"), false, "{\"body\":{}}" },
    { "no body", BYTES("{\"schema\":\"2.0\"}"), false, "{\"schema\":\"2.0\"}" },
    { "a body that is a text", BYTES("{\"schema\":\"2.0\",\"body\":\"x\"}"), false,
      "{\"schema\":\"2.0\",\"body\":\"x\"}" },
    { "a body that is null", BYTES("{\"schema\":\"2.0\",\"body\":null}"), false,
      "{\"schema\":\"2.0\",\"body\":null}" },
    { "a body that is a list", BYTES("{\"schema\":\"2.0\",\"body\":[]}"), false,
      "{\"schema\":\"2.0\",\"body\":[]}" },
    { "a list of a card", BYTES("[{\"schema\":\"2.0\",\"body\":{}}]"), false,
      "[{\"schema\":\"2.0\",\"body\":{}}]" },
    { "a card and more", BYTES("{\"schema\":\"2.0\",\"body\":{}}x"), false,
      "{\"schema\":\"2.0\",\"body\":{}}x" },
    { "two cards", BYTES("{\"schema\":\"2.0\",\"body\":{}}\n{\"schema\":\"2.0\",\"body\":{}}"),
      false, "{\"schema\":\"2.0\",\"body\":{}}\n{\"schema\":\"2.0\",\"body\":{}}" },
    { "a card and a NUL", BYTES("{\"schema\":\"2.0\",\"body\":{}}\0"), false,
      "{\"schema\":\"2.0\",\"body\":{}}\ufffd" },
    { "half a card", BYTES("{\"schema\":\"2.0\",\"body\":{"), false,
      "{\"schema\":\"2.0\",\"body\":{" },
    { "a card that is no UTF-8", BYTES("{\"schema\":\"2.0\",\"body\":{\"a\":\"\xff\"}}"), false,
      "{\"schema\":\"2.0\",\"body\":{\"a\":\"\ufffd\"}}" },
    { "the last schema counts",
      BYTES("{\"schema\":\"2.0\",\"schema\":\"1.0\",\"body\":{\"a\":\"<at>\"}}"), false,
      "{\"schema\":\"2.0\",\"schema\":\"1.0\",\"body\":{\"a\":\"＜at>\"}}" },
    /* a card mentions nobody either, wherever the text stands and however it is written */
    { "a mention in a card",
      BYTES("{\"schema\":\"2.0\",\"body\":{\"elements\":[{\"tag\":\"markdown\",\"content\":\"<at "
            "id=all></at>\"}]}}"),
      true,
      "{\"schema\":\"2.0\",\"body\":{\"elements\":[{\"tag\":\"markdown\",\"content\":\"＜at "
      "id=all></at>\"}]}}" },
    { "an escaped mention in a card",
      BYTES("{\"schema\":\"2.0\",\"header\":{\"title\":\"\\u003cat id=all>\"},\"body\":{}}"), true,
      "{\"schema\":\"2.0\",\"header\":{\"title\":\"＜at id=all>\"},\"body\":{}}" },
    { "a wholly escaped mention",
      BYTES("{\"schema\":\"2.0\",\"body\":{\"a\":[[\"\\u003C\\u0041\\u0074\"]]}}"), true,
      "{\"schema\":\"2.0\",\"body\":{\"a\":[[\"＜At\"]]}}" },
    { "a mention behind a NUL",
      BYTES("{\"schema\":\"2.0\",\"body\":{\"a\":\"x\\u0000<at id=all>\"}}"), true,
      "{\"schema\":\"2.0\",\"body\":{\"a\":\"x\"}}" },
    { "a mention within a mention", BYTES("{\"schema\":\"2.0\",\"body\":{\"a\":\"<<at<at\"}}"),
      true, "{\"schema\":\"2.0\",\"body\":{\"a\":\"<＜at＜at\"}}" },
};

START_TEST(what_a_command_printed)
{
    struct content content =
        content_from_output(outputs[_i].output, outputs[_i].len, 0, LANGUAGE_EN);
    ck_assert_msg(content.kind == (outputs[_i].card ? CONTENT_CARD : CONTENT_TEXT), "%s",
                  outputs[_i].name);
    ck_assert_str_eq(content.text, outputs[_i].text);
    content_release(&content);
}
END_TEST

/* Nested as deep as JSON is read, a mention is found; deeper, it is no card. */
START_TEST(a_deep_card)
{
    int depth = _i;
    struct buf output = BUF_INIT(10000);
    buf_add_text(&output, "{\"schema\":\"2.0\",\"body\":{\"a\":");
    for (int i = 0; i < depth; i++)
        buf_add_text(&output, "[");
    buf_add_text(&output, "\"<at id=all>\"");
    for (int i = 0; i < depth; i++)
        buf_add_text(&output, "]");
    buf_add_text(&output, "}}");
    struct content content = content_from_output(buf_text(&output), output.len, 0, LANGUAGE_EN);
    ck_assert_ptr_null(strstr(content.text, "<at"));
    ck_assert_ptr_nonnull(strstr(content.text, "＜at id=all>"));
    if (depth == 0)
        ck_assert_int_eq(content.kind, CONTENT_CARD);
    if (depth == 63)
        ck_assert_int_eq(content.kind, CONTENT_TEXT);
    content_release(&content);
    buf_release(&output);
}
END_TEST

/* What was kept of a longer output, and what is shown of it with 1000 bytes left out before. */
static const struct {
    const char *name;
    const char *output;
    size_t len;
    const char *shown;
    int more; /* bytes that are not shown besides */
} cut_outputs[] = {
    { "plain", BYTES("abcd"), "abc", 1 },
    { "a whole character at the end", BYTES("ab中"), "ab", 3 },
    { "half a character at the end", BYTES("ab\xe4\xb8"), "ab", 2 },
    { "the first byte of one", BYTES("ab\xf0"), "ab", 1 },
    { "three bytes of four", BYTES("ab\xf0\x9f\x98"), "ab", 3 },
    { "no UTF-8 at all", BYTES("\x80\x80\x80\x80\x80\x80"), "\ufffd\ufffd\ufffd\ufffd\ufffd", 1 },
    { "one byte", BYTES("a"), "", 1 },
    { "nothing kept", BYTES(""), "", 0 },
    { "what is no card any more", BYTES("{\"schema\":\"2.0\",\"body\":{}}"),
      "{\"schema\":\"2.0\",\"body\":{}", 1 },
    { "a mention", BYTES("<at>."), "＜at>", 1 },
};

START_TEST(the_beginning_of_an_output)
{
    struct content content =
        content_from_output(cut_outputs[_i].output, cut_outputs[_i].len, 1000, LANGUAGE_EN);
    ck_assert_int_eq(content.kind, CONTENT_TEXT);
    uint64_t left_out = take_left_out(content.text);
    ck_assert_str_eq(content.text, cut_outputs[_i].shown);
    ck_assert_uint_eq(left_out, 1000 + (uint64_t)cut_outputs[_i].more);
    content_release(&content);
}
END_TEST

/* As long an output as is kept, of what takes most room: that it is cut twice shows nowhere, and
 * the count is of all that is missing. */
START_TEST(a_long_output_is_counted_whole)
{
    static const uint64_t left_outs[] = { 0, 1, 1000000 };
    const char *unit = units[_i % COUNT(units)];
    uint64_t left_out = left_outs[_i / COUNT(units)];
    char *output = repeat(unit, 65536 / strlen(unit));
    size_t len = strlen(output);
    char *clean = text_clean(output, len);
    struct content content = content_from_output(output, len, left_out, LANGUAGE_EN);
    struct buf bytes = request_bytes(&content, LANGUAGE_EN);
    char *text = posted_text(&bytes);
    uint64_t said = take_left_out(text);
    ck_assert_ptr_null(strstr(text, "not shown"));
    ck_assert(strncmp(text, clean, strlen(text)) == 0);
    if (strcmp(clean, output) == 0 && strchr(" \t\n", unit[0]) == NULL)
        ck_assert_uint_eq(said, len - strlen(text) + left_out);
    ck_assert_uint_le(bytes.len, TEXT_LIMIT);
    free(text);
    free(clean);
    free(output);
    buf_release(&bytes);
    content_release(&content);
}
END_TEST

/* Uuids. */

START_TEST(a_uuid_is_the_digest_of_both)
{
    char uuid[CONTENT_UUID_LEN];
    content_uuid("om_1", "reply", uuid);
    /* printf 'om_1\0reply' | sha256sum */
    ck_assert_str_eq(uuid, "1540b7a6e8d5ad9233ac4f3e33fd12ea");
    ck_assert_uint_le(strlen(uuid), UUID_LIMIT);
}
END_TEST

START_TEST(uuids_differ)
{
    static const char *const pairs[][2] = {
        { "om_1", "reply" },
        { "om_1", "running" },
        { "om_1", "result" },
        { "om_1", "interrupted" },
        { "om_1", "refused" },
        { "om_2", "reply" },
        { "om_1r", "eply" },
        { "om_", "1reply" },
        { "", "om_1reply" },
        { "om_1reply", "" },
        { "", "" },
    };
    char uuids[COUNT(pairs)][CONTENT_UUID_LEN];
    for (int i = 0; i < COUNT(pairs); i++) {
        content_uuid(pairs[i][0], pairs[i][1], uuids[i]);
        ck_assert_uint_eq(strlen(uuids[i]), CONTENT_UUID_LEN - 1);
        for (int j = 0; j < i; j++)
            ck_assert_msg(strcmp(uuids[i], uuids[j]) != 0, "%d and %d", i, j);
    }
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "a reply", a_reply, 1);
    suite_add(suite, "into a chat", into_a_chat, 1);
    suite_add(suite, "a card goes as it is", a_card_goes_as_it_is, 1);
    suite_add(suite, "a long text fits", a_long_text_fits, COUNT(units));
    suite_add(suite, "nothing is cut without need", nothing_is_cut_without_need, 1);
    suite_add(suite, "says left out in Chinese", says_left_out_in_chinese, 1);
    suite_add(suite, "a card fits or is refused", a_card_fits_or_is_refused, 4);
    suite_add(suite, "what a command printed", what_a_command_printed, COUNT(outputs));
    suite_add(suite, "a deep card", a_deep_card, 64);
    suite_add(suite, "the beginning of an output", the_beginning_of_an_output, COUNT(cut_outputs));
    suite_add(suite, "a long output is counted whole", a_long_output_is_counted_whole,
              3 * COUNT(units));
    suite_add(suite, "a uuid is the digest of both", a_uuid_is_the_digest_of_both, 1);
    suite_add(suite, "uuids differ", uuids_differ, 1);
}

SUITE_MAIN("content", fill)
