#include "suite.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "memory.h"
#include "text.h"

#define BYTES(literal) literal, sizeof(literal) - 1

/* 你 is E4 BD A0, 😀 is F0 9F 98 80. */
static const struct {
    const char *text;
    size_t max;
    size_t cut;
} cuts[] = {
    { "", 0, 0 },
    { "", 5, 0 },
    { "abc", 5, 3 },
    { "abc", 3, 3 },
    { "abc", 2, 2 },
    { "abc", 0, 0 },
    { "a\u4f60b", 4, 4 },
    { "a\u4f60b", 3, 1 },
    { "a\u4f60b", 2, 1 },
    { "a\u4f60b", 1, 1 },
    { "\U0001F600", 4, 4 },
    { "\U0001F600", 3, 0 },
    { "x\U0001F600", 4, 1 },
    { "x\U0001F600", 2, 1 },
    { "\u00e9\u00e9", 3, 2 },
    /* no UTF-8: nothing is gained by going far back */
    { "\x80\x80\x80\x80\x80\x80", 5, 5 },
    { "abc\x80\x80\x80\x80\x80", 7, 7 },
};

START_TEST(is_cut_between_characters)
{
    const size_t cut = text_cut(cuts[_i].text, strlen(cuts[_i].text), cuts[_i].max);
    ck_assert_msg(cut == cuts[_i].cut, "%s at %zu: %zu", cuts[_i].text, cuts[_i].max, cut);
}
END_TEST

/* What is UTF-8, and what text_clean makes of what is not ("": the same). U+FFFD is EF BF BD. */
static const struct {
    const char *data;
    size_t len;
    bool utf8;
    const char *clean;
} cleans[] = {
    { BYTES(""), true, "" },
    { BYTES("plain\ttext\n"), true, "plain\ttext\n" },
    { BYTES("\u4f60\u597d \U0001F600 \u00e9"), true, "\u4f60\u597d \U0001F600 \u00e9" },
    { BYTES("\u00a0\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"), true,
      "\u00a0\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff" },
    { BYTES("a\r\nb\r\n"), true, "a\nb\n" },
    /* control characters */
    { BYTES("a\rb"), true, "a\ufffdb" },
    { BYTES("a\r"), true, "a\ufffd" },
    { BYTES("a\r\r\nb"), true, "a\ufffd\nb" },
    { BYTES("a\0b"), true, "a\ufffdb" },
    { BYTES("\x1b[31mred"), true, "\ufffd[31mred" },
    { BYTES("\x01\x08\x0b\x0c\x1f\x7f"), true, "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd" },
    { BYTES("\xc2\x80\xc2\x9f"), true, "\ufffd\ufffd" },
    /* no UTF-8 */
    { BYTES("\xff"), false, "\ufffd" },
    { BYTES("a\x80z"), false, "a\ufffdz" },
    { BYTES("\xe4\xbd"), false, "\ufffd\ufffd" },
    { BYTES("\xe4\xbd\x41"), false, "\ufffd\ufffd\x41" },
    { BYTES("\xe4"), false, "\ufffd" },
    { BYTES("\xf0\x9f\x98"), false, "\ufffd\ufffd\ufffd" },
    { BYTES("\xc0\xbc"), false, "\ufffd\ufffd" }, /* an overlong < */
    { BYTES("\xc1\xbf"), false, "\ufffd\ufffd" }, /* overlong */
    { BYTES("\xe0\x80\xbc"), false, "\ufffd\ufffd\ufffd" },
    { BYTES("\xe0\x9f\xbf"), false, "\ufffd\ufffd\ufffd" },
    { BYTES("\xf0\x8f\xbf\xbf"), false, "\ufffd\ufffd\ufffd\ufffd" },
    { BYTES("\xed\xa0\x80"), false, "\ufffd\ufffd\ufffd" },           /* a surrogate */
    { BYTES("\xf4\x90\x80\x80"), false, "\ufffd\ufffd\ufffd\ufffd" }, /* above U+10FFFF */
    { BYTES("\xf5\x80\x80\x80"), false, "\ufffd\ufffd\ufffd\ufffd" },
    { BYTES("\xfe\xff"), false, "\ufffd\ufffd" },
};

