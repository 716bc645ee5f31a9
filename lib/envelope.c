#include "envelope.h"

#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "config.h"
#include "error.h"
#include "number.h"
#include "secret.h"
#include "tree.h"

enum { AHEAD_MAX_MS = 300 * 1000 }; /* how far the platform's clock may be ahead of ours */

/* What an event says of itself, in either schema. NULL where it does not. */
struct claims {
    const char *token;
    const char *app_id;
    const char *time;
};

static bool is_text(const char *text, const char *wanted)
{
    return text != NULL && strcmp(text, wanted) == 0;
}

/* Whether the time is within max_age and not ahead of our clock. */
static bool is_fresh(const char *time, const struct config_app *app, int64_t now_ms)
{
    int64_t time_ms;
    if (app->max_age_s == 0)
        return true;
    if (time == NULL || !number_parse_time(time, &time_ms))
        return false;
    return now_ms - time_ms <= app->max_age_s * 1000 && time_ms - now_ms <= AHEAD_MAX_MS;
}

/* NULL if the platform signed the body, and lately; else why that is not proven. */
static const char *doubt_signature(const struct envelope_input *input, const struct config_app *app,
                                   int64_t now_ms)
{
    char hex[CIPHER_HEX_LEN];
    const struct secret right = { hex, CIPHER_HEX_LEN - 1 };
    if (input->timestamp[0] == '\0' || input->nonce[0] == '\0' || input->signature[0] == '\0')
        return "not signed";
    cipher_signature(input->timestamp, input->nonce, &app->encrypt_key, input->body,
                     input->body_len, hex);
    if (!secret_equal(&right, input->signature, strlen(input->signature)))
        return "wrong signature";
    return is_fresh(input->timestamp, app, now_ms) ? NULL : "signed at a time outside max_age";
}

/* The object in the encrypted body. NULL and ERROR_INVALID if there is none. */
static struct json_object *decrypt(const struct envelope_input *input, const struct secret *key,
                                   struct error *error)
{
    struct buf plain = BUF_INIT(input->body_len);
    struct json_object *inner = NULL;
    struct json_object *outer = tree_parse_object(input->body, input->body_len, error);
    const char *encrypted = tree_text(outer, "encrypt");
    if (outer == NULL)
        goto out;
    if (encrypted == NULL)
        error_set(error, ERROR_INVALID, "the body is not encrypted");
    else if (cipher_decrypt(key, encrypted, strlen(encrypted), &plain, error))
        inner = tree_parse_object(buf_text(&plain), plain.len, error);
out:
    buf_wipe(&plain);
    tree_free(outer);
    return inner;
}

static bool is_challenge(struct json_object *tree)
{
    return is_text(tree_text(tree, "type"), "url_verification");
}

/* Whether the token is the configured one, if one is configured. */
static bool is_right_token(const struct config_app *app, const char *token)
{
    if (!secret_is_set(&app->verification_token))
        return true;
    return token != NULL && secret_equal(&app->verification_token, token, strlen(token));
}

static bool take_challenge(struct json_object *tree, const struct config_app *app,
                           struct envelope *envelope, struct error *error)
{
    if (!is_right_token(app, tree_text(tree, "token")))
        return error_set(error, ERROR_UNAUTHENTICATED, "challenge with a wrong token");
    const char *challenge = tree_text(tree, "challenge");
    if (challenge == NULL)
        return error_set(error, ERROR_INVALID, "url_verification without a challenge");
    *envelope = (struct envelope){ ENVELOPE_CHALLENGE, tree, challenge };
    return true;
}

/* False if the tree is an event of neither schema. */
static bool read_claims(struct json_object *tree, struct claims *claims)
{
    struct json_object *header = tree_object(tree, "header");
    struct json_object *event = tree_object(tree, "event");
    if (is_text(tree_text(tree, "schema"), "2.0") && header != NULL) {
        claims->token = tree_text(header, "token");
        claims->app_id = tree_text(header, "app_id");
        claims->time = tree_text(header, "create_time");
        return true;
    }
    claims->token = tree_text(tree, "token");
    claims->app_id = tree_text(event, "app_id");
    claims->time = tree_text(tree, "ts");
    return !tree_has(tree, "schema") && tree_text(tree, "uuid") != NULL && event != NULL;
}

