#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "config.h"
#include "config_scan.h"
#include "error.h"
#include "memory.h"

/* The least there has to be; a row's text comes behind it. */
#define APP "app { id = 'cli_1' secret = 'x' }\n"

/* A file that holds its own path. */
static bool echo_path(const char *path, struct secret *secret, struct error *error)
{
    (void)error;
    secret_set(secret, path, strlen(path));
    return true;
}

static struct config parsed(const char *text)
{
    struct config config;
    struct error error = ERROR_INIT;
    const bool done = config_parse(text, strlen(text), "test", echo_path, &config, &error);
    ck_assert_msg(done, "%s: %s", text, error.text);
    ck_assert_int_eq(error.kind, ERROR_NONE);
    return config;
}

static void add_list(struct buf *buf, const char *name, const struct config_list *list)
{
    buf_add_format(buf, "%s=", name);
    for (size_t i = 0; i < list->count; i++)
        buf_add_format(buf, "%s%s", i > 0 ? "," : "", list->items[i]);
    buf_add_text(buf, "\n");
}

static void add_secret(struct buf *buf, const char *name, const struct secret *secret)
{
    if (secret_is_set(secret))
        ck_assert_uint_eq(strlen(secret->data), secret->len);
    buf_add_format(buf, "%s=%s\n", name, secret_is_set(secret) ? secret->data : "(unset)");
}

static void add_rule(struct buf *buf, const struct config_rule *rule)
{
    buf_add_format(buf, "rule=%s\n", rule->name == NULL ? "(defaults)" : rule->name);
    add_list(buf, "people", &rule->people);
    add_list(buf, "chats", &rule->chats);
    buf_add_format(buf, "timeout=%lld\nmax_delay=%lld\noptions=%d\n", (long long)rule->timeout_s,
                   (long long)rule->max_delay_s, rule->options);
}

/* All values, a line each. Caller frees. */
static char *told(const struct config *config)
{
    struct buf buf = BUF_INIT(100000);
    buf_add_format(&buf, "\nid=%s\n", config->app.id);
    add_secret(&buf, "secret", &config->app.secret);
    add_secret(&buf, "token", &config->app.verification_token);
    add_secret(&buf, "key", &config->app.encrypt_key);
    buf_add_format(&buf, "base_url=%s\nevent_url=%s\nca=%s\nproxy=%s\nmax_age=%lld\n",
                   config->app.base_url, config->app.event_url, config->app.ca, config->app.proxy,
                   (long long)config->app.max_age_s);
    buf_add_format(&buf, "open_id=%s\nlanguage=%s\n", config->bot_open_id,
                   words_language_name(config->language));
    buf_add_format(&buf, "directory=%s\n", config->command_directory);
    add_rule(&buf, &config->defaults);
    for (size_t i = 0; i < config->rule_count; i++)
        add_rule(&buf, &config->rules[i]);
    buf_add_format(&buf, "url=%s\nlease=%lld\nuuid_life=%lld\nstate=%s\n", config->store_url.data,
                   (long long)config->lease_s, (long long)config->uuid_life_s,
                   config->state_directory);
    buf_add_format(&buf, "log=%s\n", config->log == CONFIG_LOG_STDERR ? "stderr" : "syslog");
    char *text = memory_copy(buf_text(&buf));
    buf_release(&buf);
    return text;
}

START_TEST(has_defaults)
{
    struct config config = parsed(APP);
    char *text = told(&config);
    ck_assert_str_eq(text, "\nid=cli_1\nsecret=x\ntoken=(unset)\nkey=(unset)\n"
                           "base_url=https://open.feishu.cn\nevent_url=\n"
                           "ca=/etc/ssl/certs\nproxy=\nmax_age=28800\nopen_id=\nlanguage=zh\n"
                           "directory=" CONFIG_DEFAULT_COMMANDS "\nrule=(defaults)\n"
                           "people=\nchats=\ntimeout=60\nmax_delay=120\noptions=0\n"
                           "url=dir:" CONFIG_DEFAULT_STATE "\nlease=10\nuuid_life=3300\n"
                           "state=" CONFIG_DEFAULT_STATE "\nlog=syslog\n");
    free(text);
    config_release(&config);
}
END_TEST

