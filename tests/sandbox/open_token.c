#include "open_api.h"

#include <string.h>

#include "config.h"
#include "exchange.h"
#include "refusals.h"
#include "tree.h"
#include "world.h"

/* Whether an id has the shape of an app's: the platform says something else to those that have
 * not. */
static bool app_id_shaped(const char *id)
{
    return strncmp(id, "cli_", 4) == 0 && id[4] != '\0';
}

void open_token(struct world *world, struct exchange *exchange)
{
    const struct config_app *app = &world->config->app;
    const char *id = tree_text(exchange->body, "app_id");
    const char *secret = tree_text(exchange->body, "app_secret");
    if (id == NULL || secret == NULL || secret[0] == '\0') {
        refusals_answer(exchange, REFUSAL_TOKEN_PARAM, "");
        return;
    }
    if (!world->app.known || strcmp(id, app->id) != 0) {
        refusals_answer(exchange, app_id_shaped(id) ? REFUSAL_NO_APP : REFUSAL_TOKEN_PARAM, "");
        return;
    }
    if (!world->app.secret_right || !secret_equal(&app->secret, secret, strlen(secret))) {
        refusals_answer(exchange, REFUSAL_SECRET, "");
        return;
    }
    const struct token *token = tokens_issue(&world->tokens, exchange->now_ms);
    struct json_object *tree = tree_new_object();
    tree_set_int(tree, "code", 0);
    tree_set_int(tree, "expire", (token->ends_ms - exchange->now_ms) / 1000);
    tree_set_text(tree, "msg", "ok");
    tree_set_text(tree, "tenant_access_token", token->text);
    exchange_answer(exchange, tree);
}
