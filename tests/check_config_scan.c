/* What the scan takes means the same to libconfuse: else a text could hide a second key, or a value
 * from the environment, behind what we read in it. */
#include "suite.h"

#include <string.h>

#include "buf.h"
#include "config_scan.h"
#include "config_text.h"
#include "config_tree.h"
#include "error.h"
#include "memory.h"

/* What a text is made of, and what of two readers one may take for something else. */
static const char *const pieces[] = { "'", "\"", "\\", "${HOME}", "/*", "*/", "//",
                                      "#", "\n", " ",  "'a'",     ",",  "=",  "+",
                                      "{", "}",  "/",  "\r\n",    "a",  "$" };

/* Around them: between keys, in values, lists and titles, and where nothing stands. */
static const char *const frames[][2] = {
    { "bot {", "language = en }" },
    { "bot { open_id =", "language = en }" },
    { "bot { open_id = '", "' language = en }" },
    { "bot { open_id = \"", "\" language = en }" },
    { "app { secret = '", "' id = 'i' }" },
    { "commands { people = {", "} }" },
    { "commands { people = {'b'", "'c'} }" },
    { "command", "{ options = true } bot { }" },
    { "", "bot { }" },
};

enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };

static const char *reading; /* the text at hand */

/* How often the name is given, to our scan. */
static size_t count_of(const struct config_key *key, const struct config_mark *mark, bool is_file)
{
    if (mark->line == 0 || mark->is_file != is_file)
        return 0;
    return key->type == CONFIG_LIST ? mark->len : 1;
}

static void compare_value(const struct config_mark *mark, const char *theirs)
{
    char *ours = memory_zero(mark->len + 1, 1);
    (void)config_text_unquote(reading + mark->start, mark->len, ours);
    ck_assert_msg(strcmp(ours, theirs) == 0, "%s: '%s' and '%s'", reading, ours, theirs);
    free(ours);
}

static void compare_key(const struct config_key *key, const struct config_mark *mark,
                        struct cfg_t *tree, bool with_secrets)
{
    const size_t count = config_tree_count(tree, key->name);
    ck_assert_msg(count == count_of(key, mark, false), "%s: %s: %zu", reading, key->name, count);
    if (key->file_name != NULL)
        ck_assert_msg(config_tree_count(tree, key->file_name) == count_of(key, mark, true),
                      "%s: %s", reading, key->file_name);
    if (count == 1 && key->type != CONFIG_LIST && (with_secrets || key->type != CONFIG_SECRET))
        compare_value(mark, config_tree_value(tree, key->name, 0));
}

/* Compares all sections and keys; in the text as it was written secrets can be told as well. */
static void compare(const struct config_scan *scan, struct cfg_t *tree, bool with_secrets)
{
    for (size_t i = 0; i < config_schema.section_count; i++) {
        const struct config_section *section = &config_schema.sections[i];
        size_t count = 0;
        for (size_t j = 1; j < scan->count; j++) {
            const struct config_place *place = &scan->places[j];
            if (place->section != section)
                continue;
            struct cfg_t *inner = config_tree_section(tree, section->name, count++);
            ck_assert_msg(inner != NULL, "%s: %s", reading, section->name);
            for (size_t k = 0; k < section->key_count; k++)
                compare_key(&section->keys[k], &place->marks[k], inner, with_secrets);
        }
        ck_assert_msg(config_tree_count(tree, section->name) == count, "%s: %s", reading,
                      section->name);
    }
}

/* Whether the scan took the text. libconfuse must then take the text without comments; the text as
 * it was written it may refuse, but not read in another way. */
static bool agrees(const char *text)
{
    struct config_scan scan;
    struct error error = ERROR_INIT;
    const bool taken = config_scan(text, strlen(text), "test", &scan, &error);
    reading = text;
    if (taken) {
        struct cfg_t *plain = config_tree_read(&config_schema, scan.plain);
        ck_assert_msg(plain != NULL, "refused: %s", text);
        compare(&scan, plain, false);
        config_tree_release(plain);
        struct cfg_t *whole = config_tree_read(&config_schema, text);
        if (whole != NULL)
            compare(&scan, whole, true);
        config_tree_release(whole);
    }
    config_scan_release(&scan);
    return taken;
}

/* All sequences of three pieces in a frame. */
START_TEST(all_pieces)
{
    const char *const *frame = frames[_i / PIECES];
    const int first = _i % PIECES;
    int taken = 0;
    for (int i = 0; i < PIECES * PIECES; i++) {
        char *text = memory_format("%s%s%s%s%s", frame[0], pieces[first], pieces[i % PIECES],
                                   pieces[i / PIECES], frame[1]);
        taken += agrees(text) ? 1 : 0;
        free(text);
    }
    /* Something may follow a space everywhere, so that there was something to compare. */
    if (strcmp(pieces[first], " ") == 0)
        ck_assert_int_gt(taken, 0);
}
END_TEST