static bool take_event(struct json_object *tree, const struct claims *claims,
                       const struct config_app *app, struct envelope *envelope, struct error *error)
{
    if (!is_right_token(app, claims->token))
        return error_set(error, ERROR_UNAUTHENTICATED, "wrong verification token");
    if (!is_text(claims->app_id, app->id))
        return error_set(error, ERROR_UNAUTHENTICATED, "wrong app id");
    *envelope = (struct envelope){ ENVELOPE_EVENT, tree, NULL };
    return true;
}

/* Of a body that is signed: whatever is wrong with its shape, the platform sent it. */
static bool open_signed(const struct envelope_input *input, const struct config_app *app,
                        struct envelope *envelope, struct error *error)
{
    struct claims claims;
    bool taken = false;
    struct json_object *tree = decrypt(input, &app->encrypt_key, error);
    if (tree == NULL)
        return false;
    if (is_challenge(tree))
        taken = take_challenge(tree, app, envelope, error);
    else if (read_claims(tree, &claims))
        taken = take_event(tree, &claims, app, envelope, error);
    else
        error_set(error, ERROR_INVALID, "neither schema 2.0 nor 1.0");
    if (!taken)
        tree_free(tree);
    return taken;
}

/* Of a body whose signature is in doubt: a challenge passes, and all else has one answer. */
static bool open_unsigned(const struct envelope_input *input, const struct config_app *app,
                          const char *doubt, struct envelope *envelope, struct error *error)
{
    struct error detail = ERROR_INIT;
    if (input->body_len > ENVELOPE_CHALLENGE_MAX)
        return error_set(error, ERROR_UNAUTHENTICATED, "%s", doubt);
    struct json_object *tree = decrypt(input, &app->encrypt_key, &detail);
    if (is_challenge(tree) && take_challenge(tree, app, envelope, &detail))
        return true;
    tree_free(tree);
    return error_set(error, ERROR_UNAUTHENTICATED, "%s%s%s", doubt,
                     detail.kind == ERROR_NONE ? "" : "; ", detail.text);
}

/* Without a key nothing but the token inside tells who sent the body. */
static bool judge_plain(struct json_object *tree, const struct config_app *app, int64_t now_ms,
                        struct envelope *envelope, struct error *error)
{
    struct claims claims;
    if (tree_has(tree, "encrypt"))
        return error_set(error, ERROR_UNAUTHENTICATED,
                         "encrypted, but no encrypt_key is configured");
    if (is_challenge(tree))
        return take_challenge(tree, app, envelope, error);
    if (!read_claims(tree, &claims))
        return error_set(error, ERROR_UNAUTHENTICATED, "neither schema 2.0 nor 1.0");
    if (!take_event(tree, &claims, app, envelope, error))
        return false;
    return is_fresh(claims.time, app, now_ms) ||
           error_set(error, ERROR_UNAUTHENTICATED, "created at a time outside max_age");
}

static bool open_plain(const struct envelope_input *input, const struct config_app *app,
                       int64_t now_ms, struct envelope *envelope, struct error *error)
{
    struct error detail = ERROR_INIT;
    if (!secret_is_set(&app->verification_token))
        return error_set(error, ERROR_UNAUTHENTICATED, "no verification_token is configured");
    struct json_object *tree = tree_parse_object(input->body, input->body_len, &detail);
    if (tree == NULL)
        return error_set(error, ERROR_UNAUTHENTICATED, "%s", detail.text);
    if (judge_plain(tree, app, now_ms, envelope, error))
        return true;
    tree_free(tree);
    *envelope = (struct envelope){ ENVELOPE_EVENT, NULL, NULL };
    return false;
}

bool envelope_open(const struct envelope_input *input, const struct config_app *app, int64_t now_ms,
                   struct envelope *envelope, struct error *error)
{
    *envelope = (struct envelope){ ENVELOPE_EVENT, NULL, NULL };
    if (!secret_is_set(&app->encrypt_key))
        return open_plain(input, app, now_ms, envelope, error);
    const char *doubt = doubt_signature(input, app, now_ms);
    if (doubt == NULL)
        return open_signed(input, app, envelope, error);
    return open_unsigned(input, app, doubt, envelope, error);
}

void envelope_release(struct envelope *envelope)
{
    tree_free(envelope->tree);
    *envelope = (struct envelope){ ENVELOPE_EVENT, NULL, NULL };
}
