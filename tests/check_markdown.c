/* Nothing from outside acts in a card. */
#include "suite.h"

#include <string.h>

#include "buf.h"
#include "markdown.h"
#include "text.h"

/* What becomes of a text on lines, and on one. */
static const struct {
    const char *text;
    const char *inert;
    const char *line; /* NULL: the same */
} texts[] = {
    { "", "", NULL },
    { "plain words, 1.5 %", "plain words, 1.5 %", NULL },
    { "<at id=all></at>", "&#60;at id=all&#62;&#60;&#47;at&#62;", NULL },
    { "[x](http://y)", "&#91;x&#93;&#40;http&#58;&#47;&#47;y&#41;", NULL },
    { "**b** _i_ `c`", "&#42;&#42;b&#42;&#42; &#95;i&#95; &#96;c&#96;", NULL },
    { "~~s~~", "&sim;&sim;s&sim;&sim;", NULL },
    { "&#60;", "&#38;&#35;60;", NULL },
    { "1. one", "1&#46; one", NULL },
    { "1.2.3 4.", "1&#46;2.3 4.", NULL },
    { "1234567890. no item", "1234567890. no item", NULL },
    { "v1. x", "v1. x", NULL },
    { "- a", "&#45; a", NULL },
    { "| a |", "&#124; a &#124;", NULL },
    { "a@b @all", "a&#64;b &#64;all", NULL },
    { "磁盘 90% “满” …", "磁盘 90% “满” …", NULL },
    { "a\n# b", "a<br>&#35; b", "a &#35; b" },
    { "a\n\nb", "a<br><br>b", "a  b" },
    { "a\n===", "a<br>===", "a ===" },
    { "    code", "&#160;&#160;&#160;&#160;code", "code" },
    { "a\n\tb\tc", "a<br>&#160;&#160;b c", "a  b c" },
    { " 1. x", "&#160;1&#46; x", "1&#46; x" },
    /* marks of direction */
    { "a\u202eb\u2066c\u061cd\u200fe\u2028f\u2069", "abcdef", NULL },
    { "\u0628 \u0600 \u200d \u2014 \u2065 \u206a", "\u0628 \u0600 \u200d \u2014 \u2065 \u206a",
      NULL },
};

START_TEST(is_inert)
{
    struct buf out = BUF_INIT(10000);
    markdown_add(&out, texts[_i].text, 1000);
    ck_assert_str_eq(buf_text(&out), texts[_i].inert);
    buf_clear(&out);
    markdown_add_line(&out, texts[_i].text, 1000);
    ck_assert_str_eq(buf_text(&out), texts[_i].line == NULL ? texts[_i].inert : texts[_i].line);
    buf_release(&out);
}
END_TEST

static const char *const long_texts[] = {
    "<<磁盘>>磁盘磁盘磁盘",
    "磁盘磁盘磁盘磁盘磁盘磁盘",
    "“”“”“”“”“”“”“”“”",
    "\u0628\u0628\u0628\u0628\u0628",
    "\u202e\u202e<\u202e",
    "       x\n        y",
    "1.\n2.\n3.",
    "~~~~~~~~~~~~~~",
    "x😀😀😀😀😀😀",
};

/* It never is longer than it may be, nor are characters or entities torn. */
START_TEST(is_cut_between_characters)
{
    static void (*const adds[])(struct buf * out, const char *text,
                                size_t max) = { markdown_add, markdown_add_line };
    const char *text = long_texts[_i / 2];
    struct buf whole = BUF_INIT(10000);
    adds[_i % 2](&whole, text, 9000);
    for (size_t max = 3; max < whole.len + 8; max++) {
        struct buf out = BUF_INIT(10000);
        buf_add_text(&out, "x");
        adds[_i % 2](&out, text, max);
        ck_assert_uint_le(out.len - 1, max);
        ck_assert(text_is_utf8(buf_text(&out), out.len));
        const char *entity = strrchr(buf_text(&out), '&');
        ck_assert(entity == NULL || strchr(entity, ';') != NULL);
        const char *mark = strrchr(buf_text(&out), '<');
        ck_assert(mark == NULL || strncmp(mark, "<br>", 4) == 0);
        const bool is_whole = strcmp(buf_text(&out) + 1, buf_text(&whole)) == 0;
        ck_assert(is_whole || strcmp(buf_text(&out) + out.len - strlen("…"), "…") == 0);
        ck_assert(is_whole || max < whole.len + 3);
        buf_release(&out);
    }
    buf_release(&whole);
}
END_TEST

/* What is very long costs no more than what is shown. */
START_TEST(ends_where_it_is_full)
{
    static char text[1 << 20];
    static const char *const fillings[] = { "\n", " ", "1", "<", "x", "\t" };
    for (int i = 0; i < COUNT(fillings); i++) {
        struct buf out = BUF_INIT(10000);
        memset(text, fillings[i][0], sizeof(text) - 1);
        markdown_add(&out, text, 100);
        ck_assert_uint_le(out.len, 100);
        buf_clear(&out);
        markdown_add_line(&out, text, 100);
        ck_assert_uint_le(out.len, 100);
        ck_assert(!out.failed);
        buf_release(&out);
    }
}
END_TEST

static const struct {
    const char *url;
    bool good;
} urls[] = {
    { "http://a", true },    { "https://a.example.com:1/b?c=d&e=%20#f", true },
    { "HTTPS://A", true },   { "javascript:alert(1)", false },
    { "http://a)", false },  { "http://a b", false },
    { "http://a\n", false }, { "http://a<b", false },
    { "ftp://a", false },    { "//a", false },
    { "", false },
};

START_TEST(links_lead_to_the_web)
{
    struct buf out = BUF_INIT(10000);
    ck_assert_msg(markdown_is_url(urls[_i].url) == urls[_i].good, "%s", urls[_i].url);
    markdown_add_link(&out, "a]b", urls[_i].url);
    ck_assert((strstr(buf_text(&out), "](") != NULL) == urls[_i].good);
    ck_assert(strncmp(buf_text(&out), urls[_i].good ? "[a&#93;b](" : "a&#93;b", 7) == 0);
    buf_release(&out);
}
END_TEST

START_TEST(plain_texts_hold_no_markup)
{
    static const char *const hostile[] = {
        "<at id=all></at>",  "<font color=red>", "[a](http://b)", "]((", "<<at",
        "]\u202e(http://b)", "<\u2066at>"
    };
    for (int i = 0; i < COUNT(hostile); i++) {
        char *plain = markdown_plain(hostile[i]);
        ck_assert_ptr_null(strchr(plain, '<'));
        ck_assert_ptr_null(strstr(plain, "]("));
        ck_assert(text_is_utf8(plain, strlen(plain)));
        free(plain);
    }
    char *same = markdown_plain("磁盘 [1] (2) > 90%");
    ck_assert_str_eq(same, "磁盘 [1] (2) > 90%");
    free(same);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "is inert", is_inert, COUNT(texts));
    suite_add(suite, "is cut between characters", is_cut_between_characters, 2 * COUNT(long_texts));
    suite_add(suite, "ends where it is full", ends_where_it_is_full, 1);
    suite_add(suite, "links lead to the web", links_lead_to_the_web, COUNT(urls));
    suite_add(suite, "plain texts hold no markup", plain_texts_hold_no_markup, 1);
}

SUITE_MAIN("markdown", fill)
