#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <confuse.h>

#include "command_line.h"
#include "config_check.h"
#include "config_scan.h"
#include "error.h"
#include "memory.h"
#include "number.h"
#include "words.h"

/* One configuration being read. */
struct parse {
    const char *name;
    struct config_scan scan;
    bool (*read_file)(const char *path, struct secret *secret, struct error *error);
    struct config *config;
    struct error *error;
};

/* Where libconfuse's complaints go: it hands its callback nothing of ours. */
static _Thread_local struct parse *parsing;

/* Records "NAME:LINE: PATH: what". */
static bool fail(struct parse *parse, const char *section, const char *key, const char *what)
{
    char *path = memory_format("%s%s%s", section, key[0] == '\0' ? "" : ".", key);
    int line = config_scan_line(&parse->scan, path);
    if (line == 0) /* what is missing is missing from its section, or from the end */
        line = config_scan_line(&parse->scan, section);
    if (line == 0)
        line = parse->scan.last_line;
    error_set(parse->error, ERROR_CONFIG, "%s:%d: %s: %s", parse->name, line, path, what);
    free(path);
    return false;
}

static void take_complaint(cfg_t *cfg, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void take_complaint(cfg_t *cfg, const char *format, va_list arguments)
{
    char text[200];
    (void)vsnprintf(text, sizeof(text), format, arguments);
    error_set(parsing->error, ERROR_CONFIG, "%s:%d: %s: %s", parsing->name, cfg->line,
              cfg_name(cfg), text);
}

/* -- values, by type: each reads the key of a section into the place given, if it is there */

struct key {
    const char *name;
    bool (*read)(struct parse *parse, cfg_t *cfg, const char *section, const struct key *key,
                 void *target);
    size_t offset; /* in what the section is read into */
    const char *(*check)(const char *text);
    uint64_t min; /* of numbers, or of a secret's length */
    uint64_t max;
    const char *range; /* what to say otherwise */
};

static bool read_text(struct parse *parse, cfg_t *cfg, const char *section, const struct key *key,
                      void *target)
{
    char **text = target;
    const char *value = cfg_getstr(cfg, key->name);
    if (value == NULL)
        return true;
    const char *wrong = key->check(value);
    if (wrong != NULL)
        return fail(parse, section, key->name, wrong);
    free(*text);
    *text = memory_copy(value);
    return true;
}

static bool read_number(struct parse *parse, cfg_t *cfg, const char *section, const struct key *key,
                        void *target)
{
    int64_t *number = target;
    uint64_t parsed;
    const char *value = cfg_getstr(cfg, key->name);
    if (value == NULL)
        return true;
    if (!number_parse(value, key->min, key->max, &parsed))
        return fail(parse, section, key->name, key->range);
    *number = (int64_t)parsed;
    return true;
}

/* max_age: 0, or a time that leaves room for clocks that differ. */
static bool read_age(struct parse *parse, cfg_t *cfg, const char *section, const struct key *key,
                     void *target)
{
    int64_t *seconds = target;
    return read_number(parse, cfg, section, key, target) &&
           (*seconds == 0 || *seconds >= 60 || fail(parse, section, key->name, key->range));
}

static bool read_switch(struct parse *parse, cfg_t *cfg, const char *section, const struct key *key,
                        void *target)
{
    bool *on = target;
    const char *value = cfg_getstr(cfg, key->name);
    if (value == NULL)
        return true;
    *on = strcmp(value, "true") == 0;
    return *on || strcmp(value, "false") == 0 ||
           fail(parse, section, key->name, "true or false is needed");
}

static bool read_language(struct parse *parse, cfg_t *cfg, const char *section,
                          const struct key *key, void *target)
{
    const char *value = cfg_getstr(cfg, key->name);
    return value == NULL || words_language(value, target) ||
           fail(parse, section, key->name, "'zh' or 'en' is needed");
}

static bool read_log(struct parse *parse, cfg_t *cfg, const char *section, const struct key *key,
                     void *target)
{
    enum config_log *log = target;
    const char *value = cfg_getstr(cfg, key->name);
    if (value == NULL)
        return true;
    *log = strcmp(value, "stderr") == 0 ? CONFIG_LOG_STDERR : CONFIG_LOG_SYSLOG;
    return *log == CONFIG_LOG_STDERR || strcmp(value, "syslog") == 0 ||
           fail(parse, section, key->name, "'syslog' or 'stderr' is needed");
}

static void list_release(struct config_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct config_list){ NULL, 0 };
}

