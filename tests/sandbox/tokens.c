#include "tokens.h"

#include <string.h>

#include "cipher.h"

enum {
    LIFE_MS = 7200 * 1000,
    SAME_MS = 1800 * 1000, /* with this much left the same token is handed out again */
    RANDOM_LEN = 16
};

/* Forgets those that are over, and the oldest if there is no room. */
static void make_room(struct tokens *tokens, int64_t now_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->list[i].ends_ms > now_ms)
            tokens->list[kept++] = tokens->list[i];
    }
    tokens->count = kept;
    if (tokens->count == TOKENS_MAX) {
        tokens->count--;
        memmove(&tokens->list[0], &tokens->list[1], tokens->count * sizeof(tokens->list[0]));
    }
}

const struct token *tokens_issue(struct tokens *tokens, int64_t now_ms)
{
    if (tokens->count > 0) {
        const struct token *youngest = &tokens->list[tokens->count - 1];
        if (youngest->ends_ms - now_ms >= SAME_MS)
            return youngest;
    }
    make_room(tokens, now_ms);
    struct token *token = &tokens->list[tokens->count++];
    memcpy(token->text, "t-", 2);
    cipher_random_hex(token->text + 2, RANDOM_LEN);
    token->ends_ms = now_ms + LIFE_MS;
    return token;
}

bool tokens_valid(const struct tokens *tokens, const char *text, int64_t now_ms)
{
    for (size_t i = 0; i < tokens->count; i++) {
        if (strcmp(tokens->list[i].text, text) == 0)
            return tokens->list[i].ends_ms > now_ms;
    }
    return false;
}

void tokens_shorten(struct tokens *tokens, int64_t remaining_ms, int64_t now_ms)
{
    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->list[i].ends_ms > now_ms + remaining_ms)
            tokens->list[i].ends_ms = now_ms + remaining_ms;
    }
}
