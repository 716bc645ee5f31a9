/* Pure, but for random texts. The tenant access tokens that are valid. Times are of the steady
 * clock, in milliseconds. */
#ifndef SANDBOX_TOKENS_H
#define SANDBOX_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOKENS_MAX = 8 };

struct token {
    char text[36];
    int64_t ends_ms;
};

struct tokens {
    struct token list[TOKENS_MAX]; /* oldest first */
    size_t count;
};

/* The token to hand out: the youngest while half an hour of it remains, else a new one, valid
 * beside the others. Borrowed: lives until the next call. */
const struct token *tokens_issue(struct tokens *tokens, int64_t now_ms);

/* Whether the text is a token that is valid now. */
bool tokens_valid(const struct tokens *tokens, const char *text, int64_t now_ms);

/* Leaves every token at most remaining_ms to live: 0 revokes them all. */
void tokens_shorten(struct tokens *tokens, int64_t remaining_ms, int64_t now_ms);

#endif
