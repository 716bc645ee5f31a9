/* Pure. From the bytes of a request to JSON that is known to come from the platform. */
#ifndef FEISHU_ENVELOPE_H
#define FEISHU_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_app;
struct error;
struct json_object;

enum { ENVELOPE_CHALLENGE_MAX = 8192 }; /* bytes of an unsigned body that is looked into */

/* What is known of a request before it is trusted. Texts are "" when absent. */
struct envelope_input {
    const char *timestamp;
    const char *nonce;
    const char *signature;
    const char *body;
    size_t body_len;
};

enum envelope_kind { ENVELOPE_CHALLENGE, ENVELOPE_EVENT };

struct envelope {
    enum envelope_kind kind;
    struct json_object *tree; /* decrypted, authenticated; see envelope_release */
    const char *challenge;    /* borrowed from tree; NULL for events */
};

/* Authenticates, decrypts and parses. With an encrypt key: the signature is checked over the raw
 * bytes before anything is decrypted; an unsigned or wrongly signed body passes only as an
 * encrypted challenge with the right token. Without: the token inside decides. Then the inner
 * token, app id and age are checked. now_ms: wall clock. On failure: ERROR_UNAUTHENTICATED or
 * ERROR_INVALID with a reason for the log, and nothing to release. */
bool envelope_open(const struct envelope_input *input, const struct config_app *app, int64_t now_ms,
                   struct envelope *envelope, struct error *error)
    __attribute__((warn_unused_result));

/* Frees the tree. */
void envelope_release(struct envelope *envelope);

#endif
