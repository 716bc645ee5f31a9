/* Pure, but for random texts. The tokens by which a bot may still change a card after somebody has
 * pressed a button of it. Times are of the steady clock, in milliseconds. */
#ifndef SANDBOX_PRESSES_H
#define SANDBOX_PRESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PRESSES_TOKEN_LEN = 35, PRESSES_USES = 2 };

struct press {
    char token[PRESSES_TOKEN_LEN]; /* c-… */
    char *message_id;              /* of the card */
    int64_t ends_ms;
    int uses;      /* changes that were made with it */
    bool answered; /* the callback: before that it is of no use */
};

struct presses {
    struct press *list; /* in the order they came */
    size_t count;
};

/* Adds one for a card, valid until ends_ms. Borrowed: lives until the next call. */
struct press *presses_add(struct presses *presses, const char *message_id, int64_t ends_ms);

/* The one with this token, or NULL. */
struct press *presses_find(const struct presses *presses, const char *token);

/* Forgets them all; it can be used again. */
void presses_release(struct presses *presses);

#endif
