#include "secret.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "memory.h"

void secret_set(struct secret *secret, const char *data, size_t len)
{
    char *copy = memory_copy_bytes(data, len);
    secret_release(secret);
    secret->data = copy;
    secret->len = len;
}

bool secret_is_set(const struct secret *secret)
{
    return secret->data != NULL;
}

bool secret_equal(const struct secret *secret, const char *data, size_t len)
{
    return secret_is_set(secret) && secret->len == len &&
           CRYPTO_memcmp(secret->data, data, len) == 0;
}

void secret_release(struct secret *secret)
{
    if (secret->data != NULL)
        OPENSSL_cleanse(secret->data, secret->len);
    free(secret->data);
    *secret = (struct secret)SECRET_INIT;
}
