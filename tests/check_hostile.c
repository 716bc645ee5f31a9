/* What an attacker sends, and the exact kind of error that comes of it. The classes:
 *
 *  1. base64 cut short at every length                  8. invalid UTF-8
 *  2. every wrong padding of the last block             9. keys given twice
 *  3. a bit flipped anywhere in body or headers        10. NUL in texts, raw and escaped
 *  4. headers stripped                                 11. numbers and others for texts
 *  5. signatures: wrong, upper case, cut, of SHA-1     12. giant fields
 *  6. timestamps: stale, future, shifted into nonce    13. plain text while a key is configured
 *  7. deep nesting                                     14. unsigned, and no challenge
 *  15. challenges with a wrong token                   16. mixtures of both schemas
 *  17. signed under another key                        18. bodies extended behind their signature
 */
#include "suite.h"

#include <string.h>

#include "error.h"
#include "event.h"
#include "memory.h"
#include "parcel.h"
#include "tree.h"

#define EVENT                                                                                      \
    "{\"schema\":\"2.0\",\"header\":{\"event_id\":\"e-1\",\"event_type\":\"im.message.receive_"    \
    "v1\","                                                                                        \
    "\"create_time\":\"1700000000000\",\"token\":\"vt-abc\",\"app_id\":\"cli_x\","                 \
    "\"tenant_key\":\"tk\"},\"event\":{\"sender\":{\"sender_id\":{\"open_id\":\"ou_u\"},"          \
    "\"sender_type\":\"user\",\"tenant_key\":\"tk\"},\"message\":{\"message_id\":\"om_1\","        \
    "\"create_time\":\"1700000000000\",\"chat_id\":\"oc_1\",\"chat_type\":\"p2p\","                \
    "\"message_type\":\"text\",\"content\":\"{\\\"text\\\":\\\"ping\\\"}\"}}}"
#define CHALLENGE "{\"challenge\":\"c-123\",\"token\":\"vt-abc\",\"type\":\"url_verification\"}"

/* What came of it: an error's kind, or what was accepted. */
enum outcome {
    REFUSED, /* ERROR_UNAUTHENTICATED */
    INVALID, /* ERROR_INVALID, after authentication */
    EVENT_READ,
    CHALLENGED
};

static struct config_app app;

static void set_up(void)
{
    parcel_app(&app, PARCEL_KEY, PARCEL_TOKEN);
}

static void set_up_without_key(void)
{
    parcel_app(&app, NULL, PARCEL_TOKEN);
}

static void tear_down(void)
{
    parcel_app_release(&app);
}

/* The whole way in. */
static enum outcome judge(const struct envelope_input *input)
{
    struct error error = ERROR_INIT;
    struct envelope envelope;
    struct event event;
    enum outcome outcome = CHALLENGED;
    if (!envelope_open(input, &app, NOW_MS, &envelope, &error)) {
        ck_assert(error.kind == ERROR_UNAUTHENTICATED || error.kind == ERROR_INVALID);
        ck_assert_ptr_null(envelope.tree);
        return error.kind == ERROR_INVALID ? INVALID : REFUSED;
    }
    if (envelope.kind == ENVELOPE_EVENT) {
        outcome = event_read(envelope.tree, &event, &error) ? EVENT_READ : INVALID;
        ck_assert_int_eq(error.kind, outcome == INVALID ? ERROR_INVALID : ERROR_NONE);
        event_release(&event);
    }
    envelope_release(&envelope);
    return outcome;
}

static enum outcome judge_parcel(const struct parcel *parcel)
{
    const struct envelope_input input = parcel_input(parcel);
    return judge(&input);
}

/* Texts come encrypted and signed unless it says otherwise. */
static enum outcome judge_text(const char *text, size_t len, bool encrypted, bool sign)
{
    struct parcel parcel;
    if (encrypted)
        parcel_encrypt(&parcel, text, len);
    else
        parcel_plain(&parcel, text, len);
    if (sign)
        parcel_sign(&parcel, PARCEL_TIME);
    const enum outcome outcome = judge_parcel(&parcel);
    parcel_release(&parcel);
    return outcome;
}

/* 0. Without an attack everything passes: else nothing below would prove anything. */
START_TEST(passes_without_an_attack)
{
    ck_assert_int_eq(judge_text(EVENT, strlen(EVENT), true, true), EVENT_READ);
    ck_assert_int_eq(judge_text(CHALLENGE, strlen(CHALLENGE), true, false), CHALLENGED);
}
END_TEST