START_TEST(is_cleaned)
{
    /* A copy of its own size: the sanitizers see any step beyond its end. */
    char *data = memory_get(cleans[_i].len);
    memcpy(data, cleans[_i].data, cleans[_i].len);
    ck_assert_msg(text_is_utf8(data, cleans[_i].len) == cleans[_i].utf8, "row %d", _i);
    char *clean = text_clean(data, cleans[_i].len);
    ck_assert_str_eq(clean, cleans[_i].clean);
    ck_assert(text_is_utf8(clean, strlen(clean)));
    free(clean);
    free(data);
}
END_TEST

/* Writes the character's UTF-8 form of len bytes, the shortest or not; data has room for 4. */
static void encode(uint32_t point, size_t len, char *data)
{
    static const uint8_t marks[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = len; i-- > 1; point >>= 6)
        data[i] = (char)(0x80 | (point & 0x3f));
    data[0] = (char)(marks[len] | point);
}

/* Every character in every form that has room for it. */
START_TEST(is_utf8_in_its_shortest_form_alone)
{
    static const uint32_t ends[] = { 0, 0x80, 0x800, 0x10000, 0x110000 };
    const size_t len = (size_t)_i + 1;
    const uint32_t end = len == 4 ? 0x200000 : ends[len];
    for (uint32_t point = 0; point < end; point++) {
        char data[4];
        const bool surrogate = point >= 0xd800 && point < 0xe000;
        encode(point, len, data);
        ck_assert_msg(text_is_utf8(data, len) ==
                          (point >= ends[len - 1] && point < ends[len] && !surrogate),
                      "U+%04X in %zu bytes", point, len);
    }
}
END_TEST

/* What is no continuation in the place of one. */
START_TEST(is_utf8_with_continuations_alone)
{
    static const char characters[][5] = { "\u00e9", "\u0800",     "\u4f60",     "\ud7ff",
                                          "\uffee", "\U0001F600", "\U00040000", "\U0010ffff" };
    for (int i = 0; i < COUNT(characters); i++) {
        const size_t len = strlen(characters[i]);
        for (size_t at = 1; at < len; at++) {
            for (int byte = 0; byte < 256; byte += byte == 0x7f ? 0x41 : 1) {
                char data[4];
                memcpy(data, characters[i], len);
                data[at] = (char)byte;
                ck_assert_msg(!text_is_utf8(data, len), "%s with %02x", characters[i],
                              (unsigned)byte);
            }
        }
    }
}
END_TEST

#define INERT "\uFF1C"

static const struct {
    const char *text;
    const char *inert;
} inerts[] = {
    { "", "" },
    { "no mention, 1 < 2, <b>, at<", "no mention, 1 < 2, <b>, at<" },
    { "<a t>", "<a t>" },
    { "</at>", "</at>" },
    { "<at user_id=\"all\">x</at>", INERT "at user_id=\"all\">x</at>" },
    { "<at id=all></at>", INERT "at id=all></at>" },
    { "<AT", INERT "AT" },
    { "<aT", INERT "aT" },
    { "<At", INERT "At" },
    { "<at", INERT "at" },
    { "<atlas>", INERT "atlas>" },
    { "<<at", "<" INERT "at" },
    { "<at<at", INERT "at" INERT "at" },
    { "< at", INERT " at" },
    { "<\t\n\r\v\f at", INERT "\t\n\r\v\f at" },
    { "<\x01\x7f"
      "at",
      INERT "\x01\x7f"
            "at" },
    { "<\u3000at", INERT "\u3000at" },
    { "<\u00a0\u2009at", INERT "\u00a0\u2009at" },
    { "<\u200b\ufeff\u200d"
      "at",
      INERT "\u200b\ufeff\u200d"
            "at" },
    { "\u4f60<at\u597d", "\u4f60" INERT "at\u597d" },
    { "<\u4f60"
      "at",
      "<\u4f60"
      "at" },
    { "<\"at", "<\"at" },
    { "<\u201d"
      "at",
      "<\u201d"
      "at" },
    { "<", "<" },
    { "<  ", "<  " },
    { INERT "at", INERT "at" },
};

