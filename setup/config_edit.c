#include "config_edit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config_text.h"
#include "error.h"
#include "memory.h"

/* A stretch of the text. */
struct span {
    size_t start;
    size_t end;
};

/* Where what is to be changed stands. */
struct place_of_key {
    bool section; /* it is there */
    bool key;
    struct span body;  /* of the section, between its brackets */
    struct span line;  /* from the key's name to the end of its value */
    struct span value; /* with its quotes */
};

struct walk {
    struct config_text text;
    const char *section;
    const char *key;
    struct place_of_key *found;
    size_t depth;
};

enum { DEPTH_MAX = 8 };

static bool is_name(const struct config_text *text, size_t start, size_t end, const char *name)
{
    return end - start == strlen(name) && memcmp(text->data + start, name, end - start) == 0;
}

static bool skip(struct walk *walk)
{
    return config_text_skip(&walk->text) == NULL;
}

static int next(const struct walk *walk)
{
    return config_text_peek(&walk->text);
}

/* Passes "{ 'a', 'b' }". */
static bool pass_list(struct walk *walk)
{
    walk->text.at++;
    if (!skip(walk))
        return false;
    while (next(walk) != '}') {
        if (config_text_value(&walk->text) != NULL || !skip(walk))
            return false;
        if (next(walk) == ',')
            walk->text.at++;
        if (!skip(walk))
            return false;
    }
    walk->text.at++;
    return true;
}

/* Passes what follows a key's name. */
static bool pass_value(struct walk *walk, size_t name, bool wanted)
{
    walk->text.at++;
    if (!skip(walk))
        return false;
    const size_t start = walk->text.at;
    const bool good = next(walk) == '{' ? pass_list(walk) : config_text_value(&walk->text) == NULL;
    if (good && wanted) {
        walk->found->key = true;
        walk->found->line = (struct span){ name, walk->text.at };
        walk->found->value = (struct span){ start, walk->text.at };
    }
    return good;
}

static bool pass_items(struct walk *walk, bool inside);

/* Passes what follows a section's name, its title and all that is in it. */
static bool pass_section(struct walk *walk, bool wanted)
{
    const bool titled = next(walk) != '{';
    if (titled && (config_text_value(&walk->text) != NULL || !skip(walk)))
        return false;
    if (next(walk) != '{' || walk->depth == DEPTH_MAX)
        return false;
    walk->text.at++;
    walk->depth++;
    const size_t start = walk->text.at;
    if (!pass_items(walk, wanted && !titled) || next(walk) != '}')
        return false;
    walk->depth--;
    if (wanted && !titled) {
        walk->found->section = true;
        walk->found->body = (struct span){ start, walk->text.at };
    }
    walk->text.at++;
    return true;
}

/* Passes keys and sections up to a } or the end. inside: they are those of the wanted section. */
static bool pass_items(struct walk *walk, bool inside)
{
    while (skip(walk)) {
        if (next(walk) == '}' || next(walk) == -1)
            return true;
        const size_t name = walk->text.at;
        if (!config_text_is_word(&walk->text))
            return false;
        config_text_word(&walk->text);
        const size_t end = walk->text.at;
        if (!skip(walk))
            return false;
        const bool good =
            next(walk) == '='
                ? pass_value(walk, name, inside && is_name(&walk->text, name, end, walk->key))
                : pass_section(walk,
                               walk->depth == 0 && is_name(&walk->text, name, end, walk->section));
        if (!good)
            return false;
    }
    return false;
}

/* Finds section and key. False if the text is no configuration. */
static bool find(const struct buf *text, const char *section, const char *key,
                 struct place_of_key *found)
{
    struct walk walk = {
        .text = { .data = buf_text(text),
                  .len = text->len,
                  .line = 1,
                  .plain = memory_copy_bytes(buf_text(text), text->len) },
        .section = section,
        .key = key,
        .found = found,
    };
    *found = (struct place_of_key){ .section = false };
    const bool good = pass_items(&walk, false) && next(&walk) == -1;
    explicit_bzero(walk.text.plain, text->len);
    free(walk.text.plain);
    return good;
}

