/* Nothing from outside acts in a card. */
#include "suite.h"

#include <string.h>

#include "buf.h"
#include "markdown.h"
#include "text.h"

static const struct {
    const char *text;
    const char *inert;
} texts[] = {
    { "plain words, 1.5 %", "plain words, 1.5 %" },
    { "<at id=all></at>", "&#60;at id=all&#62;&#60;&#47;at&#62;" },
    { "[x](http://y)", "&#91;x&#93;&#40;http&#58;&#47;&#47;y&#41;" },
    { "**b** _i_ `c`", "&#42;&#42;b&#42;&#42; &#95;i&#95; &#96;c&#96;" },
    { "~~s~~", "&sim;&sim;s&sim;&sim;" },
    { "&#60;", "&#38;&#35;60;" },
    { "a\n# b", "a\n&#35; b" },
    { "1. one", "1&#46; one" },
    { "a\n12. b", "a\n12&#46; b" },
    { "    code", "&#32;&#32;&#32;&#32;code" },
    { "a\n\tb", "a\n&#9;b" },
    { "a\n===", "a\n&#61;==" },
    { "- a", "&#45; a" },
    { "| a |", "&#124; a &#124;" },
    { "磁盘 90%", "磁盘 90%" },
};

START_TEST(is_inert)
{
    struct buf out = BUF_INIT(10000);
    markdown_add(&out, texts[_i].text);
    ck_assert_str_eq(buf_text(&out), texts[_i].inert);
    buf_release(&out);
}
END_TEST

START_TEST(is_cut_between_characters)
{
    static const char text[] = "<<磁盘>>磁盘磁盘磁盘";
    for (size_t max = 3; max < 60; max++) {
        struct buf out = BUF_INIT(10000);
        buf_add_text(&out, "x");
        markdown_add_cut(&out, text, max);
        ck_assert_uint_le(out.len - 1, max);
        ck_assert(text_is_utf8(buf_text(&out), out.len));
        ck_assert_ptr_null(strpbrk(buf_text(&out), "<>"));
        const char *entity = strrchr(buf_text(&out), '&');
        ck_assert(entity == NULL || strchr(entity, ';') != NULL);
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
    static const char *const hostile[] = { "<at id=all></at>", "<font color=red>", "[a](http://b)",
                                           "]((", "<<at" };
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
    suite_add(suite, "is cut between characters", is_cut_between_characters, 1);
    suite_add(suite, "links lead to the web", links_lead_to_the_web, COUNT(urls));
    suite_add(suite, "plain texts hold no markup", plain_texts_hold_no_markup, 1);
}

SUITE_MAIN("markdown", fill)
