/* Pure. The words and signs of nginx's language, one by one. */
#ifndef SETUP_NGINX_TOKEN_H
#define SETUP_NGINX_TOKEN_H

#include <stddef.h>

struct buf;

enum nginx_token {
    NGINX_TOKEN_WORD,
    NGINX_TOKEN_SEMICOLON,
    NGINX_TOKEN_OPEN,
    NGINX_TOKEN_CLOSE,
    NGINX_TOKEN_END
};

/* Where in a text we are. */
struct nginx_tokens {
    const char *at;
    const char *end;
    size_t line;      /* of at, from 1 at the start */
    size_t word_line; /* where the last word began */
};

/* Takes the next token; of a word, its text and a NUL are appended to words. Never stops before the
 * end, whatever the text; a quote that is not closed goes to the end. */
enum nginx_token nginx_tokens_next(struct nginx_tokens *tokens, struct buf *words);

/* Skips the Lua behind an opening brace, to after the brace that closes it. */
void nginx_tokens_skip_lua(struct nginx_tokens *tokens);

#endif
