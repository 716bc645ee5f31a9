#include "controls.h"

#include "exchange.h"
#include "settings.h"
#include "symptoms.h"
#include "tree.h"
#include "world.h"

void control_app(struct world *world, struct exchange *exchange)
{
    const char *wrong = settings_merge(&world->app, exchange->body);
    if (wrong != NULL)
        exchange_complain(exchange, 400, "%s", wrong);
    else
        control_show_app(world, exchange);
}

void control_show_app(struct world *world, struct exchange *exchange)
{
    exchange_answer(exchange, settings_print(&world->app));
}

void control_symptom(struct world *world, struct exchange *exchange)
{
    struct json_object *body = exchange->body;
    const char *name = tree_text(body, "name");
    struct symptoms_sense sense = { tree_text(body, "scope"), false };
    bool fine = (!tree_has(body, "scope") || sense.scope != NULL) &&
                (!tree_has(body, "first") || tree_bool(body, "first", &sense.first));
    if (name == NULL || !fine || !symptoms_cause(&world->app, name, &sense))
        exchange_complain(exchange, 400,
                          "name: of a symptom, see feishu-sandbox(1); scope: a text; "
                          "first: true or false");
    else
        control_show_app(world, exchange);
}