static bool read_list(struct parse *parse, cfg_t *cfg, const char *section, const struct key *key,
                      void *target)
{
    struct config_list *list = target;
    cfg_opt_t *option = cfg_getopt(cfg, key->name);
    unsigned count = cfg_opt_size(option);
    if ((option->flags & CFGF_MODIFIED) == 0)
        return true;
    list_release(list);
    list->items = memory_zero(count, sizeof(*list->items));
    for (unsigned i = 0; i < count; i++) {
        const char *value = cfg_opt_getnstr(option, i);
        const char *wrong = key->check(value);
        if (wrong != NULL)
            return fail(parse, section, key->name, wrong);
        list->items[list->count++] = memory_copy(value);
    }
    return true;
}

/* Reads the secret from the file that the key NAME_file names. */
static bool read_secret_file(struct parse *parse, const char *section, const char *key,
                             const char *path, struct secret *secret)
{
    struct error cause = ERROR_INIT;
    const char *wrong = config_check_path(path);
    if (wrong != NULL)
        return fail(parse, section, key, wrong);
    return parse->read_file(path, secret, &cause) || fail(parse, section, key, cause.text);
}

static bool read_secret(struct parse *parse, cfg_t *cfg, const char *section, const struct key *key,
                        void *target)
{
    char file_key[64];
    struct secret *secret = target;
    (void)snprintf(file_key, sizeof(file_key), "%s_file", key->name);
    const char *value = cfg_getstr(cfg, key->name);
    const char *path = cfg_getstr(cfg, file_key);
    if (value != NULL && path != NULL)
        return fail(parse, section, file_key, "given besides the value itself; remove one");
    if (path != NULL && !read_secret_file(parse, section, file_key, path, secret))
        return false;
    if (value != NULL)
        secret_set(secret, value, strlen(value));
    if (!secret_is_set(secret))
        return true;
    bool fits = secret->len >= key->min && secret->len <= key->max;
    for (size_t i = 0; i < secret->len; i++)
        fits = fits && (unsigned char)secret->data[i] >= ' ' && secret->data[i] != 0x7f;
    /* What is copied from a web page often has a space too many. */
    fits = fits && secret->data[0] != ' ' && secret->data[secret->len - 1] != ' ';
    return fits || fail(parse, section, value != NULL ? key->name : file_key, key->range);
}

#define TEXT(name, type, field, check)                                                             \
    {                                                                                              \
        name, read_text, offsetof(type, field), check, 0, 0, NULL                                  \
    }
#define NUMBER(name, type, field, min, max, range)                                                 \
    {                                                                                              \
        name, read_number, offsetof(type, field), NULL, min, max, range                            \
    }
#define LIST(name, type, field, check)                                                             \
    {                                                                                              \
        name, read_list, offsetof(type, field), check, 0, 0, NULL                                  \
    }
#define SECRET(name, type, field, max, range)                                                      \
    {                                                                                              \
        name, read_secret, offsetof(type, field), NULL, 1, max, range                              \
    }
#define OTHER(name, read, type, field)                                                             \
    {                                                                                              \
        name, read, offsetof(type, field), NULL, 0, 0, NULL                                        \
    }