START_TEST(passes_without_an_attack_nor_a_key)
{
    ck_assert_int_eq(judge_text(EVENT, strlen(EVENT), false, false), EVENT_READ);
    ck_assert_int_eq(judge_text(CHALLENGE, strlen(CHALLENGE), false, false), CHALLENGED);
}
END_TEST

/* 1. */
START_TEST(cut_short)
{
    struct parcel parcel;
    struct parcel cut;
    parcel_encrypt(&parcel, CHALLENGE, strlen(CHALLENGE));
    const size_t front = strlen("{\"encrypt\":\"");
    for (size_t len = front; len < parcel.body.len - 2; len++) {
        parcel_plain(&cut, parcel.body.data, len);
        buf_add_text(&cut.body, "\"}");
        ck_assert_int_eq(judge_parcel(&cut), REFUSED);
        parcel_sign(&cut, PARCEL_TIME);
        ck_assert_msg(judge_parcel(&cut) == INVALID, "%zu", len);
        parcel_release(&cut);
    }
    parcel_release(&parcel);
}
END_TEST

START_TEST(cut_short_as_a_whole)
{
    struct parcel parcel;
    struct parcel cut;
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    parcel_sign(&parcel, PARCEL_TIME);
    for (size_t len = 0; len < parcel.body.len; len++) {
        cut = parcel;
        cut.body = (struct buf)BUF_INIT(1 << 20);
        buf_add(&cut.body, parcel.body.data, len);
        ck_assert_int_eq(judge_parcel(&cut), REFUSED); /* under the old signature */
        parcel_sign(&cut, PARCEL_TIME);
        ck_assert_int_eq(judge_parcel(&cut), INVALID);
        parcel_release(&cut);
    }
    parcel_release(&parcel);
}
END_TEST

static char change_bits(char c, int bits)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return alphabet[(strchr(alphabet, c) - alphabet) ^ bits];
}

/* 2. With a single block the IV decides about the last byte, the length of the padding: every
 * value but the right one. The text is no event, so that the right one is INVALID too; what must
 * not be is that an attacker who cannot sign sees any difference. */
START_TEST(padded_wrongly)
{
    struct parcel parcel;
    const size_t front = strlen("{\"encrypt\":\"");
    parcel_encrypt(&parcel, "{\"type\":\"none\"}", 15);
    char *base64 = parcel.body.data + front;
    base64[20] = change_bits(base64[20], _i >> 2);
    base64[21] = change_bits(base64[21], (_i & 3) << 4);
    ck_assert_int_eq(judge_parcel(&parcel), REFUSED);
    parcel_sign(&parcel, PARCEL_TIME);
    ck_assert_int_eq(judge_parcel(&parcel), INVALID);
    parcel_release(&parcel);
}
END_TEST

/* 3. */
START_TEST(bit_flipped_in_body)
{
    struct parcel parcel;
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    parcel_sign(&parcel, PARCEL_TIME);
    for (size_t at = 0; at < parcel.body.len; at++) {
        parcel.body.data[at] = (char)(parcel.body.data[at] ^ (1 << _i));
        ck_assert_msg(judge_parcel(&parcel) == REFUSED, "byte %zu", at);
        parcel.body.data[at] = (char)(parcel.body.data[at] ^ (1 << _i));
    }
    ck_assert_int_eq(judge_parcel(&parcel), EVENT_READ);
    parcel_release(&parcel);
}
END_TEST

START_TEST(bit_flipped_in_signed_challenge)
{
    struct parcel parcel;
    int passed = 0;
    parcel_encrypt(&parcel, CHALLENGE, strlen(CHALLENGE));
    parcel_sign(&parcel, PARCEL_TIME);
    for (size_t at = 0; at < parcel.body.len; at++) {
        parcel.body.data[at] = (char)(parcel.body.data[at] ^ (1 << _i));
        const enum outcome outcome = judge_parcel(&parcel);
        /* Its IV can change letters of the challenge, which an attacker only gets back. */
        ck_assert_msg(outcome == REFUSED || outcome == CHALLENGED, "byte %zu", at);
        passed += outcome == CHALLENGED;
        parcel.body.data[at] = (char)(parcel.body.data[at] ^ (1 << _i));
    }
    ck_assert_int_lt(passed, 8);
    parcel_release(&parcel);
}
END_TEST

