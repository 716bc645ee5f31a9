#include <stdint.h>
#include <string.h>

#include "code.h"
#include "suite.h"

static const struct {
    int64_t code;
    enum code_class class;
    const char *advice; /* a word of it */
} cases[] = {
    { 0, CODE_OK, "app.base_url" },
    /* Passes by itself. */
    { 99991400, CODE_AGAIN, "passes" },
    { 230020, CODE_AGAIN, "passes" },
    { 11232, CODE_AGAIN, "passes" },
    /* The operator can mend it within hours. */
    { 99991672, CODE_AGAIN, "Permissions" },
    { 99991401, CODE_AGAIN, "IP whitelist" },
    { 11205, CODE_AGAIN, "bot ability" },
    { 230006, CODE_AGAIN, "bot ability" },
    { 99991662, CODE_AGAIN, "Publish" },
    { 99991673, CODE_AGAIN, "Publish" },
    { 230049, CODE_PENDING, "still being sent" },
    /* The token. */
    { 99991661, CODE_TOKEN, "token" },
    { 99991663, CODE_TOKEN, "token" },
    { 99991664, CODE_TOKEN, "token" },
    { 99991665, CODE_TOKEN, "token" },
    { 99991668, CODE_TOKEN, "token" },
    { 99991671, CODE_TOKEN, "token" },
    { 99991677, CODE_TOKEN, "token" },
    /* The content. */
    { 230025, CODE_CONTENT, "shorter" },
    { 230028, CODE_CONTENT, "data-loss" },
    { 230099, CODE_CONTENT, "ErrCode" },
    /* The token endpoint's. */
    { 10003, CODE_FINAL, "app.id" },
    { 10005, CODE_FINAL, "Publish" },
    { 10012, CODE_FINAL, "self-built" },
    { 10013, CODE_FINAL, "app.secret" },
    { 10014, CODE_FINAL, "app.base_url" },
    { 10015, CODE_FINAL, "app.secret" },
    { 10016, CODE_FINAL, "self-built" },
    /* All that trying again cannot help. */
    { 11233, CODE_FINAL, "less" },
    { 11247, CODE_FINAL, "less" },
    { 230001, CODE_FINAL, "log id" },
    { 230002, CODE_FINAL, "Add the bot to the chat" },
    { 230011, CODE_FINAL, "no longer there" },
    { 230013, CODE_FINAL, "availability" },
    { 230015, CODE_FINAL, "private chats" },
    { 230017, CODE_FINAL, "only who sent" },
    { 230018, CODE_FINAL, "group's settings" },
    { 230019, CODE_FINAL, "no longer there" },
    { 230022, CODE_FINAL, "sensitive" },
    { 230027, CODE_FINAL, "permission" },
    { 230029, CODE_FINAL, "left the organisation" },
    { 230031, CODE_FINAL, "14 days" },
    { 230034, CODE_FINAL, "open_id" },
    { 230035, CODE_FINAL, "muted" },
    { 230036, CODE_FINAL, "key" },
    { 230038, CODE_FINAL, "other tenants" },
    { 230050, CODE_FINAL, "cannot see" },
    { 230053, CODE_FINAL, "stopped the bot" },
    { 230054, CODE_FINAL, "this kind" },
    { 230055, CODE_FINAL, "uploaded" },
    { 230075, CODE_FINAL, "encrypted" },
    { 230110, CODE_FINAL, "no longer there" },
    { 230111, CODE_FINAL, "destroy themselves" },
    { 232009, CODE_FINAL, "dissolved" },
    { 232025, CODE_FINAL, "bot ability" },
    { 232034, CODE_FINAL, "Publish" },
    { 99991201, CODE_FINAL, "app.base_url" },
    { 99991403, CODE_FINAL, "monthly quota" },
    { 99991676, CODE_FINAL, "Permissions" },
    { 99991679, CODE_FINAL, "user's authorisation" },
    { 99992351, CODE_FINAL, "open_id" },
    { 99992361, CODE_FINAL, "open_id" },
    { 99992402, CODE_FINAL, "malformed" },
    /* Codes that nobody listed. */
    { 1, CODE_FINAL, "list of error codes" },
    { -1, CODE_FINAL, "list of error codes" },
    { 230048, CODE_FINAL, "list of error codes" },
    { 99991399, CODE_FINAL, "list of error codes" },
    { 99991660, CODE_FINAL, "list of error codes" },
    { INT64_MIN, CODE_FINAL, "list of error codes" },
    { INT64_MAX, CODE_FINAL, "list of error codes" },
    { INT64_C(230049) + (INT64_C(1) << 32), CODE_FINAL, "list of error codes" },
};

START_TEST(each_code_has_its_class)
{
    ck_assert_msg(code_class(cases[_i].code) == cases[_i].class, "%lld", (long long)cases[_i].code);
}
END_TEST

START_TEST(each_code_has_one_sentence_of_advice)
{
    const char *advice = code_advice(cases[_i].code);
    size_t len = strlen(advice);
    ck_assert_msg(strstr(advice, cases[_i].advice) != NULL, "%lld: %s", (long long)cases[_i].code,
                  advice);
    ck_assert_msg(len > 0 && strchr(advice, '\n') == NULL && strstr(advice, ". ") == NULL &&
                      advice[len - 1] == '.',
                  "%lld is not one sentence: %s", (long long)cases[_i].code, advice);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "class", each_code_has_its_class, COUNT(cases));
    suite_add(suite, "advice", each_code_has_one_sentence_of_advice, COUNT(cases));
}

SUITE_MAIN("code", fill)
