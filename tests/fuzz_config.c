/* Configurations: what is taken is whole, what is refused is told in one line with its place, and
 * libconfuse never sees another text than our scan. */
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_take.h"
#include "error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool read_file(const char *path, struct secret *secret, struct error *error)
{
    if (path[1] == 'x')
        return error_set(error, ERROR_INTERNAL, "%s: no such file", "x");
    secret_set(secret, path, strlen(path));
    return true;
}

static void check_refusal(const struct error *error)
{
    assert(error->kind == ERROR_CONFIG);
    assert(strncmp(error->text, "fuzz:", 5) == 0 && isdigit((unsigned char)error->text[5]));
    assert(strchr(error->text, '\n') == NULL);
    assert(strstr(error->text, config_disagreement) == NULL);
}

static void check_list(const struct config_list *list, const char *start)
{
    for (size_t i = 0; i < list->count; i++)
        assert(strcmp(list->items[i], "*") == 0 || strncmp(list->items[i], start, 3) == 0);
}

static void check_rule(const struct config_rule *rule)
{
    check_list(&rule->people, "ou_");
    check_list(&rule->chats, "oc_");
    assert(rule->timeout_s >= 1 && rule->timeout_s <= 86400);
    assert(rule->max_delay_s >= 1 && rule->max_delay_s <= 86400);
}

static void check_config(const struct config *config)
{
    assert(config->app.id[0] != '\0' && config->app.secret.len > 0);
    assert(strstr(config->app.base_url, "://") != NULL);
    assert(config->app.ca[0] == '/' && config->command_directory[0] == '/');
    assert(config->state_directory[0] == '/');
    assert(config->lease_s >= 3 && config->lease_s <= 14);
    assert(config->app.max_age_s == 0 || config->app.max_age_s >= 60);
    check_rule(&config->defaults);
    for (size_t i = 0; i < config->rule_count; i++) {
        check_rule(&config->rules[i]);
        assert(config_rule(config, config->rules[i].name) == &config->rules[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct config config;
    struct error error = ERROR_INIT;
    if (config_parse((const char *)data, len, "fuzz", read_file, &config, &error))
        check_config(&config);
    else
        check_refusal(&error);
    config_release(&config);
    return 0;
}