START_TEST(bit_flipped_in_headers)
{
    struct parcel parcel;
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    parcel_sign(&parcel, PARCEL_TIME);
    char *headers[] = { parcel.timestamp, parcel.nonce, parcel.signature };
    for (int i = 0; i < COUNT(headers); i++) {
        const size_t len = strlen(headers[i]);
        for (size_t at = 0; at < len; at++) {
            headers[i][at] = (char)(headers[i][at] ^ (1 << _i));
            ck_assert_msg(judge_parcel(&parcel) == REFUSED, "header %d, byte %zu", i, at);
            headers[i][at] = (char)(headers[i][at] ^ (1 << _i));
        }
    }
    ck_assert_int_eq(judge_parcel(&parcel), EVENT_READ);
    parcel_release(&parcel);
}
END_TEST

/* 4. Every choice of headers but all. */
START_TEST(stripped)
{
    struct parcel parcel;
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    parcel_sign(&parcel, PARCEL_TIME);
    struct envelope_input input = parcel_input(&parcel);
    input.timestamp = (_i & 1) != 0 ? input.timestamp : "";
    input.nonce = (_i & 2) != 0 ? input.nonce : "";
    input.signature = (_i & 4) != 0 ? input.signature : "";
    ck_assert_int_eq(judge(&input), REFUSED);
    parcel_release(&parcel);
}
END_TEST

/* A header that is stripped cannot be made good by a signature without it, even where no age is
 * asked for. */
START_TEST(signed_without_a_header)
{
    struct parcel parcel;
    char hex[CIPHER_HEX_LEN];
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    struct envelope_input input = parcel_input(&parcel);
    input.timestamp = _i == 0 ? "" : PARCEL_TIME;
    input.nonce = _i == 1 ? "" : PARCEL_NONCE;
    input.signature = hex;
    cipher_signature(input.timestamp, input.nonce, &app.encrypt_key, input.body, input.body_len,
                     hex);
    app.max_age_s = 0;
    ck_assert_int_eq(judge(&input), _i == 2 ? EVENT_READ : REFUSED);
    parcel_release(&parcel);
}
END_TEST

/* 5. NULL: the right one in upper case. */
static const char *const signatures[] = {
    NULL,
    "0",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "ec96baea747aed9728605b3ef2c4d6c5785d0dd4bb9498f0410defdc1241a55f", /* of another body */
    "1095e5fc6030be5195c71823e0741c578677059b",                         /* of a SHA-1 */
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", /* of nothing */
    "sha256=0000000000000000000000000000000000000000000000000000000000000000",
};

START_TEST(signed_wrongly)
{
    struct parcel parcel;
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    parcel_sign(&parcel, PARCEL_TIME);
    struct envelope_input input = parcel_input(&parcel);
    if (signatures[_i] != NULL) {
        input.signature = signatures[_i];
    } else {
        for (char *at = parcel.signature; *at != '\0'; at++)
            *at = (char)(*at >= 'a' && *at <= 'f' ? *at - 'a' + 'A' : *at);
    }
    ck_assert_int_eq(judge(&input), REFUSED);
    parcel_release(&parcel);
}
END_TEST

START_TEST(signature_cut_or_extended)
{
    struct parcel parcel;
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    parcel_sign(&parcel, PARCEL_TIME);
    parcel.signature[strlen(parcel.signature)] = '0'; /* the room behind it is zeros */
    ck_assert_int_eq(judge_parcel(&parcel), REFUSED);
    for (size_t len = strlen(parcel.signature) - 2; len > 0; len--) {
        parcel.signature[len] = '\0';
        ck_assert_int_eq(judge_parcel(&parcel), REFUSED);
    }
    parcel_release(&parcel);
}
END_TEST

/* 6. All rightly signed. */
static const char *const times[] = {
    "1699971199",
    "1700000301",
    "1600000000",
    "1800000000",
    "0",
    "9999999999",
    "170000000",
    "now",
    " 1700000000",
    "1700000000 ",
    "-1",
    "1.7e9",
    "1700000000,",
    "17000000000",
    "0x6553f100",
    "\357\274\221700000000",
    "1699971199999",
};

