#include "config_rule.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "memory.h"

static struct config_list list_copy(const struct config_list *list)
{
    struct config_list copy = { memory_zero(list->count, sizeof(char *)), list->count };
    for (size_t i = 0; i < list->count; i++)
        copy.items[i] = memory_copy(list->items[i]);
    return copy;
}

void config_list_release(struct config_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct config_list){ NULL, 0 };
}

void config_secrets_release(struct config_secrets *list)
{
    for (size_t i = 0; i < list->count; i++)
        secret_release(&list->items[i]);
    free(list->items);
    *list = (struct config_secrets){ NULL, 0 };
}

void *config_rule_add(void *config, const char *title)
{
    struct config *all = config;
    all->rules = memory_resize(all->rules, (all->rule_count + 1) * sizeof(*all->rules));
    struct config_rule *rule = &all->rules[all->rule_count++];
    *rule = all->defaults;
    rule->name = memory_copy(title);
    rule->people = list_copy(&all->defaults.people);
    rule->chats = list_copy(&all->defaults.chats);
    return rule;
}

void config_rule_release(struct config_rule *rule)
{
    config_list_release(&rule->people);
    config_list_release(&rule->chats);
    free(rule->name);
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
