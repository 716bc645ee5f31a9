#include "knock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "memory.h"
#include "secret.h"
#include "tree.h"

enum {
    BODY_MAX = 1 << 20,
    NONCE_LEN = 8,    /* bytes */
    BEYOND_S = 60,    /* how much older than max_age what is stale is */
    HEADER_COUNT = 3, /* of the signature */
    NUMBER_LEN = 24,  /* characters of an int64_t */
};

static const char wrong_token[] = "feishu-setup-wrong-token";
static const char wrong_key[] = "feishu-setup-wrong-key";

/* What goes over the wire. */
struct parcel {
    struct buf body;
    char *signature[HEADER_COUNT]; /* headers; all NULL: not signed */
};

void knock_open(struct knock *knock, const char *url, const char *connect_to,
                const struct config *config)
{
    const bool plain = strncasecmp(url, "http://", strlen("http://")) == 0;
    *knock = (struct knock){ .url = url, .connect_to = connect_to, .config = config };
    knock->http = http_open(config->app.ca, "", plain);
}

void knock_close(struct knock *knock)
{
    http_close(knock->http);
    knock->http = NULL;
}

static bool is_challenge(struct json_object *event)
{
    const char *type = tree_text(event, "type");
    return type != NULL && strcmp(type, "url_verification") == 0;
}

/* When the platform would have made and signed it, wall clock. */
static int64_t made_ms(const struct knock *knock, enum knock_forgery forgery)
{
    const int64_t age_s = knock->config->app.max_age_s + BEYOND_S;
    return clock_wall_ms() - (forgery == KNOCK_STALE ? age_s * 1000 : 0);
}

/* Fills in what only the app and its platform know, and the time. */
static void complete(const struct knock *knock, struct json_object *event,
                     enum knock_forgery forgery, int64_t now_ms)
{
    const struct secret *right = &knock->config->app.verification_token;
    const char *token = secret_is_set(right) ? right->data : "";
    struct json_object *header = is_challenge(event) ? event : tree_object(event, "header");
    char time[NUMBER_LEN];
    tree_set_text(header, "token", forgery == KNOCK_WRONG_TOKEN ? wrong_token : token);
    if (header == event)
        return;
    (void)snprintf(time, sizeof(time), "%" PRId64, now_ms);
    tree_set_text(header, "create_time", time);
}

/* The body {"encrypt": "…"}. */
static void encrypt(const struct secret *key, const struct buf *text, struct buf *body)
{
    struct error error = ERROR_INIT;
    uint8_t iv[CIPHER_IV_LEN];
    struct buf base64 = BUF_INIT(BODY_MAX);
    struct json_object *tree = tree_new_object();
    cipher_random(iv, sizeof(iv));
    /* Fails for texts far longer than any that is sent; the bot then refuses the empty one. */
    (void)!cipher_encrypt(key, iv, buf_text(text), text->len, &base64, &error);
    tree_set_text(tree, "encrypt", buf_text(&base64));
    tree_print(tree, body);
    tree_free(tree);
    buf_release(&base64);
}

static void sign(const struct secret *key, int64_t now_ms, struct parcel *parcel)
{
    char time[NUMBER_LEN];
    char nonce[2 * NONCE_LEN + 1];
    char signature[CIPHER_HEX_LEN];
    (void)snprintf(time, sizeof(time), "%" PRId64, now_ms / 1000);
    cipher_random_hex(nonce, NONCE_LEN);
    cipher_signature(time, nonce, key, buf_text(&parcel->body), parcel->body.len, signature);
    parcel->signature[0] = memory_format("X-Lark-Request-Timestamp: %s", time);
    parcel->signature[1] = memory_format("X-Lark-Request-Nonce: %s", nonce);
    parcel->signature[2] = memory_format("X-Lark-Signature: %s", signature);
}

/* Prints the event into the parcel, as the platform with this configuration sends it. */
static void pack(const struct knock *knock, struct json_object *event, enum knock_forgery forgery,
                 struct parcel *parcel)
{
    const struct secret *key = &knock->config->app.encrypt_key;
    struct secret other = SECRET_INIT;
    struct buf text = BUF_INIT(BODY_MAX);
    const int64_t now_ms = made_ms(knock, forgery);
    complete(knock, event, forgery, now_ms);
    if (!secret_is_set(key)) {
        tree_print(event, &parcel->body);
        return;
    }
    tree_print(event, &text);
    encrypt(key, &text, &parcel->body);
    secret_set(&other, wrong_key, strlen(wrong_key));
    if (!is_challenge(event) && forgery != KNOCK_UNSIGNED)
        sign(forgery == KNOCK_WRONG_SIGNATURE ? &other : key, now_ms, parcel);
    secret_release(&other);
    buf_wipe(&text);
}

static void send_parcel(struct knock *knock, const struct parcel *parcel, int64_t timeout_ms,
                        struct knock_answer *answer)
{
    struct error error = ERROR_INIT;
    const char *const headers[] = {
        "Content-Type: application/json;charset=utf-8",
        "Accept:",
        parcel->signature[0],
        parcel->signature[1],
        parcel->signature[2],
        NULL,
    };
    const struct http_request request = {
        .method = "POST",
        .url = knock->url,
        .body = buf_text(&parcel->body),
        .body_len = parcel->body.len,
        .headers = headers,
        .connect_to = knock->connect_to,
        .user_agent = "Go-http-client/1.1",
        .ipv4 = true,
    };
    const int64_t began_ms = clock_steady_ms();
    answer->outcome =
        knock->http->send(knock->http, &request, began_ms + timeout_ms, &answer->response, &error);
    answer->ms = clock_steady_ms() - began_ms;
    (void)snprintf(answer->trouble, sizeof(answer->trouble), "%s", error.text);
}

void knock_post(struct knock *knock, struct json_object *event, enum knock_forgery forgery,
                int64_t timeout_ms, struct knock_answer *answer)
{
    struct parcel parcel = { .body = BUF_INIT(BODY_MAX) };
    *answer = (struct knock_answer){ .response = HTTP_RESPONSE_INIT };
    pack(knock, event, forgery, &parcel);
    send_parcel(knock, &parcel, timeout_ms, answer);
    tree_wipe(event);
    buf_wipe(&parcel.body);
    for (size_t i = 0; i < HEADER_COUNT; i++)
        free(parcel.signature[i]);
}

void knock_answer_release(struct knock_answer *answer)
{
    buf_wipe(&answer->response.body);
}
