/* Receivers of alerts in the configuration. */
#include "suite.h"

#include <string.h>

#include "config.h"
#include "error.h"
#include "memory.h"

#define APP   "app { id = 'cli_1' secret = 'x' }\n"
#define TOKEN "token = {'0123456789abcdef'} "

static bool no_file(const char *path, struct secret *secret, struct error *error)
{
    (void)path;
    (void)secret;
    return error_set(error, ERROR_INTERNAL, "no file");
}

static bool parse(const char *text, struct config *config, struct error *error)
{
    return config_parse(text, strlen(text), "feishu.conf", no_file, config, error);
}

START_TEST(has_defaults)
{
    struct config config;
    struct error error = ERROR_INIT;
    ck_assert_msg(parse(APP "bot { language = 'en' } receiver 'ops' { " TOKEN "chat = 'oc_1' }",
                        &config, &error),
                  "%s", error.text);
    ck_assert_uint_eq(config.receiver_count, 1);
    const struct config_receiver *receiver = config_receiver(&config, "ops");
    ck_assert_ptr_nonnull(receiver);
    ck_assert_ptr_null(config_receiver(&config, "other"));
    ck_assert_str_eq(receiver->chat, "oc_1");
    ck_assert_str_eq(receiver->alertmanager, "");
    ck_assert_str_eq(receiver->transform, "");
    ck_assert_str_eq(receiver->custom_bot.url, "");
    ck_assert_int_eq(receiver->language, LANGUAGE_EN);
    ck_assert_uint_eq(receiver->ring.count, 2);
    ck_assert_str_eq(receiver->ring.items[0], "new");
    ck_assert_str_eq(receiver->ring.items[1], "resolved");
    ck_assert_uint_eq(receiver->operators.count, 0);
    ck_assert(!secret_is_set(&receiver->grafana_secret));
    config_release(&config);
}
END_TEST

START_TEST(takes_every_key)
{
    struct config config;
    struct error error = ERROR_INIT;
    ck_assert_msg(
        parse(APP "alertmanager 'prod' { urls = {'http://127.0.0.1:9093', 'https://[::1]/am'} "
                  "user = 'u' password = 'p' bearer = 'b' }\n"
                  "receiver 'ops' { token = { '0123456789abcdef', # old\n"
                  " \"it's 16 letters!\" , } chat = 'oc_1' alertmanager = 'prod' "
                  "mention 'severity=critical' { people = {'ou_1', 'all'} } "
                  "mention 'team=~\"a|b\"' { people = {'ou_2'} } ring = {} operators = {'ou_3'} "
                  "severity = {'P0=critical'} transform = '/etc/x' grafana_secret = 'g' "
                  "language = 'en' }\n"
                  "receiver 'hook' { " TOKEN "custom_bot { url = "
                  "'https://open.feishu.cn/open-apis/bot/v2/hook/a-b' secret = 's' } }",
              &config, &error),
        "%s", error.text);
    const struct config_alertmanager *alertmanager = config_alertmanager(&config, "prod");
    ck_assert_uint_eq(alertmanager->urls.count, 2);
    ck_assert_str_eq(alertmanager->user, "u");
    ck_assert_str_eq(alertmanager->password.data, "p");
    ck_assert_str_eq(alertmanager->bearer.data, "b");
    const struct config_receiver *receiver = config_receiver(&config, "ops");
    ck_assert_uint_eq(receiver->tokens.count, 2);
    ck_assert_str_eq(receiver->tokens.items[0].data, "0123456789abcdef");
    ck_assert_str_eq(receiver->tokens.items[1].data, "it's 16 letters!");
    ck_assert_uint_eq(receiver->mention_count, 2);
    ck_assert_str_eq(receiver->mentions[1].matcher, "team=~\"a|b\"");
    ck_assert_str_eq(receiver->mentions[0].people.items[1], "all");
    ck_assert_uint_eq(receiver->ring.count, 0);
    ck_assert_str_eq(receiver->operators.items[0], "ou_3");
    ck_assert_str_eq(receiver->grafana_secret.data, "g");
    ck_assert_int_eq(receiver->language, LANGUAGE_EN);
    receiver = config_receiver(&config, "hook");
    ck_assert_str_eq(receiver->custom_bot.secret.data, "s");
    ck_assert_int_eq(receiver->language, LANGUAGE_ZH);
    config_release(&config);
}
END_TEST

#define RECEIVER(text) APP "receiver 'ops' { " text " }"

static const struct {
    const char *text;
    const char *said;
} wrong[] = {
    { RECEIVER("chat = 'oc_1'"), "receiver 'ops': token is missing" },
    { RECEIVER(TOKEN), "receiver 'ops': chat is missing" },
    { RECEIVER(TOKEN "chat = '*'"), "2: receiver.chat: must be one chat_id" },
    { RECEIVER(TOKEN "chat = 'ou_1'"), "2: receiver.chat: " },
    { RECEIVER(TOKEN "chat = 'oc_1' custom_bot { url = "
                     "'https://open.feishu.cn/open-apis/bot/v2/hook/a' }"),
      "not both" },
    { RECEIVER(TOKEN "chat = 'oc_1' alertmanager = 'prod'"), "names no section alertmanager" },
    { RECEIVER("token = {'0123456789abcde'} chat = 'oc_1'"), "2: receiver.token: must have 16" },
    { RECEIVER("token = '0123456789abcdef' chat = 'oc_1'"), "2: receiver.token: a list is needed" },
    { RECEIVER("token = {'0123456789abcdef' '0123456789abcdeg'} chat = 'oc_1'"),
      "a comma or } is missing" },
    { RECEIVER("token = {' 123456789abcdef'} chat = 'oc_1'"), "a space at one of its ends" },
    { RECEIVER(TOKEN "chat = 'oc_1' mention 'x' { people = {'ou_1'} }"), "2: mention: its title" },
    { RECEIVER(TOKEN "chat = 'oc_1' mention 'a=b' { people = {'oc_1'} }"), "2: mention.people: " },
    { RECEIVER(TOKEN "chat = 'oc_1' ring = {'often'}"), "2: receiver.ring: must be 'new'" },
    { RECEIVER(TOKEN "chat = 'oc_1' severity = {'P0=bad'}"), "2: receiver.severity: must be" },
    { RECEIVER(TOKEN "chat = 'oc_1' transform = 'x'"), "2: receiver.transform: " },
    { RECEIVER(TOKEN "custom_bot { url = 'http://open.feishu.cn/open-apis/bot/v2/hook/a' }"),
      "2: custom_bot.url: " },
    { APP "alertmanager 'prod' { }", "alertmanager 'prod': urls is missing" },
    { APP "alertmanager 'prod' { urls = {'http://a/'} }", "2: alertmanager.urls: " },
    { APP "receiver 'a b' { " TOKEN "chat = 'oc_1' }", "2: receiver: its title" },
};

START_TEST(says_what_is_wrong)
{
    struct config config;
    struct error error = ERROR_INIT;
    ck_assert_msg(!parse(wrong[_i].text, &config, &error), "%s", wrong[_i].text);
    ck_assert_int_eq(error.kind, ERROR_CONFIG);
    ck_assert_msg(strstr(error.text, wrong[_i].said) != NULL, "%s", error.text);
    ck_assert_ptr_null(strstr(error.text, "456789abcde"));
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "has defaults", has_defaults, 1);
    suite_add(suite, "takes every key", takes_every_key, 1);
    suite_add(suite, "says what is wrong", says_what_is_wrong, COUNT(wrong));
}

SUITE_MAIN("config receiver", fill)
