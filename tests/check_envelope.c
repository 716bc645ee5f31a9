#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "parcel.h"
#include "tree.h"

#define CHALLENGE "{\"challenge\":\"c-123\",\"token\":\"vt-abc\",\"type\":\"url_verification\"}"
#define CHALLENGE_WRONG                                                                            \
    "{\"challenge\":\"c-123\",\"token\":\"vt-abd\",\"type\":\"url_verification\"}"
#define CHALLENGE_BARE  "{\"challenge\":\"c-123\",\"type\":\"url_verification\"}"
#define CHALLENGE_EMPTY "{\"token\":\"vt-abc\",\"type\":\"url_verification\"}"

#define HEADER(token, app, time)                                                                   \
    "{\"schema\":\"2.0\",\"header\":{\"event_id\":\"e-1\",\"event_type\":\"x\",\"create_time\":"   \
    "\"" time "\"," token app "\"tenant_key\":\"tk\"},\"event\":{}}"
#define TOKEN       "\"token\":\"vt-abc\","
#define WRONG_TOKEN "\"token\":\"vt-abd\","
#define APP         "\"app_id\":\"cli_x\","
#define WRONG_APP   "\"app_id\":\"cli_y\","

#define V2 HEADER(TOKEN, APP, "1700000000000")
#define V1(token, app, time)                                                                       \
    "{\"ts\":\"" time "\",\"uuid\":\"u-1\"," token "\"type\":\"event_callback\",\"event\":{" app   \
    "\"type\":\"message\"}}"

/* How the text comes in, and what is configured. */
enum way { PLAIN, ENCRYPTED, SIGNED, SIGNED_PLAIN };
enum { NO_KEY, WITH_KEY };
enum result { CHALLENGED, OPENED, UNAUTHENTICATED, INVALID };

static const enum error_kind result_kinds[] = {
    [CHALLENGED] = ERROR_NONE,
    [OPENED] = ERROR_NONE,
    [UNAUTHENTICATED] = ERROR_UNAUTHENTICATED,
    [INVALID] = ERROR_INVALID,
};