static const struct {
    const char *text;
    bool taken;
} texts[] = {
    { "bot { language = zh /*/ */ }", true },
    { "bot { language = zh /*/ }", false },
    { "bot { /**/ language = zh /***/ }", true },
    { "bot { language = zh // /*\n}", true },
    { "bot { language = zh # */ /*\r\n}", true },
    { "bot { language = zh /* ' \" # // ${HOME} { */ }", true },
    { "bot { language = zh // ' \" ${HOME} }\n}", true },
    { "bot { language = zh //\\\n}", true }, /* a backslash keeps no end of a line */
    { "bot { language = zh#x\n}", false },
    { "bot { language = zh//x\n}", false },
    { "bot { language = zh/*x*/ }", false },
    { "bot { language/*x*/= zh }", true },
    { "bot { language = 'zh' /*x*/ open_id = 'x' # y\n}", true },
    { "bot { open_id = 'a' 'b' }", false },
    { "bot { open_id = 'a'\"b\" }", false },
    { "bot { open_id = 'a\\'b' }", true },
    { "bot { open_id = 'a\\\\' }", true },
    { "bot { open_id = 'a\\\\'b' }", false },
    { "bot { open_id = 'a\\n\\x41\\\"' }", true },
    { "bot { open_id = \"a\\\"b\\\\\" }", true },
    { "bot { open_id = \"a\\'b\" }", false },
    { "bot { open_id = \"\\044{HOME}\" }", false },
    { "bot { open_id = \"\\x24{HOME}\" }", false },
    { "bot { open_id = '$' language = '{HOME}' }", true },
    { "bot { open_id = '$\\{HOME}' }", true },
    { "bot { open_id = $HOME }", false },
    { "bot { open_id = $/**/{HOME} }", false },
    { "bot { open_id = \"$HOME ~ $(id) `id`\" }", true },
    { "app { secret = 'a\\'b\\\\c' id = \"i\" }", true },
    { "app { secret = \"a\\\"}'\" id = 'i' }", true },
    { "app { secret = 'encrypt_key = \"x\"' }", true },
    { "app { secret_file = '/x' encrypt_key = 'y' }", true },
    { "bot|language = zh", false },
    { "bot { } bot|language = 'en'", false },
    { "commands { people = { /* one */ 'a', # two\n 'b', // three\n } }", true },
    { "commands { people = {'a''b'} }", false },
    { "command 'a' { } command \"b\" { } command c { options = true }", true },
    { "command 'a\\'' { } command \"a'\" { }", false },
    { "include('x')", false },
    { "bot { }; log { }", false },
};

START_TEST(agrees_on)
{
    ck_assert_msg(agrees(texts[_i].text) == texts[_i].taken, "%s", texts[_i].text);
}
END_TEST

/* A long line is a line, and what is nested deeply takes no more stack than a short text. */
START_TEST(any_length)
{
    static const struct {
        const char *start;
        const char *repeated;
        const char *end;
        bool taken;
    } forms[] = {
        { "", "a{", "", false },
        { "", "bot{", "", false },
        { "", "command a {", "", false },
        { "commands { people = {", "{", "", false },
        { "", "}", "", false },
        { "commands { people = {", "'a',", "} }", true },
        { "bot { open_id = '", "x", "' }", true },
        { "bot { open_id = '", "\\\\", "' }", true },
        { "app { secret = \"", "\xe5\xaf\x86", "\" }", true },
        { "bot { # ", "x", "\n }", true },
        { "bot { /* ", "*", "/ }", true },
        { "bot {", " ", "}", true },
        { "bot {", "\r\n", "}", true },
        { "bot { ", "x", " = '' }", false },
    };
    for (int row = 0; row < COUNT(forms); row++) {
        struct buf text = BUF_INIT(1 << 20);
        const int count = forms[row].taken ? 5000 : 100000;
        buf_add_text(&text, forms[row].start);
        for (int i = 0; i < count; i++)
            buf_add_text(&text, forms[row].repeated);
        buf_add_text(&text, forms[row].end);
        ck_assert_msg(agrees(buf_text(&text)) == forms[row].taken, "%s", forms[row].repeated);
        buf_release(&text);
    }
}
END_TEST

static void fill(Suite *suite)
{
    /* What libconfuse would put in place of ${HOME}: the end of a text and another key. */
    (void)setenv("HOME", "' language = 'en", 1);
    suite_add(suite, "all pieces", all_pieces, COUNT(frames) * PIECES);
    suite_add(suite, "agrees on", agrees_on, COUNT(texts));
    suite_add(suite, "any length", any_length, 1);
}

SUITE_MAIN("the configuration's text", fill)