/* The value in single quotes, with backslashes before quotes and backslashes. */
static void add_quoted(struct buf *out, const char *value)
{
    buf_add(out, "'", 1);
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '\'' || *at == '\\')
            buf_add(out, "\\", 1);
        buf_add(out, at, 1);
    }
    buf_add(out, "'", 1);
}

static bool is_blank(char character)
{
    return character == ' ' || character == '\t';
}

/* The line of a key that goes away: with its newline, if nothing else stands on it. */
static struct span whole_line(const char *data, size_t len, struct span line)
{
    struct span whole = line;
    while (whole.start > 0 && is_blank(data[whole.start - 1]))
        whole.start--;
    while (whole.end < len && is_blank(data[whole.end]))
        whole.end++;
    const bool begins = whole.start == 0 || data[whole.start - 1] == '\n';
    if (!begins || whole.end == len || data[whole.end] != '\n')
        return line;
    whole.end++;
    return whole;
}

/* Where a new line goes: at the end of the section, before the blanks in front of its }. */
static size_t end_of_body(const char *data, struct span body)
{
    size_t at = body.end;
    while (at > body.start && is_blank(data[at - 1]))
        at--;
    return at;
}

/* Adds a line with the key, in a section of its own if there is none yet. */
static void add_key(struct buf *out, const char *section, bool section_is_there, const char *key,
                    const char *value)
{
    const bool is_empty = out->len == 0;
    if (!is_empty && out->data[out->len - 1] != '\n')
        buf_add_text(out, "\n");
    if (!section_is_there)
        buf_add_format(out, "%s%s {\n", is_empty ? "" : "\n", section);
    buf_add_format(out, "  %s = ", key);
    add_quoted(out, value);
    buf_add_text(out, section_is_there ? "\n" : "\n}\n");
}

/* What of the old text gives way to the new: a value, a key, or nothing at the place for a new one.
 */
static struct span find_gone(const struct buf *text, const struct place_of_key *found, bool removes)
{
    const char *data = buf_text(text);
    if (found->key)
        return removes ? whole_line(data, text->len, found->line) : found->value;
    const size_t at = found->section ? end_of_body(data, found->body) : text->len;
    return (struct span){ at, at };
}

/* Writes the new text. `value` NULL: the key goes away. */
static void rewrite(const struct buf *text, const struct place_of_key *found, const char *section,
                    const char *key, const char *value, struct buf *out)
{
    const char *data = buf_text(text);
    const struct span gone = find_gone(text, found, value == NULL);
    buf_add(out, data, gone.start);
    if (value != NULL && found->key)
        add_quoted(out, value);
    else if (value != NULL)
        add_key(out, section, found->section, key, value);
    buf_add(out, data + gone.end, text->len - gone.end);
}

bool config_edit(struct buf *text, const char *section, const char *key, const char *value,
                 struct error *error)
{
    struct place_of_key found;
    struct buf out = BUF_INIT(text->max);
    if (value != NULL && !config_text_is_clean(value, strlen(value)))
        return error_set(error, ERROR_CONFIG, "%s.%s: must be UTF-8 without control characters",
                         section, key);
    if (!find(text, section, key, &found))
        return error_set(error, ERROR_CONFIG, "the configuration cannot be read");
    if (value == NULL && !found.key)
        return true;
    rewrite(text, &found, section, key, value, &out);
    /* What libconfuse would replace in a text ("${…}") has no way of being written. */
    if (out.failed || !find(&out, section, key, &found)) {
        buf_wipe(&out);
        return error_set(error, ERROR_CONFIG, "%s.%s: a configuration cannot hold this value",
                         section, key);
    }
    buf_wipe(text);
    *text = out;
    return true;
}