static const struct {
    const char *name;
    enum way way;
    int key;
    const char *token; /* configured, or NULL */
    const char *text;
    enum result result;
    const char *reason; /* in the error's text, or NULL */
} cases[] = {
    { "signed event", SIGNED, WITH_KEY, "vt-abc", V2, OPENED, NULL },
    { "signed event 1.0", SIGNED, WITH_KEY, "vt-abc", V1(TOKEN, APP, "1700000000.5"), OPENED,
      NULL },
    { "signed event, no token configured", SIGNED, WITH_KEY, NULL, HEADER("", APP, ""), OPENED,
      NULL },
    { "signed event, inner time is not looked at", SIGNED, WITH_KEY, "vt-abc",
      HEADER(TOKEN, APP, "1000000000000"), OPENED, NULL },
    { "encrypted challenge", ENCRYPTED, WITH_KEY, "vt-abc", CHALLENGE, CHALLENGED, NULL },
    { "encrypted challenge, no token configured", ENCRYPTED, WITH_KEY, NULL, CHALLENGE_WRONG,
      CHALLENGED, NULL },
    { "signed challenge", SIGNED, WITH_KEY, "vt-abc", CHALLENGE, CHALLENGED, NULL },
    { "unsigned challenge that has an event's shape besides", ENCRYPTED, WITH_KEY, "vt-abc",
      "{\"schema\":\"2.0\",\"header\":{\"app_id\":\"cli_x\"},\"event\":{},\"challenge\":\"c-123\","
      "\"token\":\"vt-abc\",\"type\":\"url_verification\"}",
      CHALLENGED, NULL },
    { "plain event", PLAIN, NO_KEY, "vt-abc", V2, OPENED, NULL },
    { "plain event 1.0", PLAIN, NO_KEY, "vt-abc", V1(TOKEN, APP, "1700000000.5"), OPENED, NULL },
    { "plain event with signature headers of unknown meaning", SIGNED_PLAIN, NO_KEY, "vt-abc", V2,
      OPENED, NULL },
    { "plain challenge", PLAIN, NO_KEY, "vt-abc", CHALLENGE, CHALLENGED, NULL },

    /* with a key, unsigned: a challenge or nothing */
    { "unsigned event", ENCRYPTED, WITH_KEY, "vt-abc", V2, UNAUTHENTICATED, "not signed" },
    { "unsigned challenge, wrong token", ENCRYPTED, WITH_KEY, "vt-abc", CHALLENGE_WRONG,
      UNAUTHENTICATED, "not signed; challenge with a wrong token" },
    { "unsigned challenge, no token", ENCRYPTED, WITH_KEY, "vt-abc", CHALLENGE_BARE,
      UNAUTHENTICATED, "challenge with a wrong token" },
    { "unsigned challenge without a challenge", ENCRYPTED, WITH_KEY, "vt-abc", CHALLENGE_EMPTY,
      UNAUTHENTICATED, "without a challenge" },
    { "unsigned array", ENCRYPTED, WITH_KEY, "vt-abc", "[]", UNAUTHENTICATED, "no JSON object" },
    { "unsigned junk", ENCRYPTED, WITH_KEY, "vt-abc", "junk", UNAUTHENTICATED, "no valid JSON" },
    { "plain challenge despite a key", PLAIN, WITH_KEY, "vt-abc", CHALLENGE, UNAUTHENTICATED,
      "not encrypted" },
    { "plain event despite a key", PLAIN, WITH_KEY, "vt-abc", V2, UNAUTHENTICATED,
      "not encrypted" },
    { "plain junk despite a key", PLAIN, WITH_KEY, "vt-abc", "junk", UNAUTHENTICATED, NULL },
    { "nothing at all, with a key", PLAIN, WITH_KEY, "vt-abc", "", UNAUTHENTICATED, NULL },
    { "encrypt is a number", PLAIN, WITH_KEY, "vt-abc", "{\"encrypt\":1}", UNAUTHENTICATED,
      "not encrypted" },
    { "encrypt is no base64", PLAIN, WITH_KEY, "vt-abc", "{\"encrypt\":\"?\"}", UNAUTHENTICATED,
      "cannot be decrypted" },

    /* with a key, signed: inner token and app id */
    { "signed, wrong token", SIGNED, WITH_KEY, "vt-abc", HEADER(WRONG_TOKEN, APP, ""),
      UNAUTHENTICATED, "wrong verification token" },
    { "signed, no token", SIGNED, WITH_KEY, "vt-abc", HEADER("", APP, ""), UNAUTHENTICATED,
      "wrong verification token" },
    { "signed, token is a number", SIGNED, WITH_KEY, "vt-abc", HEADER("\"token\":1,", APP, ""),
      UNAUTHENTICATED, "wrong verification token" },
    { "signed, wrong app", SIGNED, WITH_KEY, "vt-abc", HEADER(TOKEN, WRONG_APP, ""),
      UNAUTHENTICATED, "wrong app id" },
    { "signed, no app", SIGNED, WITH_KEY, "vt-abc", HEADER(TOKEN, "", ""), UNAUTHENTICATED,
      "wrong app id" },
    { "signed, no app, no token configured", SIGNED, WITH_KEY, NULL, HEADER(TOKEN, "", ""),
      UNAUTHENTICATED, "wrong app id" },
    { "signed 1.0, wrong token", SIGNED, WITH_KEY, "vt-abc", V1(WRONG_TOKEN, APP, "1"),
      UNAUTHENTICATED, "wrong verification token" },
    { "signed 1.0, wrong app", SIGNED, WITH_KEY, "vt-abc", V1(TOKEN, WRONG_APP, "1"),
      UNAUTHENTICATED, "wrong app id" },
    { "signed 1.0, no app", SIGNED, WITH_KEY, "vt-abc", V1(TOKEN, "", "1"), UNAUTHENTICATED,
      "wrong app id" },
    { "signed challenge, wrong token", SIGNED, WITH_KEY, "vt-abc", CHALLENGE_WRONG, UNAUTHENTICATED,
      "challenge with a wrong token" },
    { "signed challenge, no token", SIGNED, WITH_KEY, "vt-abc", CHALLENGE_BARE, UNAUTHENTICATED,
      "challenge with a wrong token" },

    /* with a key, signed: the wrong shape */
    { "signed challenge without a challenge", SIGNED, WITH_KEY, "vt-abc", CHALLENGE_EMPTY, INVALID,
      "without a challenge" },
    { "signed, not encrypted", SIGNED_PLAIN, WITH_KEY, "vt-abc", V2, INVALID, "not encrypted" },
    { "signed challenge, not encrypted", SIGNED_PLAIN, WITH_KEY, "vt-abc", CHALLENGE, INVALID,
      "not encrypted" },
    { "signed, not JSON", SIGNED_PLAIN, WITH_KEY, "vt-abc", "junk", INVALID, "no valid JSON" },
    { "signed, an array", SIGNED_PLAIN, WITH_KEY, "vt-abc", "[]", INVALID, "no JSON object" },
    { "signed, nothing at all", SIGNED_PLAIN, WITH_KEY, "vt-abc", "", INVALID, "no JSON" },
    { "signed, encrypt is a number", SIGNED_PLAIN, WITH_KEY, "vt-abc", "{\"encrypt\":1}", INVALID,
      "not encrypted" },
    { "signed, undecryptable", SIGNED_PLAIN, WITH_KEY, "vt-abc", "{\"encrypt\":\"AAAA\"}", INVALID,
      "cannot be decrypted" },
    { "signed, decrypts to junk", SIGNED, WITH_KEY, "vt-abc", "junk", INVALID, "no valid JSON" },
    { "signed, decrypts to nothing", SIGNED, WITH_KEY, "vt-abc", "", INVALID, "no JSON" },
    { "signed, decrypts to an array", SIGNED, WITH_KEY, "vt-abc", "[]", INVALID, "no JSON object" },
    { "signed, decrypts to an empty object", SIGNED, WITH_KEY, "vt-abc", "{}", INVALID,
      "neither schema" },
    { "signed, another schema", SIGNED, WITH_KEY, "vt-abc",
      "{\"schema\":\"3.0\",\"header\":{\"token\":\"vt-abc\",\"app_id\":\"cli_x\"}}", INVALID,
      "neither schema" },
    { "signed, schema is a number", SIGNED, WITH_KEY, "vt-abc",
      "{\"schema\":2.0,\"header\":{\"token\":\"vt-abc\",\"app_id\":\"cli_x\"}}", INVALID,
      "neither schema" },
    { "signed, 2.0 without a header", SIGNED, WITH_KEY, "vt-abc",
      "{\"schema\":\"2.0\",\"event\":{}}", INVALID, "neither schema" },
    { "signed, 1.0 without a uuid", SIGNED, WITH_KEY, "vt-abc",
      "{\"token\":\"vt-abc\",\"event\":{\"app_id\":\"cli_x\"}}", INVALID, "neither schema" },
    { "signed, 1.0 without an event", SIGNED, WITH_KEY, "vt-abc",
      "{\"token\":\"vt-abc\",\"uuid\":\"u-1\"}", INVALID, "neither schema" },

    /* without a key: the token decides */
    { "plain, wrong token", PLAIN, NO_KEY, "vt-abc", HEADER(WRONG_TOKEN, APP, "1700000000000"),
      UNAUTHENTICATED, "wrong verification token" },
    { "plain, no token", PLAIN, NO_KEY, "vt-abc", HEADER("", APP, "1700000000000"), UNAUTHENTICATED,
      "wrong verification token" },
    { "plain, wrong app", PLAIN, NO_KEY, "vt-abc", HEADER(TOKEN, WRONG_APP, "1700000000000"),
      UNAUTHENTICATED, "wrong app id" },
    { "plain, no app", PLAIN, NO_KEY, "vt-abc", HEADER(TOKEN, "", "1700000000000"), UNAUTHENTICATED,
      "wrong app id" },
    { "plain 1.0, wrong token", PLAIN, NO_KEY, "vt-abc", V1(WRONG_TOKEN, APP, "1700000000"),
      UNAUTHENTICATED, "wrong verification token" },
    { "plain 1.0, no app", PLAIN, NO_KEY, "vt-abc", V1(TOKEN, "", "1700000000"), UNAUTHENTICATED,
      "wrong app id" },
    { "plain, no time", PLAIN, NO_KEY, "vt-abc",
      "{\"schema\":\"2.0\",\"header\":{\"token\":\"vt-abc\",\"app_id\":\"cli_x\"}}",
      UNAUTHENTICATED, "max_age" },
    { "plain, time is a number", PLAIN, NO_KEY, "vt-abc",
      "{\"schema\":\"2.0\",\"header\":{\"token\":\"vt-abc\",\"app_id\":\"cli_x\","
      "\"create_time\":1700000000000}}",
      UNAUTHENTICATED, "max_age" },
    { "plain, time is junk", PLAIN, NO_KEY, "vt-abc", HEADER(TOKEN, APP, "now"), UNAUTHENTICATED,
      "max_age" },
    { "plain 1.0, old", PLAIN, NO_KEY, "vt-abc", V1(TOKEN, APP, "1600000000"), UNAUTHENTICATED,
      "max_age" },
    { "plain, neither schema", PLAIN, NO_KEY, "vt-abc", "{\"token\":\"vt-abc\"}", UNAUTHENTICATED,
      "neither schema" },
    { "plain, 2.0 whose token stands where 1.0 has it", PLAIN, NO_KEY, "vt-abc",
      "{\"schema\":\"2.0\",\"token\":\"vt-abc\",\"uuid\":\"u\",\"event\":{\"app_id\":\"cli_x\"},"
      "\"header\":{\"app_id\":\"cli_x\",\"create_time\":\"1700000000000\"}}",
      UNAUTHENTICATED, "wrong verification token" },
    { "plain challenge, wrong token", PLAIN, NO_KEY, "vt-abc", CHALLENGE_WRONG, UNAUTHENTICATED,
      "challenge with a wrong token" },
    { "plain challenge, no token", PLAIN, NO_KEY, "vt-abc", CHALLENGE_BARE, UNAUTHENTICATED,
      "challenge with a wrong token" },
    { "plain challenge without a challenge", PLAIN, NO_KEY, "vt-abc", CHALLENGE_EMPTY, INVALID,
      "without a challenge" },
    { "encrypted event, no key", ENCRYPTED, NO_KEY, "vt-abc", V2, UNAUTHENTICATED,
      "encrypted, but no encrypt_key is configured" },
    { "encrypted and signed event, no key", SIGNED, NO_KEY, "vt-abc", V2, UNAUTHENTICATED,
      "encrypted, but no encrypt_key is configured" },
    { "encrypted challenge, no key", ENCRYPTED, NO_KEY, "vt-abc", CHALLENGE, UNAUTHENTICATED,
      "encrypted, but no encrypt_key is configured" },
    { "plain junk", PLAIN, NO_KEY, "vt-abc", "junk", UNAUTHENTICATED, "no valid JSON" },
    { "plain array", PLAIN, NO_KEY, "vt-abc", "[]", UNAUTHENTICATED, "no JSON object" },
    { "nothing at all", PLAIN, NO_KEY, "vt-abc", "", UNAUTHENTICATED, "no JSON" },
    { "neither key nor token configured", PLAIN, NO_KEY, NULL, V2, UNAUTHENTICATED,
      "no verification_token" },
    { "challenge, neither key nor token configured", PLAIN, NO_KEY, NULL, CHALLENGE_BARE,
      UNAUTHENTICATED, "no verification_token" },
};

