#include "seals.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "secret.h"
#include "tree.h"

enum { BODY_MAX = 16 << 20, NONCE_MOD = 1000000000 };

/* The body {"encrypt": "…"}. */
static void encrypt(const struct secret *key, const char *text, struct buf *body)
{
    struct error error = ERROR_INIT;
    uint8_t iv[CIPHER_IV_LEN];
    struct buf base64 = BUF_INIT(BODY_MAX);
    struct json_object *tree = tree_new_object();
    cipher_random(iv, sizeof(iv));
    /* Fails for texts far beyond what the sandbox takes in; what is sent then proves nothing. */
    (void)!cipher_encrypt(key, iv, text, strlen(text), &base64, &error);
    tree_set_text(tree, "encrypt", buf_text(&base64));
    tree_print(tree, body);
    tree_free(tree);
    buf_release(&base64);
}

struct seal seals_make(const struct secret *key, const char *text, bool wants_signature,
                       int64_t now_ms)
{
    struct seal seal = { BUF_INIT(BODY_MAX), false, "", "", "" };
    if (!secret_is_set(key)) {
        buf_add_text(&seal.body, text);
        return seal;
    }
    encrypt(key, text, &seal.body);
    if (!wants_signature)
        return seal;
    uint32_t nonce = 0;
    cipher_random(&nonce, sizeof(nonce));
    seal.has_signature = true;
    (void)snprintf(seal.timestamp, sizeof(seal.timestamp), "%" PRId64, now_ms / 1000);
    (void)snprintf(seal.nonce, sizeof(seal.nonce), "%" PRIu32, nonce % NONCE_MOD);
    cipher_signature(seal.timestamp, seal.nonce, key, buf_text(&seal.body), seal.body.len,
                     seal.signature);
    return seal;
}

void seals_release(struct seal *seal)
{
    buf_release(&seal->body);
}