START_TEST(stale_or_future)
{
    struct parcel parcel;
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    parcel_sign(&parcel, times[_i]);
    ck_assert_msg(judge_parcel(&parcel) == REFUSED, "%s", times[_i]);
    parcel_release(&parcel);
}
END_TEST

/* The signature does not tell where the timestamp ends and the nonce begins. */
START_TEST(shifted_between_timestamp_and_nonce)
{
    struct parcel parcel;
    char timestamp[40];
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    parcel_sign(&parcel, "1600000000");
    char *joined = memory_format("%s%s", parcel.timestamp, parcel.nonce);
    for (size_t len = 1; len < strlen(joined); len++) {
        struct envelope_input input = parcel_input(&parcel);
        memcpy(timestamp, joined, len);
        timestamp[len] = '\0';
        input.timestamp = timestamp;
        input.nonce = joined + len;
        ck_assert_msg(judge(&input) == REFUSED, "%s and %s", timestamp, input.nonce);
    }
    free(joined);
    parcel_release(&parcel);
}
END_TEST

/* 7 to 11 and 16: what stands in the body. Encrypted under the key unless plain. */
#define V2(fields, rest)                                                                           \
    "{\"schema\":\"2.0\",\"header\":{\"event_id\":\"e-1\",\"event_type\":\"x\","                   \
    "\"create_time\":\"1700000000000\"," fields "}" rest "}"
#define BYTES(literal) literal, sizeof(literal) - 1
#define OPEN           "[[[[[[[[[[[[[[[["
#define CLOSE          "]]]]]]]]]]]]]]]]"
#define OPEN_OBJECT    "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
#define RIGHT          "\"token\":\"vt-abc\",\"app_id\":\"cli_x\""

