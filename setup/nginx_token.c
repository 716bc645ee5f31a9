#include "nginx_token.h"

#include <stdbool.h>
#include <string.h>

#include "buf.h"

/* Whether c is one of the characters, of which NUL is none. */
static bool is_one_of(char c, const char *characters)
{
    return c != '\0' && strchr(characters, c) != NULL;
}

static bool is_blank(char c)
{
    return is_one_of(c, " \t\r\n");
}

/* Goes one character on. */
static char advance(struct nginx_tokens *tokens)
{
    const char c = *tokens->at++;
    if (c == '\n')
        tokens->line++;
    return c;
}

static void skip_line(struct nginx_tokens *tokens)
{
    while (tokens->at < tokens->end && *tokens->at != '\n')
        tokens->at++;
}

/* Skips blanks and comments. */
static void skip_blanks(struct nginx_tokens *tokens)
{
    while (tokens->at < tokens->end && (is_blank(*tokens->at) || *tokens->at == '#')) {
        if (*tokens->at == '#')
            skip_line(tokens);
        else
            (void)advance(tokens);
    }
}

/* What a backslash and the character behind it stand for goes into words. */
static void take_escaped(struct nginx_tokens *tokens, struct buf *words)
{
    static const char from[] = "\"'\\ntr";
    static const char to[] = "\"'\\\n\t\r";
    char c = '\\';
    if (tokens->at < tokens->end)
        c = advance(tokens);
    const char *found = c == '\0' ? NULL : strchr(from, c);
    if (found != NULL) {
        buf_add(words, &to[found - from], 1);
        return;
    }
    buf_add(words, "\\", 1);
    if (c != '\0')
        buf_add(words, &c, 1);
}

/* Takes one character of a word; a NUL, which no configuration has, is dropped. */
static void take_character(struct nginx_tokens *tokens, struct buf *words)
{
    const char c = advance(tokens);
    if (c == '\\')
        take_escaped(tokens, words);
    else if (c != '\0')
        buf_add(words, &c, 1);
}

static void take_quoted(struct nginx_tokens *tokens, struct buf *words)
{
    const char quote = advance(tokens);
    while (tokens->at < tokens->end && *tokens->at != quote)
        take_character(tokens, words);
    if (tokens->at < tokens->end)
        (void)advance(tokens);
}

/* A brace that belongs to "${name}" does not end the word. */
static void take_plain(struct nginx_tokens *tokens, struct buf *words)
{
    bool variable = false;
    while (tokens->at < tokens->end && !is_blank(*tokens->at) && *tokens->at != ';' &&
           (*tokens->at != '{' || variable)) {
        variable = *tokens->at == '$';
        take_character(tokens, words);
    }
}

enum nginx_token nginx_tokens_next(struct nginx_tokens *tokens, struct buf *words)
{
    static const char signs[] = ";{}";
    skip_blanks(tokens);
    if (tokens->at >= tokens->end)
        return NGINX_TOKEN_END;
    if (is_one_of(*tokens->at, signs))
        return NGINX_TOKEN_SEMICOLON + (enum nginx_token)(strchr(signs, advance(tokens)) - signs);
    tokens->word_line = tokens->line;
    if (is_one_of(*tokens->at, "\"'"))
        take_quoted(tokens, words);
    else
        take_plain(tokens, words);
    buf_add(words, "", 1);
    return NGINX_TOKEN_WORD;
}

/* Skips one of Lua's short strings. */
static void skip_lua_string(struct nginx_tokens *tokens, char quote)
{
    while (tokens->at < tokens->end) {
        const char c = advance(tokens);
        if (c == '\\' && tokens->at < tokens->end)
            (void)advance(tokens);
        else if (c == quote)
            return;
    }
}

void nginx_tokens_skip_lua(struct nginx_tokens *tokens)
{
    size_t open = 1;
    while (tokens->at < tokens->end && open > 0) {
        const char c = advance(tokens);
        if (c == '{')
            open++;
        else if (c == '}')
            open--;
        else if (c == '"' || c == '\'')
            skip_lua_string(tokens, c);
        else if (c == '-' && tokens->at < tokens->end && *tokens->at == '-')
            skip_line(tokens);
    }
}