START_TEST(reads_every_key)
{
    char file[4096];
    FILE *stream = fopen("tests/data/config/full.conf", "re");
    ck_assert_ptr_nonnull(stream);
    file[fread(file, 1, sizeof(file) - 1, stream)] = '\0';
    (void)fclose(stream);
    struct config config = parsed(file);
    char *text = told(&config);
    ck_assert_str_eq(text,
                     "\nid=cli_a1b2c3\nsecret=it's \\ a \"secret\" # {=,}\ntoken=say \"a\\b\"\n"
                     "key=test key\nbase_url=https://open.larksuite.com:8443\n"
                     "event_url=https://bot.example.com/feishu/event\n"
                     "ca=/etc/ssl/my 'own' ca.pem\nproxy=http://[::1]:3128\n"
                     "max_age=0\nopen_id=ou_b0t\nlanguage=en\ndirectory=/srv/commands\n"
                     "rule=(defaults)\npeople=ou_1,ou_2\nchats=\n"
                     "timeout=61\nmax_delay=121\noptions=0\n"
                     "rule=status\npeople=*\nchats=oc_1\ntimeout=61\nmax_delay=121\noptions=1\n"
                     "rule=restart\npeople=\nchats=*\ntimeout=300\nmax_delay=7\noptions=0\n"
                     "url=dir:/srv/store\nlease=14\nuuid_life=60\nstate=/run/feishu\nlog=stderr\n");
    free(text);
    config_release(&config);
}
END_TEST

static const struct {
    const char *text;
    const char *line; /* among the values */
} values[] = {
    { "app { id = cli_1 secret = abc.DEF-1_2 }", "secret=abc.DEF-1_2" },
    { "app { id = \"A_b-9\" secret = x }", "id=A_b-9" },
    { "app{id='i' secret='x'}", "id=i" },
    { "\r\napp {\r\n id = 'i'\r\n secret = x\r\n}\r\n", "secret=x" },
    { "/**/app/* { */{//\nid#=\n=/*x*/'i' secret='x' /*/ */ }", "secret=x" },
    { "app { id = 'i' /* ' */ secret = 'x' // }\n } # ${HOME} '", "secret=x" },
    { "app { id = 'i' secret = 'a\\b' }", "secret=a\\b" },
    { "app { id = 'i' secret = 'a\\\\b\\'c\\\"' }", "secret=a\\b'c\\\"" },
    { "app { id = 'i' secret = \"it's\" }", "secret=it's" },
    { "app { id = 'i' secret = '// no comment /* no */ #' }", "secret=// no comment /* no */ #" },
    { "app { id = 'i' secret = '$HOME $ { $\\{x}' }", "secret=$HOME $ { $\\{x}" },
    { "app { id = 'i' secret = '密钥' }", "secret=密钥" },
    { "app { id = 'i' secret_file = '/a/secret' }", "secret=/a/secret" },
    { "app { secret_file = '/a\\'b' id = 'i' encrypt_key_file = '/k' }", "key=/k" },
    { "app { id=i secret=x verification_token_file=\"/t\" }", "token=/t" },
    { "app { id=i secret=x encrypt_key='12345678901234567890123456789012' }",
      "key=12345678901234567890123456789012" },
    { "app { id=i secret=x "
      "encrypt_key='密密密密密密密密密密密密密密密密密密密密密密密密密密密密密密密密' }",
      "key=密密密密密密密密密密密密密密密密密密密密密密密密密密密密密密密密" },
    { "app { id=i secret=x verification_token='v' }", "token=v" },
    { "app { id=i secret=x base_url='https://open.feishu.cn/' }",
      "base_url=https://open.feishu.cn" },
    { "app { id=i secret=x base_url='https://10.0.0.1:65535' }",
      "base_url=https://10.0.0.1:65535" },
    { "app { id=i secret=x base_url='http://127.0.0.1:1' }", "base_url=http://127.0.0.1:1" },
    { "app { id=i secret=x base_url='http://127.255.0.9' }", "base_url=http://127.255.0.9" },
    { "app { id=i secret=x base_url='http://[::1]:80/' }", "base_url=http://[::1]:80" },
    { "app { id=i secret=x base_url='http://localhost' }", "base_url=http://localhost" },
    { "app { id=i secret=x event_url='https://bot.example.com/feishu/event' }",
      "event_url=https://bot.example.com/feishu/event" },
    { "app { id=i secret=x event_url='http://127.0.0.1:8080/' }",
      "event_url=http://127.0.0.1:8080/" },
    { "app { id=i secret=x event_url='' }", "event_url=" },
    { "app { id=i secret=x proxy='http://proxy.example.com:3128' }",
      "proxy=http://proxy.example.com:3128" },
    { "app { id=i secret=x proxy='' }", "proxy=" },
    { "app { id=i secret=x max_age=60 }", "max_age=60" },
    { "app { id=i secret=x max_age=604800 }", "max_age=604800" },
    { "app { id=i secret=x max_age=010000 }", "max_age=10000" },
    { APP "bot { open_id = '' language = 'zh' }", "open_id=" },
    { APP "commands { people = {'*'} }", "people=*" },
    { APP "commands { people = {} }", "people=" },
    { APP "commands { timeout = 1 max_delay = 86400 }", "max_delay=86400" },
    { APP "command '0' { } command 'a_-b' { }", "rule=a_-b" },
    { APP "command 'a' { } command 'b' { } command \"c\" { }", "rule=c" },
    { APP "store { url = 'none' }", "state=" CONFIG_DEFAULT_STATE },
    { APP "store { url = 'none' state = '/s' }", "state=/s" },
    { APP "store { url = 'dir:/d' state = '' }", "state=/d" },
    { APP "store { lease = 3 }", "lease=3" },
    { APP "store { uuid_life = 3600 }", "uuid_life=3600" },
    { APP "log { target = syslog }", "log=syslog" },
    { APP "log { }", "log=syslog" },
};

