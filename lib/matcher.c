#include "matcher.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

#define NAME_START "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:"
#define NAME_REST  NAME_START "0123456789"

enum { VALUE_MAX = 4096 };

/* Of operators with the same beginning the longer one first. */
static const struct {
    const char *sign;
    bool is_equal;
    bool is_regex;
} operators[] = {
    { "=~", true, true },
    { "!~", false, true },
    { "!=", false, false },
    { "=", true, false },
};

/* The escaped characters of a value in quotes: as amtool writes them. */
static bool unescape(char escaped, char *plain)
{
    static const char escapes[][2] = { { 'n', '\n' }, { '"', '"' }, { '\\', '\\' } };
    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        if (escapes[i][0] == escaped) {
            *plain = escapes[i][1];
            return true;
        }
    }
    return false;
}

/* Reads what stands in quotes, from the first quote to the end of the text. */
static bool read_quoted(const char *text, struct buf *value)
{
    const char *at = text + 1;
    while (*at != '\0' && *at != '"') {
        char plain = *at;
        if (*at == '\\' && !unescape(*++at, &plain))
            return false;
        buf_add(value, &plain, 1);
        at++;
    }
    return at[0] == '"' && at[1] == '\0';
}

static bool read_value(const char *text, struct matcher *matcher, struct error *error)
{
    struct buf value = BUF_INIT(VALUE_MAX);
    bool good = true;
    if (text[0] == '"')
        good = read_quoted(text, &value);
    else
        buf_add_text(&value, text);
    if (!good || value.failed || !text_is_utf8(buf_text(&value), value.len)) {
        buf_release(&value);
        return error_set(error, ERROR_INVALID, "the value of %s is not closed, or too long",
                         matcher->name);
    }
    matcher->value = memory_copy(buf_text(&value));
    buf_release(&value);
    return true;
}

/* A regular expression that Alertmanager will read is one that we can read, but for rarities. */
static bool compiles(const struct matcher *matcher, regex_t *regex)
{
    char *anchored = memory_format("^(%s)$", matcher->value);
    const bool good = regcomp(regex, anchored, REG_EXTENDED | REG_NOSUB) == 0;
    free(anchored);
    return good;
}

bool matcher_read(const char *text, struct matcher *matcher, struct error *error)
{
    const size_t name_len =
        strchr(NAME_START, text[0]) == NULL || text[0] == '\0' ? 0 : strspn(text, NAME_REST);
    *matcher = (struct matcher){ NULL, NULL, false, false };
    if (name_len == 0)
        return error_set(error, ERROR_INVALID, "a label's name is missing: write name=value");
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        const size_t len = strlen(operators[i].sign);
        if (strncmp(text + name_len, operators[i].sign, len) != 0)
            continue;
        matcher->name = memory_copy_bytes(text, name_len);
        matcher->is_equal = operators[i].is_equal;
        matcher->is_regex = operators[i].is_regex;
        if (read_value(text + name_len + len, matcher, error))
            return true;
        matcher_release(matcher);
        return false;
    }
    return error_set(error, ERROR_INVALID,
                     "write name=value, name!=value, name=~regex or "
                     "name!~regex");
}

void matcher_release(struct matcher *matcher)
{
    free(matcher->name);
    free(matcher->value);
    *matcher = (struct matcher){ NULL, NULL, false, false };
}

bool matcher_fits(const struct matcher *matcher, struct json_object *labels)
{
    regex_t regex;
    const char *label = tree_text(labels, matcher->name);
    const char *value = label == NULL ? "" : label;
    if (!matcher->is_regex)
        return (strcmp(value, matcher->value) == 0) == matcher->is_equal;
    if (!compiles(matcher, &regex))
        return false;
    const bool found = regexec(&regex, value, 0, NULL, 0) == 0;
    regfree(&regex);
    return found == matcher->is_equal;
}

static const char *sign_of(const struct matcher *matcher)
{
    size_t i = 0;
    while (operators[i].is_equal != matcher->is_equal || operators[i].is_regex != matcher->is_regex)
        i++;
    return operators[i].sign;
}

void matcher_print(const struct matcher *matcher, struct buf *out)
{
    buf_add_format(out, "%s%s\"", matcher->name, sign_of(matcher));
    for (const char *at = matcher->value; *at != '\0'; at++) {
        if (*at == '\n') {
            buf_add_text(out, "\\n");
            continue;
        }
        if (*at == '"' || *at == '\\')
            buf_add(out, "\\", 1);
        buf_add(out, at, 1);
    }
    buf_add(out, "\"", 1);
}

struct json_object *matcher_tree(const struct matcher *matcher)
{
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "name", matcher->name);
    tree_set_text(tree, "value", matcher->value);
    tree_set_bool(tree, "isRegex", matcher->is_regex);
    tree_set_bool(tree, "isEqual", matcher->is_equal);
    return tree;
}