static const struct {
    const char *name;
    const char *text;
    size_t len;
    enum outcome sealed; /* encrypted and signed, with a key */
    enum outcome plain;  /* as it is, without a key */
} bodies[] = {
    /* 7. */
    { "deep, but not too deep", BYTES(V2(RIGHT, ",\"x\":" OPEN "[]" CLOSE)), EVENT_READ,
      EVENT_READ },
    { "deep arrays", BYTES(V2(RIGHT, ",\"x\":" OPEN OPEN CLOSE CLOSE)), INVALID, REFUSED },
    { "deep and never closed", BYTES(OPEN OPEN OPEN OPEN OPEN OPEN OPEN OPEN OPEN OPEN), INVALID,
      REFUSED },
    { "deep objects", BYTES(OPEN_OBJECT OPEN_OBJECT OPEN_OBJECT OPEN_OBJECT OPEN_OBJECT), INVALID,
      REFUSED },
    /* 8. */
    { "a stray byte", BYTES(V2(RIGHT ",\"x\":\"\xff\"", "")), INVALID, REFUSED },
    { "a stray byte in the token", BYTES(V2("\"token\":\"vt-abc\x80\",\"app_id\":\"cli_x\"", "")),
      INVALID, REFUSED },
    { "half a character", BYTES(V2(RIGHT ",\"x\":\"\xe4\xbd\"", "")), INVALID, REFUSED },
    { "an overlong quote", BYTES(V2(RIGHT ",\"x\":\"\xc0\xa2\"", "")), INVALID, REFUSED },
    { "an overlong NUL", BYTES(V2(RIGHT ",\"x\":\"\xc0\x80\"", "")), INVALID, REFUSED },
    { "a surrogate", BYTES(V2(RIGHT ",\"x\":\"\xed\xa0\x80\"", "")), INVALID, REFUSED },
    { "a stray byte in a key", BYTES(V2(RIGHT ",\"\xff\":1", "")), INVALID, REFUSED },
    { "UTF-16", BYTES("{\0}\0"), INVALID, REFUSED },
    { "a byte order mark", BYTES("\xef\xbb\xbf" V2(RIGHT, "")), INVALID, REFUSED },
    /* 9. the last one counts, everywhere alike */
    { "token right, then wrong", BYTES(V2(RIGHT ",\"token\":\"no\"", "")), REFUSED, REFUSED },
    { "token wrong, then right", BYTES(V2("\"token\":\"no\"," RIGHT, "")), EVENT_READ, EVENT_READ },
    { "app right, then wrong", BYTES(V2(RIGHT ",\"app_id\":\"no\"", "")), REFUSED, REFUSED },
    { "header right, then empty", BYTES(V2(RIGHT, ",\"header\":{}")), REFUSED, REFUSED },
    { "schema 2.0, then another", BYTES(V2(RIGHT, ",\"schema\":\"1.0\"")), INVALID, REFUSED },
    { "event, then challenge of no token",
      BYTES(V2(RIGHT, ",\"type\":\"url_verification\",\"challenge\":\"c\"")), REFUSED, REFUSED },
    /* 10. */
    { "a NUL at the end", BYTES(V2(RIGHT, "") "\0"), INVALID, REFUSED },
    { "a NUL and more", BYTES(V2(RIGHT, "") "\0{}"), INVALID, REFUSED },
    { "a raw NUL in a text", BYTES(V2(RIGHT ",\"x\":\"a\0b\"", "")), INVALID, REFUSED },
    { "the token, a NUL and more",
      BYTES(V2("\"token\":\"vt-abc\\u0000x\",\"app_id\":\"cli_x\"", "")), REFUSED, REFUSED },
    { "the token and a NUL", BYTES(V2("\"token\":\"vt-abc\\u0000\",\"app_id\":\"cli_x\"", "")),
      REFUSED, REFUSED },
    { "the app id and a NUL", BYTES(V2("\"token\":\"vt-abc\",\"app_id\":\"cli_x\\u0000\"", "")),
      REFUSED, REFUSED },
    { "2.0 and a NUL", BYTES("{\"schema\":\"2.0\\u0000\",\"header\":{" RIGHT "}}"), INVALID,
      REFUSED },
    { "challenge with a NUL",
      BYTES("{\"challenge\":\"c\\u0000d\",\"token\":\"vt-abc\",\"type\":\"url_verification\"}"),
      INVALID, INVALID },
    /* 11. */
    { "token a number", BYTES(V2("\"token\":0,\"app_id\":\"cli_x\"", "")), REFUSED, REFUSED },
    { "token true", BYTES(V2("\"token\":true,\"app_id\":\"cli_x\"", "")), REFUSED, REFUSED },
    { "token null", BYTES(V2("\"token\":null,\"app_id\":\"cli_x\"", "")), REFUSED, REFUSED },
    { "token an array", BYTES(V2("\"token\":[\"vt-abc\"],\"app_id\":\"cli_x\"", "")), REFUSED,
      REFUSED },
    { "token empty", BYTES(V2("\"token\":\"\",\"app_id\":\"cli_x\"", "")), REFUSED, REFUSED },
    { "app id an object", BYTES(V2("\"token\":\"vt-abc\",\"app_id\":{}", "")), REFUSED, REFUSED },
    { "header a text", BYTES("{\"schema\":\"2.0\",\"header\":\"vt-abc\"}"), INVALID, REFUSED },
    { "header an array",
      BYTES("{\"schema\":\"2.0\",\"header\":["
            "\"vt-abc\"]}"),
      INVALID, REFUSED },
    { "event type a number", BYTES(V2(RIGHT ",\"event_type\":1", "")), INVALID, INVALID },
    { "event id a number", BYTES(V2(RIGHT ",\"event_id\":1", "")), INVALID, INVALID },
    { "challenge a number",
      BYTES("{\"challenge\":1,\"token\":\"vt-abc\",\"type\":\"url_verification\"}"), INVALID,
      INVALID },
    { "challenge an object",
      BYTES("{\"challenge\":{},\"token\":\"vt-abc\",\"type\":\"url_verification\"}"), INVALID,
      INVALID },
    { "challenge, token a number",
      BYTES("{\"challenge\":\"c\",\"token\":1,\"type\":\"url_verification\"}"), REFUSED, REFUSED },
    { "type an array",
      BYTES("{\"challenge\":\"c\",\"token\":\"vt-abc\",\"type\":[\"url_verification\"]}"), INVALID,
      REFUSED },
    { "type in capitals",
      BYTES("{\"challenge\":\"c\",\"token\":\"vt-abc\",\"type\":\"URL_VERIFICATION\"}"), INVALID,
      REFUSED },
    /* 16. */
    { "2.0 without a header, 1.0 besides",
      BYTES("{\"schema\":\"2.0\",\"uuid\":\"u\",\"ts\":\"1700000000\",\"token\":\"vt-abc\","
            "\"event\":{\"app_id\":\"cli_x\",\"type\":\"message\"}}"),
      INVALID, REFUSED },
    { "2.0 whose token and app are those of 1.0",
      BYTES(V2("\"x\":1", ",\"uuid\":\"u\",\"ts\":\"1700000000\",\"token\":\"vt-abc\","
                          "\"event\":{\"app_id\":\"cli_x\",\"type\":\"message\"}")),
      REFUSED, REFUSED },
    { "1.0 whose token and app are those of 2.0",
      BYTES("{\"uuid\":\"u\",\"ts\":\"1700000000\",\"header\":{" RIGHT "},"
            "\"event\":{\"type\":\"message\"}}"),
      REFUSED, REFUSED },
    { "1.0 in a header of 2.0, schema left out",
      BYTES("{\"header\":{" RIGHT
            ",\"event_id\":\"e\",\"event_type\":\"x\"},\"token\":\"vt-abc\"}"),
      INVALID, REFUSED },
    { "a challenge in the shape of 2.0",
      BYTES(V2(RIGHT ",\"type\":\"url_verification\",\"challenge\":\"c\"", "")), EVENT_READ,
      EVENT_READ },
};

