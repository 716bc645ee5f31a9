#include "controls.h"

#include "exchange.h"
#include "tree.h"
#include "world.h"

enum { TOKEN_LIFE_S = 7200 };

void control_fault(struct world *world, struct exchange *exchange)
{
    const char *wrong = faults_add(&world->faults, exchange->body);
    if (wrong != NULL)
        exchange_complain(exchange, 400, "%s", wrong);
    else
        exchange_answer(exchange, tree_new_object());
}

void control_reset(struct world *world, struct exchange *exchange)
{
    world_reset(world);
    exchange_answer(exchange, tree_new_object());
}

void control_revoke(struct world *world, struct exchange *exchange)
{
    int64_t remaining_s = 0;
    if (tree_has(exchange->body, "remaining_s") &&
        (!tree_int(exchange->body, "remaining_s", &remaining_s) || remaining_s < 0 ||
         remaining_s > TOKEN_LIFE_S)) {
        exchange_complain(exchange, 400, "remaining_s: seconds, up to two hours");
        return;
    }
    tokens_shorten(&world->tokens, remaining_s * 1000, exchange->now_ms);
    exchange_answer(exchange, tree_new_object());
}