static const struct key app_keys[] = {
    TEXT("id", struct config, app.id, config_check_app_id),
    SECRET("secret", struct config, app.secret, 256, "1 to 256 characters, no space at either end"),
    SECRET("verification_token", struct config, app.verification_token, 32,
           "1 to 32 characters, no space at either end, as the console shows it"),
    SECRET("encrypt_key", struct config, app.encrypt_key, 32,
           "1 to 32 characters, no space at either end, as the console shows it"),
    TEXT("base_url", struct config, app.base_url, config_check_base_url),
    TEXT("ca", struct config, app.ca, config_check_path),
    TEXT("proxy", struct config, app.proxy, config_check_proxy),
    { "max_age", read_age, offsetof(struct config, app.max_age_s), NULL, 0, 604800,
      "whole seconds from 60 to 604800, or 0 for no check" },
};

static const struct key bot_keys[] = {
    TEXT("open_id", struct config, bot_open_id, config_check_open_id),
    OTHER("language", read_language, struct config, language),
};

static const struct key commands_keys[] = {
    TEXT("directory", struct config, command_directory, config_check_path),
};

/* Both of `commands` and of each `command`. */
static const struct key rule_keys[] = {
    LIST("people", struct config_rule, people, config_check_person),
    LIST("chats", struct config_rule, chats, config_check_chat),
    NUMBER("timeout", struct config_rule, timeout_s, 1, 86400, "whole seconds from 1 to 86400"),
    NUMBER("max_delay", struct config_rule, max_delay_s, 1, 86400, "whole seconds from 1 to 86400"),
};

static const struct key command_keys[] = {
    OTHER("options", read_switch, struct config_rule, options),
};

static const struct key store_keys[] = {
    TEXT("url", struct config, store_url, config_check_store),
    /* Longer than a request lives, shorter than the 15 s until the first redelivery. */
    NUMBER("lease", struct config, lease_s, 3, 14, "whole seconds from 3 to 14"),
    NUMBER("uuid_life", struct config, uuid_life_s, 1, 3600, "whole seconds from 1 to 3600"),
    TEXT("state", struct config, state_directory, config_check_optional_path),
};