START_TEST(sealed_body)
{
    const enum outcome outcome = judge_text(bodies[_i].text, bodies[_i].len, true, true);
    ck_assert_msg(outcome == bodies[_i].sealed, "%s: %d", bodies[_i].name, outcome);
}
END_TEST

/* 14. Whatever it is, unsigned it is refused. */
START_TEST(unsigned_body)
{
    ck_assert_msg(judge_text(bodies[_i].text, bodies[_i].len, true, false) == REFUSED, "%s",
                  bodies[_i].name);
}
END_TEST

/* 13. */
START_TEST(plain_body_despite_a_key)
{
    ck_assert_msg(judge_text(bodies[_i].text, bodies[_i].len, false, false) == REFUSED, "%s",
                  bodies[_i].name);
    ck_assert_msg(judge_text(bodies[_i].text, bodies[_i].len, false, true) == INVALID, "%s",
                  bodies[_i].name);
}
END_TEST

START_TEST(plain_body)
{
    const enum outcome outcome = judge_text(bodies[_i].text, bodies[_i].len, false, false);
    ck_assert_msg(outcome == bodies[_i].plain, "%s: %d", bodies[_i].name, outcome);
}
END_TEST

START_TEST(plain_event_despite_a_key)
{
    ck_assert_int_eq(judge_text(EVENT, strlen(EVENT), false, false), REFUSED);
    ck_assert_int_eq(judge_text(CHALLENGE, strlen(CHALLENGE), false, false), REFUSED);
    ck_assert_int_eq(judge_text(EVENT, strlen(EVENT), true, false), REFUSED);
}
END_TEST

START_TEST(encrypted_without_a_key)
{
    ck_assert_int_eq(judge_text(EVENT, strlen(EVENT), true, true), REFUSED);
    ck_assert_int_eq(judge_text(CHALLENGE, strlen(CHALLENGE), true, false), REFUSED);
}
END_TEST

/* 9. The encrypted field twice: an event that is signed cannot be passed off for another. */
START_TEST(encrypted_twice)
{
    struct parcel first;
    struct parcel second;
    parcel_encrypt(&first, EVENT, strlen(EVENT));
    parcel_encrypt(&second, CHALLENGE, strlen(CHALLENGE));
    first.body.len--; /* the brace */
    buf_add_text(&first.body, ",");
    buf_add_text(&first.body, buf_text(&second.body) + 1);
    ck_assert_int_eq(judge_parcel(&first), CHALLENGED);
    buf_clear(&second.body);
    parcel_release(&first);
    parcel_encrypt(&first, EVENT, strlen(EVENT));
    parcel_release(&second);
    parcel_encrypt(&second, CHALLENGE, strlen(CHALLENGE));
    second.body.len--;
    buf_add_text(&second.body, ",");
    buf_add_text(&second.body, buf_text(&first.body) + 1);
    ck_assert_int_eq(judge_parcel(&second), REFUSED);
    parcel_release(&first);
    parcel_release(&second);
}
END_TEST