/* Opens the parcel with the app, and asserts the result. */
static void assert_result(const struct parcel *parcel, const struct config_app *app,
                          enum result result, const char *reason, const char *name)
{
    struct error error = ERROR_INIT;
    struct envelope envelope;
    const struct envelope_input input = parcel_input(parcel);
    const bool opened = envelope_open(&input, app, NOW_MS, &envelope, &error);
    ck_assert_msg(error.kind == result_kinds[result], "%s: %s", name, error.text);
    ck_assert_msg(opened == (error.kind == ERROR_NONE), "%s", name);
    if (reason != NULL)
        ck_assert_msg(strstr(error.text, reason) != NULL, "%s: %s", name, error.text);
    if (opened) {
        ck_assert_int_eq(envelope.kind, result == CHALLENGED ? ENVELOPE_CHALLENGE : ENVELOPE_EVENT);
        ck_assert(tree_is_object(envelope.tree));
        ck_assert((envelope.challenge != NULL) == (result == CHALLENGED));
        if (result == CHALLENGED)
            ck_assert_str_eq(envelope.challenge, "c-123");
        envelope_release(&envelope);
    }
    ck_assert_ptr_null(envelope.tree);
    ck_assert_ptr_null(envelope.challenge);
}

static void prepare(struct parcel *parcel, enum way way, const char *text)
{
    if (way == PLAIN || way == SIGNED_PLAIN)
        parcel_plain(parcel, text, strlen(text));
    else
        parcel_encrypt(parcel, text, strlen(text));
    if (way == SIGNED || way == SIGNED_PLAIN)
        parcel_sign(parcel, PARCEL_TIME);
}

