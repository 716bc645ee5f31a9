#include "serve.h"

#include "exchange.h"
#include "route.h"

void serve(struct host *host, struct bots *bots, int64_t started_ms)
{
    struct exchange exchange = EXCHANGE_INIT;
    exchange.host = host;
    exchange.bots = bots;
    route_serve(&exchange, started_ms);
    exchange_answer(&exchange);
    exchange_afterwards(&exchange);
    exchange_release(&exchange);
}
