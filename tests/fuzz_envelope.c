/* The way in, from a request's bytes to an event. The first byte's bits choose what is configured
 * and what the rest is: behind encryption and signature no fuzzer finds the way by itself. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "config.h"
#include "envelope.h"
#include "error.h"
#include "event.h"
#include "secret.h"
#include "tree.h"

#define NOW_MS    INT64_C(1752346850000)
#define TIMESTAMP "1752346850"

enum { KEY = 1, TOKEN = 2, ENCRYPT = 4, SIGN = 8 };

static char id[] = "cli_x";
static char key_text[] = "test key";
static char token_text[] = "vt-abc";
static const struct secret key = { key_text, sizeof(key_text) - 1 };
static const struct secret token = { token_text, sizeof(token_text) - 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The body to send. */
static struct buf prepare(const char *text, size_t len, bool encrypt)
{
    static const uint8_t iv[CIPHER_IV_LEN] = "sixteen bytes...";
    struct buf body = BUF_INIT(1 << 20);
    struct error error = ERROR_INIT;
    if (!encrypt) {
        buf_add(&body, text, len);
        return body;
    }
    buf_add_text(&body, "{\"encrypt\":\"");
    const bool done = cipher_encrypt(&key, iv, text, len, &body, &error);
    assert(done);
    buf_add_text(&body, "\"}");
    return body;
}

static void read_event(struct json_object *tree)
{
    struct error error = ERROR_INIT;
    struct event event;
    if (event_read(tree, &event, &error)) {
        assert(event.id != NULL && event.type != NULL);
        if (event.kind == EVENT_MESSAGE)
            free(event_words(&event.message, "ou_bot"));
    } else {
        assert(error.kind == ERROR_INVALID);
    }
    event_release(&event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const int mode = len == 0 ? 0 : data[0];
    const char *text = len == 0 ? "" : (const char *)data + 1;
    struct error error = ERROR_INIT;
    struct envelope envelope;
    char signature[CIPHER_HEX_LEN] = "";
    const struct config_app app = {
        .id = id,
        .encrypt_key = (mode & KEY) != 0 ? key : (struct secret)SECRET_INIT,
        .verification_token = (mode & TOKEN) != 0 ? token : (struct secret)SECRET_INIT,
        .max_age_s = 28800,
    };
    struct buf body = prepare(text, len == 0 ? 0 : len - 1, (mode & ENCRYPT) != 0);
    if ((mode & SIGN) != 0)
        cipher_signature(TIMESTAMP, "1", &key, buf_text(&body), body.len, signature);
    const struct envelope_input input = { TIMESTAMP, "1", signature, buf_text(&body), body.len };
    const bool proven = (mode & KEY) != 0 && (mode & SIGN) != 0;
    if (envelope_open(&input, &app, NOW_MS, &envelope, &error)) {
        assert(tree_is_object(envelope.tree));
        assert((envelope.kind == ENVELOPE_CHALLENGE) == (envelope.challenge != NULL));
        assert((mode & (KEY | TOKEN)) != 0);
        assert(envelope.kind == ENVELOPE_CHALLENGE || proven || (mode & KEY) == 0);
        if (envelope.kind == ENVELOPE_EVENT)
            read_event(envelope.tree);
        envelope_release(&envelope);
    } else {
        assert(error.kind == ERROR_UNAUTHENTICATED || error.kind == ERROR_INVALID);
        assert(error.kind == ERROR_UNAUTHENTICATED || (mode & KEY) == 0 || proven);
        assert(envelope.tree == NULL);
    }
    buf_release(&body);
    return 0;
}
