#include "cipher.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "secret.h"

/* OpenSSL without its configuration file and error texts, and without taking itself apart at the
 * end: nothing here reads the former, and a process that lives for one request pays for all. */
static void initialise(void)
{
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
                            OPENSSL_INIT_NO_ATEXIT,
                        NULL);
}

void cipher_hex(const uint8_t *data, size_t len, char *hex)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        hex[2 * i] = digits[data[i] >> 4];
        hex[2 * i + 1] = digits[data[i] & 15];
    }
    hex[2 * len] = '\0';
}

void cipher_digest(const struct cipher_part *parts, size_t count,
                   uint8_t digest[static CIPHER_DIGEST_LEN])
{
    initialise();
    EVP_MD_CTX *context = memory_check(EVP_MD_CTX_new());
    bool done = EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; done && i < count; i++)
        done = EVP_DigestUpdate(context, parts[i].data, parts[i].len) == 1;
    done = done && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    /* SHA-256 fails for want of memory alone. */
    memory_check(done ? digest : NULL);
}

void cipher_digest_hex(const struct cipher_part *parts, size_t count,
                       char hex[static CIPHER_HEX_LEN])
{
    uint8_t digest[CIPHER_DIGEST_LEN];
    cipher_digest(parts, count, digest);
    cipher_hex(digest, sizeof(digest), hex);
}

void cipher_hmac(const void *key, size_t key_len, const struct cipher_part *parts, size_t count,
                 uint8_t digest[static CIPHER_DIGEST_LEN])
{
    initialise();
    EVP_MAC *mac = memory_check(EVP_MAC_fetch(NULL, "HMAC", NULL));
    EVP_MAC_CTX *context = memory_check(EVP_MAC_CTX_new(mac));
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end(),
    };
    bool done = EVP_MAC_init(context, key, key_len, parameters) == 1;
    for (size_t i = 0; done && i < count; i++)
        done = EVP_MAC_update(context, parts[i].data, parts[i].len) == 1;
    done = done && EVP_MAC_final(context, digest, NULL, CIPHER_DIGEST_LEN) == 1;
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(mac);
    memory_check(done ? digest : NULL);
}

void cipher_base64(const void *data, size_t len, struct buf *base64)
{
    unsigned char *text = memory_get((len + 2) / 3 * 4 + 1);
    const int count = EVP_EncodeBlock(text, data, (int)len);
    buf_add(base64, text, (size_t)count);
    OPENSSL_cleanse(text, (size_t)count);
    free(text);
}

void cipher_signature(const char *timestamp, const char *nonce, const struct secret *key,
                      const char *body, size_t len, char hex[static CIPHER_HEX_LEN])
{
    const struct cipher_part parts[] = { { timestamp, strlen(timestamp) },
                                         { nonce, strlen(nonce) },
                                         { key->data, key->len },
                                         { body, len } };
    cipher_digest_hex(parts, sizeof(parts) / sizeof(parts[0]), hex);
}

static bool is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

/* Strict standard base64: EVP_DecodeBlock alone would pass white space, stray padding and bits
 * within the padding. Returns the decoded bytes, which the caller frees, or NULL. */
static uint8_t *base64_decode(const char *text, size_t len, size_t *decoded_len)
{
    size_t padding = 0;
    while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
        padding++;
    if (len == 0 || len % 4 != 0 || len > INT32_MAX)
        return NULL;
    for (size_t i = 0; i < len - padding; i++) {
        if (!is_base64(text[i]))
            return NULL;
    }
    uint8_t *decoded = memory_get(len / 4 * 3);
    const int count = EVP_DecodeBlock(decoded, (const unsigned char *)text, (int)len);
    const uint8_t *end = decoded + (count < 0 ? 0 : (size_t)count - padding);
    if (count < 0 || (padding > 0 && end[0] != 0)) {
        free(decoded);
        return NULL;
    }
    *decoded_len = (size_t)count - padding;
    return decoded;
}

/* Encrypts or decrypts len bytes from in to out, which may be the same. To encrypt, out has room
 * for a block more. */
static bool run_cipher(bool encrypt, const struct secret *key, const uint8_t *iv, const uint8_t *in,
                       size_t len, uint8_t *out, size_t *out_len)
{
    uint8_t digest[CIPHER_DIGEST_LEN];
    int body = 0;
    int tail = 0;
    const struct cipher_part part = { key->data, key->len };
    cipher_digest(&part, 1, digest);
    EVP_CIPHER_CTX *context = memory_check(EVP_CIPHER_CTX_new());
    bool done =
        EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, digest, iv, encrypt ? 1 : 0) == 1 &&
        EVP_CipherUpdate(context, out, &body, in, (int)len) == 1 &&
        EVP_CipherFinal_ex(context, out + body, &tail) == 1;
    EVP_CIPHER_CTX_free(context);
    OPENSSL_cleanse(digest, sizeof(digest));
    if (done)
        *out_len = (size_t)body + (size_t)tail;
    return done;
}

bool cipher_unbase64(const char *base64, size_t len, struct buf *data)
{
    size_t decoded_len = 0;
    uint8_t *decoded = base64_decode(base64, len, &decoded_len);
    if (decoded == NULL)
        return false;
    buf_add(data, decoded, decoded_len);
    OPENSSL_cleanse(decoded, decoded_len);
    free(decoded);
    return !data->failed;
}

bool cipher_decrypt(const struct secret *key, const char *base64, size_t len, struct buf *plain,
                    struct error *error)
{
    size_t raw_len = 0;
    size_t plain_len = 0;
    bool done = false;
    uint8_t *raw = base64_decode(base64, len, &raw_len);
    if (raw == NULL || raw_len < 2 * CIPHER_IV_LEN || raw_len % CIPHER_IV_LEN != 0)
        goto out;
    uint8_t *text = raw + CIPHER_IV_LEN;
    done = run_cipher(false, key, raw, text, raw_len - CIPHER_IV_LEN, text, &plain_len);
    if (done)
        buf_add(plain, text, plain_len);
    done = done && !plain->failed;
    OPENSSL_cleanse(raw, raw_len);
out:
    free(raw);
    return done || error_set(error, ERROR_INVALID, "the body cannot be decrypted");
}

bool cipher_encrypt(const struct secret *key, const uint8_t iv[static CIPHER_IV_LEN],
                    const char *plain, size_t len, struct buf *base64, struct error *error)
{
    size_t out_len = 0;
    if (len > INT32_MAX / 2)
        return error_set(error, ERROR_INVALID, "too long to encrypt");
    uint8_t *out = memory_get(CIPHER_IV_LEN + len + CIPHER_IV_LEN);
    memcpy(out, iv, CIPHER_IV_LEN);
    bool done =
        run_cipher(true, key, iv, (const uint8_t *)plain, len, out + CIPHER_IV_LEN, &out_len);
    if (done)
        cipher_base64(out, CIPHER_IV_LEN + out_len, base64);
    free(out);
    return (done && !base64->failed) || error_set(error, ERROR_INVALID, "too long to encrypt");
}

void cipher_random(void *data, size_t len)
{
    uint8_t *bytes = data;
    while (len > 0) {
        ssize_t count = getrandom(bytes, len, 0);
        if (count < 0)
            abort(); /* a kernel without getrandom: there is no safe way on */
        bytes += count;
        len -= (size_t)count;
    }
}

void cipher_random_hex(char *hex, size_t len)
{
    uint8_t *bytes = memory_get(len);
    cipher_random(bytes, len);
    cipher_hex(bytes, len, hex);
    free(bytes);
}
