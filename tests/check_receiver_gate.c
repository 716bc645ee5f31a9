/* Who may post alerts. */
#include "suite.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cipher.h"
#include "config.h"
#include "receiver_gate.h"

static char ops[] = "ops";
static char one[] = "0123456789abcdef";
static char two[] = "fedcba9876543210";
static char key[] = "grafana's";

static struct secret tokens[] = { { one, sizeof(one) - 1 }, { two, sizeof(two) - 1 } };
static struct config_receiver receivers[] = { { .name = ops, .tokens = { tokens, 2 } } };
static const struct config config = { .receivers = receivers, .receiver_count = 1 };

static const struct {
    const char *name;
    const char *authorization;
    bool allowed;
} passes[] = {
    { "ops", "Bearer 0123456789abcdef", true },
    { "ops", "bearer fedcba9876543210", true },
    { "ops", "Basic OjAxMjM0NTY3ODlhYmNkZWY=", true },     /* ":" and the token */
    { "ops", "Basic dXNlcjowMTIzNDU2Nzg5YWJjZGVm", true }, /* "user:" and the token */
    { "ops", "Basic MDEyMzQ1Njc4OWFiY2RlZg==", false },    /* no colon */
    { "ops", "Basic !!", false },
    { "ops", "Bearer 0123456789abcdeF", false },
    { "ops", "Bearer 0123456789abcde", false },
    { "ops", "Bearer 0123456789abcdef0", false },
    { "ops", "Bearer ", false },
    { "ops", "0123456789abcdef", false },
    { "ops", "Token 0123456789abcdef", false },
    { "ops", "", false },
    { "OPS", "Bearer 0123456789abcdef", false },
    { "", "Bearer 0123456789abcdef", false },
    { "nobody", "Bearer \x01 nobody's token, since no header holds this \x01", false },
};

START_TEST(asks_for_a_token)
{
    const struct receiver_pass pass = { .name = passes[_i].name,
                                        .authorization = passes[_i].authorization,
                                        .grafana_signature = "",
                                        .grafana_timestamp = "",
                                        .body = "" };
    ck_assert_msg((receiver_gate(&config, &pass, NOW_MS) != NULL) == passes[_i].allowed, "%s %s",
                  passes[_i].name, passes[_i].authorization);
}
END_TEST

static const struct {
    const char *timestamp;
    const char *signed_body;
    bool upper;
    bool allowed;
} signings[] = {
    { "1700000000", "{}", false, true },  { "1699999700", "{}", false, true },
    { "1700000300", "{}", false, true },  { "1699999699", "{}", false, false },
    { "1700000301", "{}", false, false }, { "1700000000", "{ }", false, false },
    { "1700000000", "{}", true, false },  { "x", "{}", false, false },
    { "", "{}", false, false },
};

START_TEST(asks_for_grafanas_signature)
{
    uint8_t digest[CIPHER_DIGEST_LEN];
    char hex[CIPHER_HEX_LEN];
    struct config_receiver signed_one = receivers[0];
    signed_one.grafana_secret = (struct secret){ key, sizeof(key) - 1 };
    const struct config signed_config = { .receivers = &signed_one, .receiver_count = 1 };
    const struct cipher_part parts[] = {
        { signings[_i].timestamp, strlen(signings[_i].timestamp) },
        { ":", 1 },
        { signings[_i].signed_body, strlen(signings[_i].signed_body) },
    };
    cipher_hmac(key, sizeof(key) - 1, parts, 3, digest);
    cipher_hex(digest, sizeof(digest), hex);
    for (char *at = hex; signings[_i].upper && *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    const struct receiver_pass pass = { .name = "ops",
                                        .authorization = "Bearer 0123456789abcdef",
                                        .grafana_signature = hex,
                                        .grafana_timestamp = signings[_i].timestamp,
                                        .body = "{}",
                                        .body_len = 2 };
    ck_assert((receiver_gate(&signed_config, &pass, NOW_MS) != NULL) == signings[_i].allowed);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "asks for a token", asks_for_a_token, COUNT(passes));
    suite_add(suite, "asks for Grafana's signature", asks_for_grafanas_signature, COUNT(signings));
}

SUITE_MAIN("receiver gate", fill)
