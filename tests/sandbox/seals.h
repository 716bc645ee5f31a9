/* Effect: random bytes. How an event goes over the wire: encrypted and signed, or plain. */
#ifndef SANDBOX_SEALS_H
#define SANDBOX_SEALS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "cipher.h"

struct secret;

enum { SEALS_NUMBER_LEN = 24 };

struct seal {
    struct buf body;                  /* the bytes to post */
    bool has_signature;               /* then these are headers */
    char timestamp[SEALS_NUMBER_LEN]; /* seconds since the epoch */
    char nonce[SEALS_NUMBER_LEN];
    char signature[CIPHER_HEX_LEN];
};

/* Seals text with the app's encrypt key, anew each time; without a key the body is the text.
 * wants_signature: a challenge has none. now_ms: wall clock. Caller releases. */
struct seal seals_make(const struct secret *key, const char *text, bool wants_signature,
                       int64_t now_ms);

void seals_release(struct seal *seal);

#endif
