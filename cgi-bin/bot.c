#include "bot.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

static struct bot *bot_open(const char *config_path, struct error *error)
{
    struct bot *bot = memory_zero(1, sizeof(*bot));
    if (!config_load(config_path, &bot->config, error)) {
        free(bot);
        return NULL;
    }
    bot->config_path = memory_copy(config_path);
    stamps_add(&bot->stamps, config_path);
    for (size_t i = 0; i < bot->config.files.count; i++)
        stamps_add(&bot->stamps, bot->config.files.items[i]);
    service_open(&bot->service, &bot->config, bot->config_path);
    return bot;
}

static void bot_close(struct bot *bot)
{
    service_close(&bot->service);
    stamps_release(&bot->stamps);
    config_release(&bot->config);
    free(bot->config_path);
    free(bot);
}

struct bot *bots_find(struct bots *bots, const char *config_path, struct error *error)
{
    struct bot **place = &bots->first;
    while (*place != NULL && strcmp((*place)->config_path, config_path) != 0)
        place = &(*place)->next;
    struct bot *bot = *place;
    if (bot != NULL && stamps_hold(&bot->stamps))
        return bot;
    if (bot != NULL) {
        *place = bot->next;
        bot_close(bot);
    }
    bot = bot_open(config_path, error);
    if (bot != NULL) {
        bot->next = bots->first;
        bots->first = bot;
    }
    return bot;
}

void bots_release(struct bots *bots)
{
    while (bots->first != NULL) {
        struct bot *bot = bots->first;
        bots->first = bot->next;
        bot_close(bot);
    }
}
