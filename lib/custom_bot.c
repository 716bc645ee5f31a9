#include "custom_bot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "http.h"
#include "rate.h"
#include "service.h"
#include "tree.h"

enum { MINUTE_MS = 60000, SECOND_MS = 1000, WAIT_S = 15, REQUEST_MAX = 1 << 20 };

void custom_bot_sign(const char *timestamp, const struct secret *secret, struct buf *signature)
{
    uint8_t digest[CIPHER_DIGEST_LEN];
    struct buf key = BUF_INIT(1024);
    buf_add_format(&key, "%s\n", timestamp);
    buf_add(&key, secret->data, secret->len);
    cipher_hmac(buf_text(&key), key.len, NULL, 0, digest);
    cipher_base64(digest, sizeof(digest), signature);
    buf_wipe(&key);
}

static struct json_object *request_of(const struct config_custom_bot *bot, struct json_object *card)
{
    char timestamp[24];
    struct buf signature = BUF_INIT(128);
    struct json_object *body = tree_new_object();
    if (secret_is_set(&bot->secret)) {
        (void)snprintf(timestamp, sizeof(timestamp), "%" PRId64, clock_wall_ms() / 1000);
        custom_bot_sign(timestamp, &bot->secret, &signature);
        tree_set_text(body, "timestamp", timestamp);
        tree_set_text(body, "sign", buf_text(&signature));
    }
    tree_set_text(body, "msg_type", "interactive");
    tree_set(body, "card", tree_share(card));
    buf_release(&signature);
    return body;
}

/* The codes that say something of the card; any other passes, or somebody must mend something. */
static bool is_content(int64_t code)
{
    static const int64_t codes[] = { 19036, 11246, 11310, 100290, 200621, 200861, 200380, 230099 };
    size_t i = 0;
    const size_t count = sizeof(codes) / sizeof(codes[0]);
    while (i < count && codes[i] != code)
        i++;
    return i < count;
}

static enum card_post_result judge(struct service *service, const struct http_response *response,
                                   struct error *error)
{
    struct error cause = ERROR_INIT;
    int64_t code = -1;
    struct json_object *tree =
        tree_parse_object(buf_text(&response->body), response->body.len, &cause);
    if (!tree_int(tree, "code", &code))
        (void)tree_int(tree, "StatusCode", &code);
    const char *text = tree_text(tree, "msg");
    if (code != 0) {
        (void)error_set(error, ERROR_NETWORK, "the custom bot answers code %" PRId64 ": %.100s",
                        code, text == NULL ? "" : text);
        log_error(service->log, "%s", error->text);
    }
    tree_free(tree);
    if (code == 0)
        return CARD_POST_DONE;
    return is_content(code) ? CARD_POST_CONTENT : CARD_POST_LATER;
}

static enum card_post_result send(struct service *service, const struct config_custom_bot *bot,
                                  const struct buf *body, int64_t deadline_ms, struct error *error)
{
    struct http_response response = HTTP_RESPONSE_INIT;
    const struct http_request request = {
        .method = "POST",
        .url = bot->url,
        .body = buf_text(body),
        .body_len = body->len,
    };
    struct http *http = http_open(service->config->app.ca, service->config->app.proxy, true);
    const enum http_outcome outcome = http->send(http, &request, deadline_ms, &response, error);
    enum card_post_result result = outcome == HTTP_CUT ? CARD_POST_UNKNOWN : CARD_POST_LATER;
    if (outcome == HTTP_ANSWERED)
        result = judge(service, &response, error);
    http_close(http);
    buf_wipe(&response.body);
    return result;
}

enum card_post_result custom_bot_post(struct service *service,
                                      const struct config_receiver *receiver,
                                      struct json_object *card, int64_t deadline_ms,
                                      int64_t *wait_s, struct error *error)
{
    int64_t wait_ms = 0;
    const int64_t now_ms = clock_wall_ms();
    const struct rate rates[] = { { receiver->name, SECOND_MS, 5 },
                                  { receiver->name, MINUTE_MS, 100 } };
    *wait_s = WAIT_S;
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        if (rate_take(service->store, &rates[i], now_ms, &wait_ms))
            continue;
        *wait_s = wait_ms / SECOND_MS + 1;
        (void)error_set(error, ERROR_NETWORK, "more would be faster than a custom bot may be");
        return CARD_POST_LATER;
    }
    struct buf text = BUF_INIT(REQUEST_MAX);
    struct json_object *body = request_of(&receiver->custom_bot, card);
    tree_print(body, &text);
    const enum card_post_result result =
        send(service, &receiver->custom_bot, &text, deadline_ms, error);
    buf_release(&text);
    tree_free(body);
    return result;
}