static const struct key log_keys[] = {
    OTHER("target", read_log, struct config, log),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEYS(array)  (array), COUNT(array)

enum { SECTION_KEYS_MAX = 16 };

static const struct section {
    const char *name;
    const struct key *keys; /* read into the configuration */
    size_t key_count;
    const struct key *rule_keys; /* read into a rule */
    size_t rule_key_count;
    const struct key *own_keys; /* of titled sections: read into a rule too */
    size_t own_key_count;
    bool titled;
} sections[] = {
    { "app", KEYS(app_keys), NULL, 0, NULL, 0, false },
    { "bot", KEYS(bot_keys), NULL, 0, NULL, 0, false },
    { "commands", KEYS(commands_keys), KEYS(rule_keys), NULL, 0, false },
    { "command", NULL, 0, KEYS(rule_keys), KEYS(command_keys), true },
    { "store", KEYS(store_keys), NULL, 0, NULL, 0, false },
    { "log", KEYS(log_keys), NULL, 0, NULL, 0, false },
};

/* libconfuse's options for the keys, appended; every scalar is a string to it, so that its type is
 * judged in one place, here. */
static size_t add_options(const struct key *keys, size_t count, cfg_opt_t *options, size_t at,
                          char names[][64])
{
    for (size_t i = 0; i < count; i++) {
        const struct key *key = &keys[i];
        if (key->read == read_list)
            options[at++] = (cfg_opt_t)CFG_STR_LIST(key->name, NULL, CFGF_NONE);
        else
            options[at++] = (cfg_opt_t)CFG_STR(key->name, NULL, CFGF_NONE);
        if (key->read != read_secret)
            continue;
        (void)snprintf(names[at], sizeof(names[at]), "%s_file", key->name);
        options[at] = (cfg_opt_t)CFG_STR(names[at], NULL, CFGF_NONE);
        at++;
    }
    return at;
}

static bool read_keys(struct parse *parse, cfg_t *cfg, const char *path, const struct key *keys,
                      size_t count, void *target)
{
    for (size_t i = 0; i < count; i++) {
        if (!keys[i].read(parse, cfg, path, &keys[i], (char *)target + keys[i].offset))
            return false;
    }
    return true;
}

static struct config_list list_copy(const struct config_list *list)
{
    struct config_list copy = { memory_zero(list->count, sizeof(char *)), list->count };
    for (size_t i = 0; i < list->count; i++)
        copy.items[i] = memory_copy(list->items[i]);
    return copy;
}

static void rule_release(struct config_rule *rule)
{
    list_release(&rule->people);
    list_release(&rule->chats);
    free(rule->name);
}

/* A new rule that has everything from the defaults. */
static struct config_rule *add_rule(struct config *config, const char *name)
{
    config->rules = memory_resize(config->rules, (config->rule_count + 1) * sizeof(*config->rules));
    struct config_rule *rule = &config->rules[config->rule_count++];
    *rule = config->defaults;
    rule->name = memory_copy(name);
    rule->people = list_copy(&config->defaults.people);
    rule->chats = list_copy(&config->defaults.chats);
    return rule;
}

/* Reads one section, the commands after their defaults. */
static bool read_section(struct parse *parse, const struct section *section, cfg_t *cfg)
{
    const char *title = section->titled ? cfg_title(cfg) : NULL;
    char *path = section->titled ? memory_format("%s '%s'", section->name, title)
                                 : memory_copy(section->name);
    bool done = false;
    if (section->titled && !command_line_is_name(title)) {
        fail(parse, path, "", "no name of a command: a-z, 0-9, _ and -, at most 64");
        goto out;
    }
    struct config_rule *rule =
        section->titled ? add_rule(parse->config, title) : &parse->config->defaults;
    done = read_keys(parse, cfg, path, section->keys, section->key_count, parse->config) &&
           read_keys(parse, cfg, path, section->rule_keys, section->rule_key_count, rule) &&
           read_keys(parse, cfg, path, section->own_keys, section->own_key_count, rule);
out:
    free(path);
    return done;
}

static bool read_sections(struct parse *parse, cfg_t *cfg)
{
    for (size_t i = 0; i < COUNT(sections); i++) {
        for (unsigned j = 0; j < cfg_size(cfg, sections[i].name); j++) {
            if (!read_section(parse, &sections[i], cfg_getnsec(cfg, sections[i].name, j)))
                return false;
        }
    }
    return true;
}

/* Overwrites the secrets that libconfuse has copies of. */
static void wipe(cfg_t *cfg)
{
    for (unsigned i = 0; i < cfg_size(cfg, "app"); i++) {
        for (size_t j = 0; j < COUNT(app_keys); j++) {
            char *value = app_keys[j].read == read_secret
                              ? cfg_getstr(cfg_getnsec(cfg, "app", i), app_keys[j].name)
                              : NULL;
            if (value != NULL)
                explicit_bzero(value, strlen(value));
        }
    }
}

/* Hands the text to libconfuse, and what it has read to the sections. */
static bool read_text_with_confuse(struct parse *parse, const char *text)
{
    cfg_opt_t options[COUNT(sections)][SECTION_KEYS_MAX];
    char names[COUNT(sections)][SECTION_KEYS_MAX][64];
    cfg_opt_t top[COUNT(sections) + 1];
    const cfg_opt_t end = CFG_END();
    for (size_t i = 0; i < COUNT(sections); i++) {
        const struct section *section = &sections[i];
        size_t at = add_options(section->keys, section->key_count, options[i], 0, names[i]);
        at = add_options(section->rule_keys, section->rule_key_count, options[i], at, names[i]);
        at = add_options(section->own_keys, section->own_key_count, options[i], at, names[i]);
        options[i][at] = end;
        top[i] = (cfg_opt_t)CFG_SEC(section->name, options[i],
                                    section->titled ? CFGF_TITLE | CFGF_MULTI : CFGF_NODEFAULT);
    }
    top[COUNT(sections)] = end;
    cfg_t *cfg = memory_check(cfg_init(top, CFGF_NONE));
    parsing = parse;
    cfg_set_error_function(cfg, take_complaint);
    bool done = cfg_parse_buf(cfg, text) == CFG_SUCCESS;
    parsing = NULL;
    if (done)
        done = read_sections(parse, cfg);
    else
        error_set(parse->error, ERROR_CONFIG, "%s:%d: cannot be read", parse->name,
                  parse->scan.last_line);
    wipe(cfg);
    cfg_free(cfg);
    return done;
}

/* What must be there, and what follows from the rest. */
static bool complete(struct parse *parse)
{
    struct config *config = parse->config;
    size_t len = strlen(config->app.base_url);
    if (config->app.id == NULL)
        return fail(parse, "app", "id", "is missing");
    if (!secret_is_set(&config->app.secret))
        return fail(parse, "app", "secret", "is missing (or secret_file)");
    if (len > 0 && config->app.base_url[len - 1] == '/')
        config->app.base_url[len - 1] = '\0';
    if (config->state_directory[0] != '\0')
        return true;
    bool in_folder = strncmp(config->store_url, "dir:", 4) == 0;
    free(config->state_directory);
    config->state_directory = memory_copy(in_folder ? config->store_url + 4 : CONFIG_DEFAULT_STATE);
    return true;
}

static void set_defaults(struct config *config)
{
    *config = (struct config){
        .app = { .base_url = memory_copy("https://open.feishu.cn"),
                 .ca = memory_copy("/etc/ssl/certs"),
                 .proxy = memory_copy(""),
                 .max_age_s = 28800 },
        .bot_open_id = memory_copy(""),
        .language = LANGUAGE_ZH,
        .command_directory = memory_copy(CONFIG_DEFAULT_COMMANDS),
        .defaults = { .timeout_s = 60, .max_delay_s = 120 },
        .store_url = memory_copy("dir:" CONFIG_DEFAULT_STATE),
        .lease_s = 10,
        .uuid_life_s = 3300,
        .state_directory = memory_copy(""),
        .log = CONFIG_LOG_SYSLOG,
    };
}

bool config_parse(const char *text, size_t len, const char *name,
                  bool (*read_file)(const char *path, struct secret *secret, struct error *error),
                  struct config *config, struct error *error)
{
    struct parse parse = { .name = name, .read_file = read_file, .config = config, .error = error };
    set_defaults(config);
    bool done = config_scan(text, len, name, &parse.scan, error) &&
                read_text_with_confuse(&parse, text) && complete(&parse);
    config_scan_release(&parse.scan);
    if (!done)
        config_release(config);
    return done;
}

const struct config_rule *config_rule(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->rule_count; i++) {
        if (strcmp(config->rules[i].name, name) == 0)
            return &config->rules[i];
    }
    return &config->defaults;
}

static bool list_has(const struct config_list *list, const char *item)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], "*") == 0 || strcmp(list->items[i], item) == 0)
            return true;
    }
    return false;
}

bool config_rule_allows(const struct config_rule *rule, const char *person, const char *chat)
{
    if (rule->people.count == 0 && rule->chats.count == 0)
        return false;
    return (rule->people.count == 0 || list_has(&rule->people, person)) &&
           (rule->chats.count == 0 || list_has(&rule->chats, chat));
}

bool config_receives(const struct config *config)
{
    return secret_is_set(&config->app.verification_token) ||
           secret_is_set(&config->app.encrypt_key);
}

void config_release(struct config *config)
{
    free(config->app.id);
    secret_release(&config->app.secret);
    secret_release(&config->app.verification_token);
    secret_release(&config->app.encrypt_key);
    free(config->app.base_url);
    free(config->app.ca);
    free(config->app.proxy);
    free(config->bot_open_id);
    free(config->command_directory);
    rule_release(&config->defaults);
    for (size_t i = 0; i < config->rule_count; i++)
        rule_release(&config->rules[i]);
    free(config->rules);
    free(config->store_url);
    free(config->state_directory);
    *config = (struct config){ .app = { .id = NULL } };
}
