#include "config_schema.h"

#include "config.h"
#include "config_check.h"
#include "config_receiver.h"
#include "config_rule.h"

#define COUNT(array)        (sizeof(array) / sizeof((array)[0]))
#define IN_CONFIG(field)    .offset = offsetof(struct config, field)
#define IN_RULE(field)      .offset = offsetof(struct config_rule, field)
#define IN_MANAGER(field)   .offset = offsetof(struct config_alertmanager, field)
#define IN_RECEIVER(field)  .offset = offsetof(struct config_receiver, field)
#define IN_MENTION(field)   .offset = offsetof(struct config_mention, field)
#define RANGE(low, high)    .min = (low), .max = (high)
#define TEXT(key)           .name = (key), .type = CONFIG_TEXT
#define SECRET(key)         .name = (key), .file_name = (key "_file"), .type = CONFIG_SECRET
#define LIST(key)           .name = (key), .type = CONFIG_LIST
#define SECRETS(key)        .name = (key), .type = CONFIG_SECRETS
#define NUMBER(key)         .name = (key), .type = CONFIG_NUMBER
#define FLAG(key)           .name = (key), .type = CONFIG_FLAG
#define CHOICE(key, values) .name = (key), .type = CONFIG_CHOICE, .choices = (values)

static const char *const languages[] = { [LANGUAGE_ZH] = "zh", [LANGUAGE_EN] = "en", NULL };
static const char *const logs[] = {
    [CONFIG_LOG_SYSLOG] = "syslog", [CONFIG_LOG_STDERR] = "stderr", NULL
};

static const struct config_key app_keys[] = {
    { TEXT("id"), IN_CONFIG(app.id), .required = true, .check = config_check_app_id },
    { SECRET("secret"), IN_CONFIG(app.secret), RANGE(1, 256), .required = true },
    { SECRET("verification_token"), IN_CONFIG(app.verification_token), RANGE(1, 32) },
    { SECRET("encrypt_key"), IN_CONFIG(app.encrypt_key), RANGE(1, 32) },
    { TEXT("base_url"), IN_CONFIG(app.base_url), .text = "https://open.feishu.cn",
      .check = config_check_base_url },
    { TEXT("ca"), IN_CONFIG(app.ca), .text = "/etc/ssl/certs", .check = config_check_path },
    { TEXT("event_url"), IN_CONFIG(app.event_url), .text = "", .check = config_check_event_url },
    { TEXT("proxy"), IN_CONFIG(app.proxy), .text = "", .check = config_check_proxy },
    { NUMBER("max_age"), IN_CONFIG(app.max_age_s), RANGE(60, 604800), .zero = true,
      .number = 28800 },
};

static const struct config_key bot_keys[] = {
    { TEXT("open_id"), IN_CONFIG(bot_open_id), .text = "", .check = config_check_open_id },
    { CHOICE("language", languages), IN_CONFIG(language) },
};

static const struct config_key commands_keys[] = {
    { TEXT("directory"), IN_CONFIG(command_directory), .text = CONFIG_DEFAULT_COMMANDS,
      .check = config_check_path },
    { LIST("people"), IN_CONFIG(defaults.people), .check = config_check_person },
    { LIST("chats"), IN_CONFIG(defaults.chats), .check = config_check_chat },
    { NUMBER("timeout"), IN_CONFIG(defaults.timeout_s), RANGE(1, 86400), .number = 60 },
    { NUMBER("max_delay"), IN_CONFIG(defaults.max_delay_s), RANGE(1, 86400), .number = 120 },
};

static const struct config_key command_keys[] = {
    { LIST("people"), IN_RULE(people), .check = config_check_person },
    { LIST("chats"), IN_RULE(chats), .check = config_check_chat },
    { NUMBER("timeout"), IN_RULE(timeout_s), RANGE(1, 86400) },
    { NUMBER("max_delay"), IN_RULE(max_delay_s), RANGE(1, 86400) },
    { FLAG("options"), IN_RULE(options) },
};

static const struct config_key store_keys[] = {
    { SECRET("url"), IN_CONFIG(store_url), RANGE(1, 1024), .text = "dir:" CONFIG_DEFAULT_STATE,
      .check = config_check_store },
    /* Longer than a request lives, shorter than the 15 s until the first redelivery. */
    { NUMBER("lease"), IN_CONFIG(lease_s), RANGE(3, 14), .number = 10 },
    { NUMBER("uuid_life"), IN_CONFIG(uuid_life_s), RANGE(1, 3600), .number = 3300 },
    { TEXT("state"), IN_CONFIG(state_directory), .text = "", .check = config_check_optional_path },
};

static const struct config_key log_keys[] = {
    { CHOICE("target", logs), IN_CONFIG(log) },
};

static const struct config_key alertmanager_keys[] = {
    { LIST("urls"), IN_MANAGER(urls), .check = config_check_server },
    { TEXT("user"), IN_MANAGER(user) },
    { SECRET("password"), IN_MANAGER(password), RANGE(1, 256) },
    { SECRET("bearer"), IN_MANAGER(bearer), RANGE(1, 4096) },
};

static const struct config_key custom_bot_keys[] = {
    { TEXT("url"), IN_RECEIVER(custom_bot.url), .check = config_check_hook },
    { SECRET("secret"), IN_RECEIVER(custom_bot.secret), RANGE(1, 256) },
};

static const struct config_key mention_keys[] = {
    { LIST("people"), IN_MENTION(people), .check = config_check_mentioned },
};

static const struct config_key receiver_keys[] = {
    { SECRETS("token"), IN_RECEIVER(tokens), RANGE(16, 256) },
    { TEXT("chat"), IN_RECEIVER(chat), .check = config_check_one_chat },
    { TEXT("alertmanager"), IN_RECEIVER(alertmanager) },
    { LIST("ring"), IN_RECEIVER(ring), .check = config_check_ring },
    { LIST("operators"), IN_RECEIVER(operators), .check = config_check_person },
    { LIST("severity"), IN_RECEIVER(severity), .check = config_check_severity },
    { TEXT("transform"), IN_RECEIVER(transform), .check = config_check_path },
    { SECRET("grafana_secret"), IN_RECEIVER(grafana_secret), RANGE(1, 256) },
    { CHOICE("language", languages), IN_RECEIVER(language) },
};

#define SECTION(key) .name = #key, .keys = key##_keys, .key_count = COUNT(key##_keys)

static const struct config_section receiver_sections[] = {
    { SECTION(custom_bot), .inherits = true },
    { SECTION(mention), .add = config_mention_add, .check_title = config_check_matcher },
};

/* In the order in which they are filled: a command starts from what `commands` says. */
static const struct config_section sections[] = {
    { SECTION(app) },
    { SECTION(bot) },
    { SECTION(commands) },
    { SECTION(command), .add = config_rule_add, .check_title = config_check_command,
      .inherits = true },
    { SECTION(store) },
    { SECTION(log) },
    { SECTION(alertmanager), .add = config_alertmanager_add, .check_title = config_check_receiver,
      .inherits = true },
    { SECTION(receiver), .sections = receiver_sections, .section_count = COUNT(receiver_sections),
      .add = config_receiver_add, .check_title = config_check_receiver, .inherits = true },
};

const struct config_section config_schema = { .sections = sections,
                                              .section_count = COUNT(sections) };

_Static_assert(COUNT(app_keys) <= CONFIG_KEYS_MAX, "the longest section fits");