START_TEST(is_opened_or_not)
{
    struct parcel parcel;
    struct config_app app;
    parcel_app(&app, cases[_i].key == WITH_KEY ? PARCEL_KEY : NULL, cases[_i].token);
    prepare(&parcel, cases[_i].way, cases[_i].text);
    assert_result(&parcel, &app, cases[_i].result, cases[_i].reason, cases[_i].name);
    parcel_app_release(&app);
    parcel_release(&parcel);
}
END_TEST

/* The body and signature that were made elsewhere. */
START_TEST(opens_the_vector)
{
    static const char body[] =
        "{\"encrypt\":\"AAECAwQFBgcICQoLDA0ODxT/dH7HGaZSqzJLo9upOhvowBNFoYsOHrAH+TLGZ5WbEijFwYWVBD"
        "oYWhlGs3ZXmm1qlGEoV5Z+trwwWP/fd46iskeqtG4POeoPNj7RvoK7\"}";
    struct parcel parcel;
    struct config_app app;
    parcel_app(&app, PARCEL_KEY, PARCEL_TOKEN);
    parcel_plain(&parcel, body, sizeof(body) - 1);
    assert_result(&parcel, &app, CHALLENGED, NULL, "unsigned");
    strcpy(parcel.timestamp, "1700000000");
    strcpy(parcel.nonce, "950646929");
    strcpy(parcel.signature, "bb2c7e252793979ed85278aea3092e0350a28072b8d90f8fcfb8cd5dfde611f5");
    assert_result(&parcel, &app, CHALLENGED, NULL, "signed");
    parcel_app_release(&app);
    parcel_release(&parcel);
}
END_TEST