/* 12. Where a giant text stands, before and after it, and what comes of it. */
static const struct {
    const char *before;
    const char *after;
    enum outcome sealed;
    enum outcome plain;
} giants[] = {
    { "{\"schema\":\"2.0\",\"header\":{\"token\":\"", "\",\"app_id\":\"cli_x\"}}", REFUSED,
      REFUSED },
    { "{\"schema\":\"2.0\",\"header\":{\"token\":\"vt-abc", "\",\"app_id\":\"cli_x\"}}", REFUSED,
      REFUSED },
    { "{\"schema\":\"2.0\",\"header\":{\"token\":\"vt-abc\",\"app_id\":\"cli_x", "\"}}", REFUSED,
      REFUSED },
    { "{\"schema\":\"2.0\",\"header\":{" RIGHT ",\"event_type\":\"x\",\"create_time\":"
      "\"1700000000\",\"event_id\":\"",
      "\"}}", INVALID, INVALID },
    { "{\"schema\":\"2.0\",\"header\":{" RIGHT ",\"event_type\":\"x\",\"event_id\":\"e\","
      "\"create_time\":\"1700000000",
      "\"}}", EVENT_READ, REFUSED },
    { "{\"schema\":\"2.0\",\"header\":{" RIGHT ",\"event_id\":\"e\",\"create_time\":\"1700000000\","
      "\"event_type\":\"",
      "\"}}", EVENT_READ, EVENT_READ },
    { "{\"token\":\"vt-abc\",\"type\":\"url_verification\",\"challenge\":\"", "\"}", CHALLENGED,
      CHALLENGED },
    { "{\"type\":\"url_verification\",\"challenge\":\"c\",\"token\":\"", "\"}", REFUSED, REFUSED },
    { "{\"token\":\"vt-abc\",\"", "\":1}", INVALID, REFUSED },
    { "[", "]", INVALID, REFUSED },
};

/* The text with a mebibyte of ones in its middle. */
static struct buf giant(int row)
{
    struct buf text = BUF_INIT(2 << 20);
    buf_add_text(&text, giants[row].before);
    memset(buf_reserve(&text, 1 << 20), '1', 1 << 20);
    buf_extend(&text, 1 << 20);
    buf_add_text(&text, giants[row].after);
    return text;
}

START_TEST(giant_sealed)
{
    struct buf text = giant(_i);
    ck_assert_int_eq(judge_text(text.data, text.len, true, true), giants[_i].sealed);
    ck_assert_int_eq(judge_text(text.data, text.len, true, false), REFUSED);
    buf_release(&text);
}
END_TEST

START_TEST(giant_plain)
{
    struct buf text = giant(_i);
    ck_assert_int_eq(judge_text(text.data, text.len, false, false), giants[_i].plain);
    buf_release(&text);
}
END_TEST

START_TEST(giant_headers)
{
    struct parcel parcel;
    struct buf ones = giant(COUNT(giants) - 1);
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    parcel_sign(&parcel, PARCEL_TIME);
    struct envelope_input input = parcel_input(&parcel);
    input.timestamp = buf_text(&ones);
    ck_assert_int_eq(judge(&input), REFUSED);
    input = parcel_input(&parcel);
    input.nonce = buf_text(&ones);
    ck_assert_int_eq(judge(&input), REFUSED);
    input = parcel_input(&parcel);
    input.signature = buf_text(&ones);
    ck_assert_int_eq(judge(&input), REFUSED);
    buf_release(&ones);
    parcel_release(&parcel);
}
END_TEST

/* 15. */
static const char *const challenges[] = {
    "{\"challenge\":\"c\",\"token\":\"vt-abd\",\"type\":\"url_verification\"}",
    "{\"challenge\":\"c\",\"token\":\"vt-ab\",\"type\":\"url_verification\"}",
    "{\"challenge\":\"c\",\"token\":\"vt-abcd\",\"type\":\"url_verification\"}",
    "{\"challenge\":\"c\",\"token\":\"VT-ABC\",\"type\":\"url_verification\"}",
    "{\"challenge\":\"c\",\"token\":\"\",\"type\":\"url_verification\"}",
    "{\"challenge\":\"c\",\"token\":\" vt-abc\",\"type\":\"url_verification\"}",
    "{\"challenge\":\"c\",\"token\":\"test key\",\"type\":\"url_verification\"}",
    "{\"challenge\":\"c\",\"type\":\"url_verification\"}",
    "{\"challenge\":\"c\",\"type\":\"url_verification\",\"header\":{\"token\":\"vt-abc\"}}",
};

