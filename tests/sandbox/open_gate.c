#include "open_gate.h"

#include <string.h>
#include <strings.h>

#include "exchange.h"
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