/* Times, with max_age at 28800 s: of the signature with a key, of the event without one. */
static const struct {
    const char *time;
    bool fresh;
} times[] = {
    { "1700000000", true },       { "1700000000000", true },
    { "1700000000000000", true }, { "1699971200", true },     /* exactly max_age */
    { "1700000300", true },                                   /* exactly 300 s ahead */
    { "1699971199", false },                                  /* and one second more */
    { "1700000301", false },      { "1699971199999", false }, /* and one millisecond more */
    { "1700000300001", false },   { "0000000000", false },
    { "9999999999", false },      { "1", false },
    { "yesterday", false },       { "-1700000000", false },
    { "1700000000 ", false },
};

START_TEST(has_an_age)
{
    struct parcel parcel;
    struct config_app app;
    parcel_app(&app, PARCEL_KEY, PARCEL_TOKEN);
    prepare(&parcel, ENCRYPTED, V2);
    parcel_sign(&parcel, times[_i].time);
    assert_result(&parcel, &app, times[_i].fresh ? OPENED : UNAUTHENTICATED,
                  times[_i].fresh ? NULL : "outside max_age", times[_i].time);
    app.max_age_s = 0;
    assert_result(&parcel, &app, OPENED, NULL, times[_i].time);
    parcel_app_release(&app);
    parcel_release(&parcel);
}
END_TEST