START_TEST(challenge_with_a_wrong_token)
{
    const size_t len = strlen(challenges[_i]);
    ck_assert_int_eq(judge_text(challenges[_i], len, true, false), REFUSED);
    ck_assert_int_eq(judge_text(challenges[_i], len, true, true), REFUSED);
}
END_TEST

START_TEST(plain_challenge_with_a_wrong_token)
{
    ck_assert_int_eq(judge_text(challenges[_i], strlen(challenges[_i]), false, false), REFUSED);
}
END_TEST

/* 17. */
static const char *const keys[] = { "test kez", "test ke", "test key ", "Test key", " ", "vt-abc" };

START_TEST(sealed_under_another_key)
{
    parcel_app_release(&app);
    parcel_app(&app, keys[_i], PARCEL_TOKEN);
    ck_assert_int_eq(judge_text(EVENT, strlen(EVENT), true, true), REFUSED);
    ck_assert_int_eq(judge_text(CHALLENGE, strlen(CHALLENGE), true, false), REFUSED);
}
END_TEST

/* 18. SHA-256 lets anybody who knows a signature make that of the same body and its padding with
 * more behind it; so a signed body is no JSON when anything follows it. */
START_TEST(extended_behind_its_signature)
{
    static const char *const more[] = { "\x80", "\x80\x01\x02{}", "{}", ",\"encrypt\":\"\"}",
                                        "\v" };
    struct parcel parcel;
    parcel_encrypt(&parcel, EVENT, strlen(EVENT));
    buf_add_text(&parcel.body, more[_i]);
    parcel_sign(&parcel, PARCEL_TIME);
    ck_assert_int_eq(judge_parcel(&parcel), INVALID);
    buf_add(&parcel.body, "\0\0\0\0", 4);
    parcel_sign(&parcel, PARCEL_TIME);
    ck_assert_int_eq(judge_parcel(&parcel), INVALID);
    parcel_release(&parcel);
}
END_TEST

/* Adds the test with the fixture of an app that has a key, or none. */
static void add(Suite *suite, const char *name, bool key, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, key ? set_up : set_up_without_key, tear_down);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

static void fill_bodies(Suite *suite)
{
    add(suite, "sealed bodies", true, sealed_body, COUNT(bodies));
    add(suite, "unsigned bodies", true, unsigned_body, COUNT(bodies));
    add(suite, "plain bodies, key", true, plain_body_despite_a_key, COUNT(bodies));
    add(suite, "plain bodies", false, plain_body, COUNT(bodies));
    add(suite, "plain event, key", true, plain_event_despite_a_key, 1);
    add(suite, "encrypted, no key", false, encrypted_without_a_key, 1);
    add(suite, "encrypted twice", true, encrypted_twice, 1);
    add(suite, "giants, sealed", true, giant_sealed, COUNT(giants));
    add(suite, "giants, plain", false, giant_plain, COUNT(giants));
    add(suite, "giant headers", true, giant_headers, 1);
    add(suite, "challenges", true, challenge_with_a_wrong_token, COUNT(challenges));
    add(suite, "plain challenges", false, plain_challenge_with_a_wrong_token, COUNT(challenges));
}

static void fill(Suite *suite)
{
    add(suite, "no attack", true, passes_without_an_attack, 1);
    add(suite, "no attack, no key", false, passes_without_an_attack_nor_a_key, 1);
    add(suite, "cut short", true, cut_short, 1);
    add(suite, "cut short as a whole", true, cut_short_as_a_whole, 1);
    add(suite, "padding", true, padded_wrongly, 256);
    add(suite, "bits of the body", true, bit_flipped_in_body, 8);
    add(suite, "bits of a challenge", true, bit_flipped_in_signed_challenge, 8);
    add(suite, "bits of headers", true, bit_flipped_in_headers, 8);
    add(suite, "stripped", true, stripped, 7);
    add(suite, "signed without a header", true, signed_without_a_header, 3);
    add(suite, "signatures", true, signed_wrongly, COUNT(signatures));
    add(suite, "cut signatures", true, signature_cut_or_extended, 1);
    add(suite, "times", true, stale_or_future, COUNT(times));
    add(suite, "shifted times", true, shifted_between_timestamp_and_nonce, 1);
    add(suite, "another key", true, sealed_under_another_key, COUNT(keys));
    add(suite, "extended", true, extended_behind_its_signature, 5);
    fill_bodies(suite);
}

SUITE_MAIN("hostile", fill)
