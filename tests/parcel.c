#include "parcel.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "memory.h"
#include "secret.h"

static char key_text[] = PARCEL_KEY;
static const struct secret key = { key_text, sizeof(key_text) - 1 };

void parcel_plain(struct parcel *parcel, const char *text, size_t len)
{
    *parcel = (struct parcel){ .body = BUF_INIT(16 << 20) };
    buf_add(&parcel->body, text, len);
}

void parcel_encrypt(struct parcel *parcel, const char *text, size_t len)
{
    static const uint8_t iv[CIPHER_IV_LEN] = "sixteen bytes...";
    struct error error = ERROR_INIT;
    parcel_plain(parcel, "{\"encrypt\":\"", strlen("{\"encrypt\":\""));
    ck_assert(cipher_encrypt(&key, iv, text, len, &parcel->body, &error));
    buf_add_text(&parcel->body, "\"}");
}

void parcel_sign(struct parcel *parcel, const char *timestamp)
{
    char hex[CIPHER_HEX_LEN];
    ck_assert_uint_lt(strlen(timestamp), sizeof(parcel->timestamp));
    (void)snprintf(parcel->timestamp, sizeof(parcel->timestamp), "%s", timestamp);
    (void)snprintf(parcel->nonce, sizeof(parcel->nonce), "%s", PARCEL_NONCE);
    cipher_signature(timestamp, parcel->nonce, &key, buf_text(&parcel->body), parcel->body.len,
                     hex);
    (void)snprintf(parcel->signature, sizeof(parcel->signature), "%s", hex);
}

struct envelope_input parcel_input(const struct parcel *parcel)
{
    return (struct envelope_input){ parcel->timestamp, parcel->nonce, parcel->signature,
                                    buf_text(&parcel->body), parcel->body.len };
}

void parcel_release(struct parcel *parcel)
{
    buf_release(&parcel->body);
}

void parcel_app(struct config_app *app, const char *encrypt_key, const char *token)
{
    *app = (struct config_app){ .id = memory_copy(PARCEL_APP), .max_age_s = 28800 };
    if (encrypt_key != NULL)
        secret_set(&app->encrypt_key, encrypt_key, strlen(encrypt_key));
    if (token != NULL)
        secret_set(&app->verification_token, token, strlen(token));
}

void parcel_app_release(struct config_app *app)
{
    free(app->id);
    secret_release(&app->encrypt_key);
    secret_release(&app->verification_token);
}
