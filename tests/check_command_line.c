#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "command_line.h"
#include "error.h"

/* Every word is shown as <word>. */
static const struct {
    const char *text;
    const char *words; /* NULL: refused */
} lines[] = {
    { "", "" },
    { " \t\r\n\v\f ", "" },
    { "ping", "<ping>" },
    { "  restart   web-1\tnow\n", "<restart><web-1><now>" },
    { "say 'two words' \"and two\"", "<say><two words><and two>" },
    { "a'b c'd\"e f\"g", "<ab cde fg>" },
    { "'' \"\" ''\"\"", "<><><>" },
    { "say \"a \\\"b\\\" c\"", "<say><a \"b\" c>" },
    { "say \"a\\\\\"", "<say><a\\>" },
    { "say \"a\\n\\t\\'\"", "<say><a\\n\\t\\'>" },
    { "say 'a\\'", "<say><a\\>" },
    { "say 'a\\\\b'", "<say><a\\\\b>" },
    { "say a\\ b \\\\", "<say><a\\><b><\\\\>" },
    { "say \\\"a b\\\"", NULL }, /* a backslash keeps nothing outside of quotes */
    { "say '\"' \"'\"", "<say><\"><'>" },
    /* input methods */
    { "restart\u3000web\u00a0now", "<restart><web><now>" },
    { "say \u201ctwo words\u201d \u2018and two\u2019 \uff02x y\uff02",
      "<say><two words><and two><x y>" },
    { "set a\uff1db\uff0cc", "<set><a=b,c>" },
    { "\ufeffping\u200b", "<ping>" },
    { "\u200b", "" },
    { "\u5e2e\u52a9", "<\u5e2e\u52a9>" },
    /* no shell */
    { "a $HOME `id` $(id) *; b | c > d & #e ~",
      "<a><$HOME><`id`><$(id)><*;><b><|><c><>><d><&><#e><~>" },
    { "\"$(id)\" ${x} !! {a,b}", "<$(id)><${x}><!!><{a,b}>" },
    { "-x --y=z", "<-x><--y=z>" },
    /* left open */
    { "'", NULL },
    { "\"", NULL },
    { "say 'a", NULL },
    { "say \"a", NULL },
    { "say \"a\\\"", NULL },
    { "say \"a'", NULL },
    { "say 'a\"", NULL },
    { "it's", NULL },
    { "it\u2019s", NULL },
    { "a '' '", NULL },
};

START_TEST(is_split)
{
    struct error error = ERROR_INIT;
    struct command_line line;
    struct buf words = BUF_INIT(4096);
    const bool parsed = command_line_parse(lines[_i].text, &line, &error);
    ck_assert_msg(parsed == (lines[_i].words != NULL), "%s", lines[_i].text);
    ck_assert_int_eq(error.kind, parsed ? ERROR_NONE : ERROR_INVALID);
    if (!parsed)
        return;
    for (size_t i = 0; i < line.count; i++)
        buf_add_format(&words, "<%s>", line.words[i]);
    ck_assert_str_eq(buf_text(&words), lines[_i].words);
    ck_assert_ptr_null(line.words[line.count]);
    command_line_release(&line);
    buf_release(&words);
}
END_TEST

START_TEST(has_at_most_64_words)
{
    struct error error = ERROR_INIT;
    struct command_line line;
    struct buf text = BUF_INIT(4096);
    for (int i = 0; i < 64; i++)
        buf_add_text(&text, "w ");
    ck_assert(command_line_parse(buf_text(&text), &line, &error));
    ck_assert_uint_eq(line.count, 64);
    ck_assert_ptr_null(line.words[64]);
    command_line_release(&line);
    buf_add_text(&text, "w");
    ck_assert(!command_line_parse(buf_text(&text), &line, &error));
    ck_assert_int_eq(error.kind, ERROR_INVALID);
    buf_release(&text);
}
END_TEST

START_TEST(takes_a_giant_word)
{
    struct error error = ERROR_INIT;
    struct command_line line;
    const size_t len = 1 << 20;
    struct buf text = BUF_INIT(len + 2);
    memset(buf_reserve(&text, len), 'a', len);
    buf_extend(&text, len);
    ck_assert(command_line_parse(buf_text(&text), &line, &error));
    ck_assert_uint_eq(line.count, 1);
    ck_assert_uint_eq(strlen(line.words[0]), len);
    command_line_release(&line);
    buf_release(&text);
}
END_TEST

START_TEST(is_released_twice)
{
    struct error error = ERROR_INIT;
    struct command_line line;
    ck_assert(command_line_parse("a b", &line, &error));
    command_line_release(&line);
    ck_assert_ptr_null(line.words);
    ck_assert_uint_eq(line.count, 0);
    command_line_release(&line);
}
END_TEST

#define SIXTY_FOUR "abcdefghijklmnopqrstuvwxyz0123456789_-abcdefghijklmnopqrstuvwxyz"

static const struct {
    const char *name;
    bool valid;
} names[] = {
    { "restart", true },
    { "a", true },
    { "7", true },
    { "web-1_x", true },
    { "a-", true },
    { SIXTY_FOUR, true },
    { SIXTY_FOUR "a", false },
    { "", false },
    { "-a", false },
    { "_a", false },
    { "Restart", false },
    { "a.sh", false },
    { ".", false },
    { "..", false },
    { "../a", false },
    { "a/b", false },
    { "/bin/sh", false },
    { "a b", false },
    { " a", false },
    { "a\n", false },
    { "\u91cd\u542f", false },
    { "\xff", false },
};

START_TEST(is_a_name)
{
    ck_assert_msg(command_line_is_name(names[_i].name) == names[_i].valid, "%s", names[_i].name);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "is split", is_split, COUNT(lines));
    suite_add(suite, "at most 64 words", has_at_most_64_words, 1);
    suite_add(suite, "a giant word", takes_a_giant_word, 1);
    suite_add(suite, "is released twice", is_released_twice, 1);
    suite_add(suite, "names", is_a_name, COUNT(names));
}

SUITE_MAIN("command line", fill)
