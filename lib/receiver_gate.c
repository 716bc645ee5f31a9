#include "receiver_gate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "cipher.h"
#include "config.h"
#include "number.h"

enum { TOKENS = 2, TOKEN_MAX = 1024 };

/* The token that the header shows: behind "Bearer ", or the password of "Basic ". Appends it to
 * token, which the caller wipes. */
static void read_token(const char *authorization, struct buf *token)
{
    static const char bearer[] = "Bearer ";
    static const char basic[] = "Basic ";
    if (strncasecmp(authorization, bearer, sizeof(bearer) - 1) == 0) {
        buf_add_text(token, authorization + sizeof(bearer) - 1);
        return;
    }
    if (strncasecmp(authorization, basic, sizeof(basic) - 1) != 0)
        return;
    struct buf pair = BUF_INIT(TOKEN_MAX);
    const char *coded = authorization + sizeof(basic) - 1;
    if (cipher_unbase64(coded, strlen(coded), &pair)) {
        const char *colon = memchr(buf_text(&pair), ':', pair.len);
        if (colon != NULL)
            buf_add(token, colon + 1, pair.len - (size_t)(colon + 1 - pair.data));
    }
    buf_wipe(&pair);
}

/* Whether the token is one of the receiver's. Compares with as many as there can be, whatever the
 * result; where there is no receiver, with nothing that anybody knows. */
static bool has_token(const struct config_receiver *receiver, const struct buf *token)
{
    static char unknown[] = "\x01 nobody's token, since no header holds this \x01";
    const struct secret nobodys = { unknown, sizeof(unknown) - 1 };
    bool found = false;
    for (size_t i = 0; i < TOKENS; i++) {
        const bool there = receiver != NULL && i < receiver->tokens.count;
        const struct secret *secret = there ? &receiver->tokens.items[i] : &nobodys;
        found |= secret_equal(secret, buf_text(token), token->len) && there;
    }
    return found;
}

/* Whether Grafana signed time and body with the secret, not long ago. */
static bool is_signed(const struct secret *secret, const struct receiver_pass *pass, int64_t now_ms)
{
    uint8_t digest[CIPHER_DIGEST_LEN];
    char hex[CIPHER_HEX_LEN];
    uint64_t seconds;
    const struct cipher_part parts[] = {
        { pass->grafana_timestamp, strlen(pass->grafana_timestamp) },
        { ":", 1 },
        { pass->body, pass->body_len },
    };
    if (!number_parse(pass->grafana_timestamp, 0, UINT32_MAX, &seconds))
        return false;
    cipher_hmac(secret->data, secret->len, parts, sizeof(parts) / sizeof(parts[0]), digest);
    cipher_hex(digest, sizeof(digest), hex);
    const struct secret expected = { hex, sizeof(hex) - 1 };
    const int64_t age_s = now_ms / 1000 - (int64_t)seconds;
    return secret_equal(&expected, pass->grafana_signature, strlen(pass->grafana_signature)) &&
           age_s <= RECEIVER_GATE_AGE_S && age_s >= -RECEIVER_GATE_AGE_S;
}

const struct config_receiver *receiver_gate(const struct config *config,
                                            const struct receiver_pass *pass, int64_t now_ms)
{
    struct buf token = BUF_INIT(TOKEN_MAX);
    const struct config_receiver *receiver = config_receiver(config, pass->name);
    read_token(pass->authorization, &token);
    const bool allowed = has_token(receiver, &token);
    buf_wipe(&token);
    if (!allowed)
        return NULL;
    const struct secret *secret = &receiver->grafana_secret;
    return !secret_is_set(secret) || is_signed(secret, pass, now_ms) ? receiver : NULL;
}