START_TEST(reads_a_value)
{
    struct config config = parsed(values[_i].text);
    char *text = told(&config);
    char *line = memory_format("\n%s\n", values[_i].line);
    ck_assert_msg(strstr(text, line) != NULL, "%s: %s", values[_i].text, text);
    free(line);
    free(text);
    config_release(&config);
}
END_TEST

/* The rule of a command is its own, whatever came first in the file, else the defaults'. */
START_TEST(finds_the_rule)
{
    struct config config = parsed(
        APP
        "command 'a' { timeout = 7 } commands { timeout = 9 people = {'ou_1'} chats = {'oc_1'} }"
        "command 'b' { max_delay = 8 }");
    ck_assert_str_eq(config_rule(&config, "a")->name, "a");
    ck_assert_int_eq(config_rule(&config, "a")->timeout_s, 7);
    ck_assert_int_eq(config_rule(&config, "b")->timeout_s, 9);
    ck_assert_int_eq(config_rule(&config, "b")->max_delay_s, 8);
    ck_assert(config_rule_allows(config_rule(&config, "b"), "ou_1", "oc_1"));
    ck_assert(!config_rule_allows(config_rule(&config, "b"), "ou_1", "oc_2"));
    ck_assert(!config_rule_allows(config_rule(&config, "b"), "ou_2", "oc_1"));
    ck_assert_ptr_null(config_rule(&config, "c")->name);
    ck_assert_int_eq(config_rule(&config, "")->timeout_s, 9);
    config_release(&config);
}
END_TEST

static const struct {
    const char *lists;
    bool allowed[4]; /* ou_1 in oc_1, ou_1 in oc_2, ou_2 in oc_1, ou_2 in oc_2 */
} rules[] = {
    { "", { false, false, false, false } },
    { "people = {} chats = {}", { false, false, false, false } },
    { "people = {'ou_1'}", { true, true, false, false } },
    { "people = {'ou_1', 'ou_2'}", { true, true, true, true } },
    { "people = {'ou_3'}", { false, false, false, false } },
    { "people = {'ou_11', 'ou_1x'}", { false, false, false, false } },
    { "people = {'*'}", { true, true, true, true } },
    { "people = {'ou_3', '*'}", { true, true, true, true } },
    { "chats = {'oc_1'}", { true, false, true, false } },
    { "chats = {'*'}", { true, true, true, true } },
    { "people = {'ou_1'} chats = {'oc_1'}", { true, false, false, false } },
    { "people = {'*'} chats = {'oc_1'}", { true, false, true, false } },
    { "people = {'ou_1'} chats = {'*'}", { true, true, false, false } },
    { "people = {'ou_1'} chats = {'oc_3'}", { false, false, false, false } },
    { "people = {'*'} chats = {'*'}", { true, true, true, true } },
};

