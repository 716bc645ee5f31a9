/* What the platform would send: bodies encrypted and signed as it does it. */
#ifndef FEISHU_PARCEL_H
#define FEISHU_PARCEL_H

#include <stddef.h>

#include "buf.h"
#include "cipher.h"
#include "config.h"
#include "envelope.h"

#define PARCEL_KEY   "test key"
#define PARCEL_TOKEN "vt-abc"
#define PARCEL_APP   "cli_x"
#define PARCEL_TIME  "1700000000" /* NOW_MS, in seconds */
#define PARCEL_NONCE "950646929"

struct parcel {
    struct buf body;
    char timestamp[40];
    char nonce[40];
    char signature[2 * CIPHER_HEX_LEN];
};

/* The body is the plain text itself, unsigned. Caller releases. */
void parcel_plain(struct parcel *parcel, const char *text, size_t len);

/* The body is {"encrypt": …} of the plain text under PARCEL_KEY, unsigned. Caller releases. */
void parcel_encrypt(struct parcel *parcel, const char *text, size_t len);

/* Signs the body as it is, under PARCEL_KEY. */
void parcel_sign(struct parcel *parcel, const char *timestamp);

/* What envelope_open takes. Borrows from the parcel. */
struct envelope_input parcel_input(const struct parcel *parcel);

void parcel_release(struct parcel *parcel);

/* Sets an app with PARCEL_APP, 8 hours of max_age, and the secrets given, NULL for none. Caller
 * releases. */
void parcel_app(struct config_app *app, const char *key, const char *token);
void parcel_app_release(struct config_app *app);

#endif