START_TEST(is_inert)
{
    char *inert = text_inert(inerts[_i].text);
    ck_assert_str_eq(inert, inerts[_i].inert);
    char *twice = text_inert(inert);
    ck_assert_str_eq(twice, inert);
    free(twice);
    free(inert);
}
END_TEST

static const struct {
    const char *text;
    const char *folded;
} foldings[] = {
    { "", "" },
    { "plain 'text' \"x\" a=b, ~c", "plain 'text' \"x\" a=b, ~c" },
    { "a\u3000b\u00a0c", "a b c" },
    { "\u2000\u2002\u2005\u200a\u202f\u205f", "      " },
    { "\u201ca\u201d \u2018b\u2019", "\"a\" 'b'" },
    { "\uff02a\uff02 \uff07b\uff07", "\"a\" 'b'" },
    { "a\uff1db\uff0cc\uff5ed", "a=b,c~d" },
    { "\ufeffa\u200bb\u200cc\u200d", "abc" },
    /* what stays */
    { "\u4f60\u597d\u3001\u3002\uff01\uff1f\uff08\uff09\uff1a",
      "\u4f60\u597d\u3001\u3002\uff01\uff1f\uff08\uff09\uff1a" },
    { "\u300c\u300d\u300e\u300f\u00ab\u00bb", "\u300c\u300d\u300e\u300f\u00ab\u00bb" },
    { "\uff41\uff11\uff1c", "\uff41\uff11\uff1c" },
    { "\u00a1\u1fff\u200e\u2017\u201a\u201b\u201e\u2060\u3001",
      "\u00a1\u1fff\u200e\u2017\u201a\u201b\u201e\u2060\u3001" },
    { "\U0001F600", "\U0001F600" },
    { "\xff\xe3\x80", "\xff\xe3\x80" },
};

START_TEST(is_folded)
{
    char *folded = text_fold(foldings[_i].text);
    ck_assert_str_eq(folded, foldings[_i].folded);
    free(folded);
}
END_TEST

/* All that folds, among all characters of up to three bytes. */
START_TEST(nothing_else_is_folded)
{
    static const char wanted[] =
        "00a0> ;2000> ;2001> ;2002> ;2003> ;2004> ;2005> ;2006> ;2007> ;2008> ;2009> ;200a> ;"
        "200b>;200c>;200d>;2018>';2019>';201c>\";201d>\";202f> ;205f> ;3000> ;feff>;ff02>\";"
        "ff07>';ff0c>,;ff1d>=;ff5e>~;";
    struct buf found = BUF_INIT(4096);
    for (uint32_t point = 1; point < 0x10000; point++) {
        char character[4] = "";
        const size_t len = point < 0x80 ? 1 : point < 0x800 ? 2 : 3;
        encode(point, len, character);
        char *folded = text_fold(character);
        if (strcmp(folded, character) != 0)
            buf_add_format(&found, "%04x>%s;", point, folded);
        free(folded);
    }
    ck_assert_str_eq(buf_text(&found), wanted);
    buf_release(&found);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "cut", is_cut_between_characters, COUNT(cuts));
    suite_add(suite, "clean", is_cleaned, COUNT(cleans));
    suite_add(suite, "UTF-8", is_utf8_in_its_shortest_form_alone, 4);
    suite_add(suite, "continuations", is_utf8_with_continuations_alone, 1);
    suite_add(suite, "inert", is_inert, COUNT(inerts));
    suite_add(suite, "fold", is_folded, COUNT(foldings));
    suite_add(suite, "nothing else", nothing_else_is_folded, 1);
}

SUITE_MAIN("text", fill)
