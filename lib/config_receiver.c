#include "config_receiver.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_rule.h"
#include "error.h"
#include "memory.h"

void *config_alertmanager_add(void *config, const char *title)
{
    struct config *all = config;
    const size_t size = sizeof(*all->alertmanagers);
    all->alertmanagers = memory_resize(all->alertmanagers, (all->alertmanager_count + 1) * size);
    struct config_alertmanager *alertmanager = &all->alertmanagers[all->alertmanager_count++];
    *alertmanager = (struct config_alertmanager){
        .name = memory_copy(title),
        .user = memory_copy(""),
    };
    return alertmanager;
}

static void append(struct config_list *list, const char *item)
{
    list->items = memory_resize(list->items, (list->count + 1) * sizeof(*list->items));
    list->items[list->count++] = memory_copy(item);
}

void *config_receiver_add(void *config, const char *title)
{
    struct config *all = config;
    const size_t size = sizeof(*all->receivers);
    all->receivers = memory_resize(all->receivers, (all->receiver_count + 1) * size);
    struct config_receiver *receiver = &all->receivers[all->receiver_count++];
    *receiver = (struct config_receiver){
        .name = memory_copy(title),
        .chat = memory_copy(""),
        .custom_bot.url = memory_copy(""),
        .alertmanager = memory_copy(""),
        .transform = memory_copy(""),
        .language = all->language,
    };
    append(&receiver->ring, "new");
    append(&receiver->ring, "resolved");
    return receiver;
}

void *config_mention_add(void *receiver, const char *title)
{
    struct config_receiver *owner = receiver;
    const size_t size = sizeof(*owner->mentions);
    owner->mentions = memory_resize(owner->mentions, (owner->mention_count + 1) * size);
    struct config_mention *mention = &owner->mentions[owner->mention_count++];
    *mention = (struct config_mention){ .matcher = memory_copy(title) };
    return mention;
}

void config_alertmanager_release(struct config_alertmanager *alertmanager)
{
    free(alertmanager->name);
    config_list_release(&alertmanager->urls);
    free(alertmanager->user);
    secret_release(&alertmanager->password);
    secret_release(&alertmanager->bearer);
}

void config_receiver_release(struct config_receiver *receiver)
{
    free(receiver->name);
    config_secrets_release(&receiver->tokens);
    free(receiver->chat);
    free(receiver->custom_bot.url);
    secret_release(&receiver->custom_bot.secret);
    free(receiver->alertmanager);
    for (size_t i = 0; i < receiver->mention_count; i++) {
        free(receiver->mentions[i].matcher);
        config_list_release(&receiver->mentions[i].people);
    }
    free(receiver->mentions);
    config_list_release(&receiver->ring);
    config_list_release(&receiver->operators);
    config_list_release(&receiver->severity);
    free(receiver->transform);
    secret_release(&receiver->grafana_secret);
}

const struct config_receiver *config_receiver(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->receiver_count; i++) {
        if (strcmp(config->receivers[i].name, name) == 0)
            return &config->receivers[i];
    }
    return NULL;
}

const struct config_alertmanager *config_alertmanager(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->alertmanager_count; i++) {
        if (strcmp(config->alertmanagers[i].name, name) == 0)
            return &config->alertmanagers[i];
    }
    return NULL;
}

/* What is wrong with the receiver, or NULL. */
static const char *find_fault(const struct config *config, const struct config_receiver *receiver)
{
    const bool has_chat = receiver->chat[0] != '\0';
    const bool has_custom_bot = receiver->custom_bot.url[0] != '\0';
    if (receiver->tokens.count == 0)
        return "token is missing; \"openssl rand -hex 16\" makes one";
    if (!has_chat && !has_custom_bot)
        return "chat is missing: the chat_id of the bot's chat, or custom_bot { url = '…' }";
    if (has_chat && has_custom_bot)
        return "give chat or custom_bot, not both";
    if (has_custom_bot && receiver->alertmanager[0] != '\0')
        return "a custom bot has no buttons: leave alertmanager out, or give chat";
    if (receiver->alertmanager[0] != '\0' &&
        config_alertmanager(config, receiver->alertmanager) == NULL)
        return "alertmanager names no section alertmanager '…'";
    return NULL;
}

bool config_receivers_fit(const struct config *config, const char *name, struct error *error)
{
    for (size_t i = 0; i < config->receiver_count; i++) {
        const char *fault = find_fault(config, &config->receivers[i]);
        if (fault != NULL)
            return error_set(error, ERROR_CONFIG, "%s: receiver '%s': %s", name,
                             config->receivers[i].name, fault);
    }
    for (size_t i = 0; i < config->alertmanager_count; i++) {
        if (config->alertmanagers[i].urls.count == 0)
            return error_set(error, ERROR_CONFIG, "%s: alertmanager '%s': urls is missing", name,
                             config->alertmanagers[i].name);
    }
    return true;
}
