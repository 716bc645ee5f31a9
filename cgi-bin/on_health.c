#include "handlers.h"

#include "error.h"
#include "exchange.h"

void on_health(struct exchange *exchange)
{
    struct error error = ERROR_INIT;
    if (!exchange_configure(exchange, &error)) {
        reply_set_error(&exchange->reply, &error);
        return;
    }
    reply_set(&exchange->reply, 200, "");
    buf_clear(&exchange->reply.body);
    buf_add_text(&exchange->reply.body, "{\"status\":\"ok\"}");
}