START_TEST(has_an_age_without_a_key)
{
    char text[512];
    struct parcel parcel;
    struct config_app app;
    parcel_app(&app, NULL, PARCEL_TOKEN);
    (void)snprintf(text, sizeof(text), HEADER(TOKEN, APP, "%s"), times[_i].time);
    prepare(&parcel, PLAIN, text);
    assert_result(&parcel, &app, times[_i].fresh ? OPENED : UNAUTHENTICATED,
                  times[_i].fresh ? NULL : "outside max_age", times[_i].time);
    app.max_age_s = 0;
    assert_result(&parcel, &app, OPENED, NULL, times[_i].time);
    parcel_app_release(&app);
    parcel_release(&parcel);
}
END_TEST

START_TEST(passes_a_challenge_whose_signature_is_old)
{
    struct parcel parcel;
    struct config_app app;
    parcel_app(&app, PARCEL_KEY, PARCEL_TOKEN);
    prepare(&parcel, ENCRYPTED, CHALLENGE);
    parcel_sign(&parcel, "1600000000");
    assert_result(&parcel, &app, CHALLENGED, NULL, "old");
    strcpy(parcel.signature, "wrong");
    assert_result(&parcel, &app, CHALLENGED, NULL, "wrong");
    parcel_app_release(&app);
    parcel_release(&parcel);
}
END_TEST

/* A challenge whose body is as long as wanted. */
static void prepare_length(struct parcel *parcel, size_t body_len)
{
    prepare(parcel, ENCRYPTED, CHALLENGE);
    const size_t spaces = body_len - parcel->body.len;
    memset(buf_reserve(&parcel->body, spaces), ' ', spaces);
    buf_extend(&parcel->body, spaces);
}

START_TEST(looks_into_short_unsigned_bodies_alone)
{
    struct parcel parcel;
    struct config_app app;
    parcel_app(&app, PARCEL_KEY, PARCEL_TOKEN);
    prepare_length(&parcel, ENVELOPE_CHALLENGE_MAX);
    assert_result(&parcel, &app, CHALLENGED, NULL, "at the limit");
    parcel_release(&parcel);
    prepare_length(&parcel, ENVELOPE_CHALLENGE_MAX + 1);
    assert_result(&parcel, &app, UNAUTHENTICATED, "not signed", "above the limit");
    parcel_sign(&parcel, PARCEL_TIME);
    assert_result(&parcel, &app, CHALLENGED, NULL, "above the limit, signed");
    parcel_app_release(&app);
    parcel_release(&parcel);
}
END_TEST

START_TEST(is_released_twice)
{
    struct error error = ERROR_INIT;
    struct parcel parcel;
    struct config_app app;
    struct envelope envelope;
    parcel_app(&app, PARCEL_KEY, PARCEL_TOKEN);
    prepare(&parcel, SIGNED, V2);
    const struct envelope_input input = parcel_input(&parcel);
    ck_assert(envelope_open(&input, &app, NOW_MS, &envelope, &error));
    ck_assert_str_eq(tree_text(tree_object(envelope.tree, "header"), "event_id"), "e-1");
    envelope_release(&envelope);
    envelope_release(&envelope);
    parcel_app_release(&app);
    parcel_release(&parcel);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "opened or not", is_opened_or_not, COUNT(cases));
    suite_add(suite, "vector", opens_the_vector, 1);
    suite_add(suite, "age", has_an_age, COUNT(times));
    suite_add(suite, "age without a key", has_an_age_without_a_key, COUNT(times));
    suite_add(suite, "old challenge", passes_a_challenge_whose_signature_is_old, 1);
    suite_add(suite, "length", looks_into_short_unsigned_bodies_alone, 1);
    suite_add(suite, "released twice", is_released_twice, 1);
}

SUITE_MAIN("envelope", fill)
