#include "open_gate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config.h"
#include "exchange.h"
#include "memory.h"
#include "options.h"
#include "refusals.h"
#include "world.h"

bool open_gate_rate(struct world *world, struct exchange *exchange, size_t api)
{
    if (!world->options->limits || rates_take(&world->api_rates[api], RATES_API, exchange->now_ms))
        return true;
    refusals_answer(exchange, REFUSAL_API_RATE, "");
    return false;
}

/* What is wrong with a token that is not valid shows in how it begins. */
static int64_t token_refusal(const char *token)
{
    static const struct {
        const char *prefix;
        int64_t code;
    } kinds[] = {
        { "t-", REFUSAL_TENANT_TOKEN },
        { "u-", REFUSAL_USER_TOKEN },
        { "a-", REFUSAL_APP_TOKEN },
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strncmp(token, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
            return kinds[i].code;
    }
    return REFUSAL_TOKEN_KIND;
}

bool open_gate_token(struct world *world, struct exchange *exchange)
{
    static const char scheme[] = "Bearer ";
    const char *token = exchange->authorization;
    if (strncasecmp(token, scheme, sizeof(scheme) - 1) == 0)
        token += sizeof(scheme) - 1;
    else
        token = "";
    if (token[0] == '\0')
        refusals_answer(exchange, REFUSAL_NO_TOKEN, "");
    else if (!tokens_valid(&world->tokens, token, exchange->now_ms))
        refusals_answer(exchange, token_refusal(token), "");
    else
        return true;
    return false;
}

/* Says which scopes would do, and where they are granted: the address holds them. */
static void refuse_scope(const struct config_app *app, struct exchange *exchange,
                         const char *scopes)
{
    char *list = memory_copy(scopes);
    for (char *at = list; *at != '\0'; at++) {
        if (*at == ' ')
            *at = ',';
    }
    char *detail =
        memory_format("one of these scopes is required: [%s], grant it at %s/app/%s/auth?q=%s",
                      list, app->base_url, app->id, list);
    refusals_answer(exchange, REFUSAL_SCOPE, detail);
    free(detail);
    free(list);
}

bool open_gate_app(const struct world *world, struct exchange *exchange,
                   const struct open_needs *needs)
{
    const struct app *app = &world->app;
    const struct app_version *online = app_online(app);
    if (!app->ip_allowed)
        refusals_answer(exchange, REFUSAL_ADDRESS, "");
    else if (app->status == APP_DISABLED)
        refusals_answer(exchange, REFUSAL_DISABLED, "");
    else if (!app->installed)
        refusals_answer(exchange, REFUSAL_NOT_INSTALLED, "");
    else if (needs->scopes != NULL && !app_granted(app, needs->scopes))
        refuse_scope(&world->config->app, exchange, needs->scopes);
    else if (needs->without_bot != 0 && (online == NULL || !online->face.bot))
        refusals_answer(exchange, needs->without_bot, "");
    else
        return true;
    return false;
}
