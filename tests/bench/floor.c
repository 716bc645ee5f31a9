/* The least that a program does for a challenge: it reads the body, decrypts it if it has the key,
 * and parses it. Linked with the libraries of the CGI, of which it uses nothing else.
 *
 *     floor                a plain body
 *     floor KEY            an encrypted one
 *     floor KEY lean       the same without OpenSSL's configuration file and error texts
 *     floor KEY nothing    nothing at all: what the libraries themselves cost */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <confuse.h>
#include <json-c/json.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

enum { BODY_MAX = 1 << 20, IV_LEN = 16 };

static char body[BODY_MAX + 1];

/* The text within {"encrypt": …}, which stays the caller's; NULL if it cannot be decrypted. */
static unsigned char *decrypt(const char *base64, const char *key)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    int len = 0;
    int tail = 0;
    bool done = false;
    const size_t base64_len = strlen(base64);
    unsigned char *raw = malloc(base64_len + 1);
    unsigned char *plain = calloc(1, base64_len + 1);
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    if (raw == NULL || plain == NULL || hash == NULL || cipher == NULL)
        goto out;
    int raw_len = EVP_DecodeBlock(raw, (const unsigned char *)base64, (int)base64_len);
    for (size_t i = base64_len; i > 0 && base64[i - 1] == '='; i--)
        raw_len--;
    done = raw_len > IV_LEN && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1 &&
           EVP_DigestUpdate(hash, key, strlen(key)) == 1 &&
           EVP_DigestFinal_ex(hash, digest, NULL) == 1 &&
           EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, digest, raw) == 1 &&
           EVP_DecryptUpdate(cipher, plain, &len, raw + IV_LEN, raw_len - IV_LEN) == 1 &&
           EVP_DecryptFinal_ex(cipher, plain + len, &tail) == 1;
out:
    EVP_CIPHER_CTX_free(cipher);
    EVP_MD_CTX_free(hash);
    free(raw);
    if (done)
        return plain;
    free(plain);
    return NULL;
}

/* The challenge in the body, under key if it is not NULL; false if it is not there. */
static bool find(const char *key)
{
    bool found = false;
    unsigned char *plain = NULL;
    struct json_object *inner = NULL;
    struct json_object *value = NULL;
    struct json_object *outer = json_tokener_parse(body);
    if (key != NULL && json_object_object_get_ex(outer, "encrypt", &value)) {
        plain = decrypt(json_object_get_string(value), key);
        inner = plain == NULL ? NULL : json_tokener_parse((const char *)plain);
    }
    found = json_object_object_get_ex(key == NULL ? outer : inner, "challenge", &value);
    json_object_put(inner);
    json_object_put(outer);
    free(plain);
    return found;
}

int main(int argc, char **argv)
{
    const char *key = argc > 1 ? argv[1] : NULL;
    const char *mode = argc > 2 ? argv[2] : "";
    if (strcmp(mode, "nothing") == 0)
        return EXIT_SUCCESS;
    if (strcmp(mode, "lean") == 0)
        (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS,
                                  NULL);
    const size_t len = fread(body, 1, BODY_MAX, stdin);
    body[len] = '\0';
    return find(key) ? EXIT_SUCCESS : EXIT_FAILURE;
}
