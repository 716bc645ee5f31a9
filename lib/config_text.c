#include "config_text.h"

#include <string.h>

#include "text.h"

int config_text_peek(const struct config_text *text)
{
    return text->at < text->len ? (unsigned char)text->data[text->at] : -1;
}

/* Whether the characters are what comes next. */
static bool starts(const struct config_text *text, const char *characters)
{
    const size_t len = strlen(characters);
    return text->len - text->at >= len && memcmp(text->data + text->at, characters, len) == 0;
}

/* Passes one character of a comment. */
static void pass(struct config_text *text)
{
    if (text->data[text->at] == '\n')
        text->line++;
    else
        text->plain[text->at] = ' ';
    text->at++;
}

static const char *skip_block(struct config_text *text)
{
    pass(text);
    pass(text);
    while (text->at < text->len && !starts(text, "*/"))
        pass(text);
    if (text->at == text->len)
        return "a comment is not closed: its */ is missing";
    pass(text);
    pass(text);
    return NULL;
}

static void skip_line(struct config_text *text)
{
    while (text->at < text->len && text->data[text->at] != '\n')
        pass(text);
}

const char *config_text_skip(struct config_text *text)
{
    for (;;) {
        const int next = config_text_peek(text);
        if (starts(text, "/*")) {
            const char *wrong = skip_block(text);
            if (wrong != NULL)
                return wrong;
        } else if (next == '#' || starts(text, "//")) {
            skip_line(text);
        } else if (next == ' ' || next == '\t' || next == '\n' || starts(text, "\r\n")) {
            pass(text);
        } else {
            return NULL;
        }
    }
}

bool config_text_is_word(const struct config_text *text)
{
    static const char characters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    const int next = config_text_peek(text);
    return next > 0 && strchr(characters, next) != NULL;
}

void config_text_word(struct config_text *text)
{
    while (config_text_is_word(text))
        text->at++;
}

bool config_text_is_clean(const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const unsigned char byte = (unsigned char)data[i];
        /* U+0080 to U+009F are controls as well. */
        const bool wide = byte == 0xc2 && i + 1 < len && (unsigned char)data[i + 1] < 0xa0;
        if (byte < ' ' || byte == 0x7f || wide)
            return false;
    }
    return text_is_utf8(data, len);
}

/* Passes a backslash and, if there is one, what it keeps. */
static const char *pass_backslash(struct config_text *text, int quote)
{
    text->at++;
    const int kept = config_text_peek(text);
    if (kept == quote || kept == '\\')
        text->at++;
    else if (quote == '"')
        return "in \"…\" a backslash only keeps a quote or a backslash; write '…'";
    return NULL;
}

static const char *take_quoted(struct config_text *text)
{
    const size_t start = text->at;
    const int quote = config_text_peek(text);
    text->at++;
    for (int next; (next = config_text_peek(text)) != quote;) {
        const char *wrong = NULL;
        if (next == -1 || next == '\n')
            return "the quote is not closed on its line";
        if (starts(text, "${"))
            return "${ may not stand in a text";
        if (next == '\\')
            wrong = pass_backslash(text, quote);
        else
            text->at++;
        if (wrong != NULL)
            return wrong;
    }
    text->at++;
    if (!config_text_is_clean(text->data + start, text->at - start))
        return "a text must be UTF-8 without control characters";
    return NULL;
}

/* Whether what comes next may come after a value: a secret with a quote or a # in it must not pass
 * for a shorter one. */
static bool is_end(const struct config_text *text)
{
    const int next = config_text_peek(text);
    return next == -1 || (next > 0 && strchr(" \t\n,{}", next) != NULL) || starts(text, "\r\n");
}

const char *config_text_value(struct config_text *text)
{
    const int next = config_text_peek(text);
    if (next == '\'' || next == '"') {
        const char *wrong = take_quoted(text);
        return wrong != NULL || is_end(text)
                   ? wrong
                   : "something follows the closing quote; a quote in a text is written \\'";
    }
    if (starts(text, "${"))
        return "${ may not stand in a text";
    if (!config_text_is_word(text))
        return "a value is missing here; texts stand in '…'";
    config_text_word(text);
    return is_end(text) ? NULL : "only letters, digits and _ - . may stand without quotes";
}

size_t config_text_unquote(const char *value, size_t len, char *out)
{
    const char quote = value[0];
    const bool quoted = quote == '\'' || quote == '"';
    const size_t end = quoted ? len - 1 : len;
    size_t count = 0;
    for (size_t i = quoted ? 1 : 0; i < end; i++) {
        if (quoted && value[i] == '\\' && (value[i + 1] == quote || value[i + 1] == '\\'))
            i++;
        out[count++] = value[i];
    }
    return count;
}