START_TEST(allows)
{
    char *text = memory_format(APP "commands { %s }", rules[_i].lists);
    struct config config = parsed(text);
    const struct config_rule *rule = config_rule(&config, "x");
    for (size_t i = 0; i < 4; i++)
        ck_assert_msg(config_rule_allows(rule, i < 2 ? "ou_1" : "ou_2",
                                         i % 2 == 0 ? "oc_1" : "oc_2") == rules[_i].allowed[i],
                      "%s: %zu", rules[_i].lists, i);
    config_release(&config);
    free(text);
}
END_TEST

static const struct {
    const char *keys;
    bool receives;
} receivers[] = {
    { "", false },
    { "verification_token = 't'", true },
    { "encrypt_key = 'k'", true },
    { "encrypt_key_file = '/k'", true },
    { "verification_token = 't' encrypt_key = 'k'", true },
};

START_TEST(receives)
{
    char *text = memory_format("app { id = 'i' secret = 'x' %s }", receivers[_i].keys);
    struct config config = parsed(text);
    ck_assert_msg(config_receives(&config) == receivers[_i].receives, "%s", receivers[_i].keys);
    config_release(&config);
    free(text);
}
END_TEST

/* libconfuse overwrites nothing that it frees, so that it gets no secret, also none of a comment.
 */
START_TEST(keeps_secrets_to_itself)
{
    static const char text[] = "# secret = 's3cr3t'\n/* s3cr3t */ app { id = 'i' // s3cr3t\n"
                               "secret = 's3\\'cr3t' encrypt_key = \"s3cr3t\" # s3cr3t\n"
                               "verification_token = s3cr3t secret_file = '/s' }";
    struct config_scan scan;
    struct error error = ERROR_INIT;
    ck_assert(!config_scan(text, strlen(text), "test", &scan, &error));
    ck_assert_str_eq(error.text, "test:4: app.secret_file: give the value or the file, not both");
    ck_assert_uint_eq(strlen(scan.plain), strlen(text));
    ck_assert_ptr_null(strstr(scan.plain, "cr3t"));
    ck_assert_ptr_nonnull(strstr(scan.plain, "secret = 'xxxxxxxx' encrypt_key = \"xxxxxx\""));
    ck_assert_ptr_nonnull(strstr(scan.plain, "token = xxxxxx secret_file"));
    config_scan_release(&scan);
}
END_TEST

/* The text ends where its length says, and what is behind it is not looked at. */
START_TEST(ends_with_its_length)
{
    static const char text[] = "app { id = 'i' secret = x }x";
    struct config config;
    struct error error = ERROR_INIT;
    char *exact = memory_get(sizeof(text) - 2);
    memcpy(exact, text, sizeof(text) - 2);
    ck_assert(config_parse(exact, sizeof(text) - 2, "test", echo_path, &config, &error));
    ck_assert_str_eq(config.app.secret.data, "x");
    free(exact);
    config_release(&config);
    config_release(&config);
    ck_assert_ptr_null(config.app.id);
    ck_assert_ptr_null(config.app.secret.data);
}
END_TEST

/* What was refused leaves nothing behind in the parser that the next text would meet. */
START_TEST(starts_anew)
{
    static const char *const broken[] = { "app { id = 'x", "app { id = \"x", "/* x",
                                          "app { id = 'x' people = {", "app { id = " };
    for (int i = 0; i < COUNT(broken); i++) {
        struct config config;
        struct error error = ERROR_INIT;
        ck_assert(!config_parse(broken[i], strlen(broken[i]), "test", echo_path, &config, &error));
        ck_assert_int_eq(error.kind, ERROR_CONFIG);
        ck_assert_ptr_null(config.app.id);
        config = parsed(APP);
        ck_assert_str_eq(config.app.id, "cli_1");
        config_release(&config);
    }
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "has defaults", has_defaults, 1);
    suite_add(suite, "reads every key", reads_every_key, 1);
    suite_add(suite, "reads a value", reads_a_value, COUNT(values));
    suite_add(suite, "finds the rule", finds_the_rule, 1);
    suite_add(suite, "allows", allows, COUNT(rules));
    suite_add(suite, "receives", receives, COUNT(receivers));
    suite_add(suite, "keeps secrets to itself", keeps_secrets_to_itself, 1);
    suite_add(suite, "ends with its length", ends_with_its_length, 1);
    suite_add(suite, "starts anew", starts_anew, 1);
}

SUITE_MAIN("config", fill)
