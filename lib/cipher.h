/* Pure, but for cipher_random. The platform's cryptography; the one user of OpenSSL's EVP. */
#ifndef FEISHU_CIPHER_H
#define FEISHU_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;
struct secret;

enum {
    CIPHER_DIGEST_LEN = 32, /* bytes of a SHA-256 */
    CIPHER_IV_LEN = 16,     /* bytes of an AES block */
    CIPHER_HEX_LEN = 2 * CIPHER_DIGEST_LEN + 1
};

/* One stretch of the bytes to digest. */
struct cipher_part {
    const void *data;
    size_t len;
};

/* SHA-256 over the parts in their order. */
void cipher_digest(const struct cipher_part *parts, size_t count,
                   uint8_t digest[static CIPHER_DIGEST_LEN]);

/* The same in lower-case hex, with a final NUL. */
void cipher_digest_hex(const struct cipher_part *parts, size_t count,
                       char hex[static CIPHER_HEX_LEN]);

/* HMAC-SHA256 of the parts in their order under the key. */
void cipher_hmac(const void *key, size_t key_len, const struct cipher_part *parts, size_t count,
                 uint8_t digest[static CIPHER_DIGEST_LEN]);

/* Appends data in standard base64. */
void cipher_base64(const void *data, size_t len, struct buf *base64);

/* The reverse: appends what the whole of base64 stands for. False if it is none. */
bool cipher_unbase64(const char *base64, size_t len, struct buf *data)
    __attribute__((warn_unused_result));

/* len bytes in lower-case hex with a final NUL: 2 * len + 1 characters. */
void cipher_hex(const uint8_t *data, size_t len, char *hex);

/* X-Lark-Signature of a request: hex SHA-256 of timestamp, nonce, key and raw body. */
void cipher_signature(const char *timestamp, const char *nonce, const struct secret *key,
                      const char *body, size_t len, char hex[static CIPHER_HEX_LEN]);

/* Decrypts the text of an "encrypt" field: base64 of IV and AES-256-CBC under SHA-256(key). The
 * plain bytes are appended to plain; caller wipes them with buf_wipe. Every way to fail gives the
 * same error text. */
bool cipher_decrypt(const struct secret *key, const char *base64, size_t len, struct buf *plain,
                    struct error *error) __attribute__((warn_unused_result));

/* The reverse: appends the text of an "encrypt" field to base64. */
bool cipher_encrypt(const struct secret *key, const uint8_t iv[static CIPHER_IV_LEN],
                    const char *plain, size_t len, struct buf *base64, struct error *error)
    __attribute__((warn_unused_result));

/* Effect. Fills data with random bytes fit for secrets; ends the process if there are none. */
void cipher_random(void *data, size_t len);

/* len random bytes in lower-case hex with a final NUL: 2 * len + 1 characters. */
void cipher_random_hex(char *hex, size_t len);

#endif
