#include "handlers.h"

#include <string.h>

#include "alert.h"
#include "clock.h"
#include "error.h"
#include "exchange.h"
#include "intake.h"
#include "receiver_gate.h"

/* How long before the answer is due the platform is called at the latest. */
enum { RESERVE_MS = 500 };

static const struct config_receiver *let_in(const struct exchange *exchange)
{
    const struct request *request = &exchange->request;
    const struct receiver_pass pass = {
        .name = strrchr(request->path, '/') + 1,
        .authorization = request->authorization,
        .grafana_signature = request->grafana_signature,
        .grafana_timestamp = request->grafana_timestamp,
        .body = buf_text(&request->body),
        .body_len = request->body.len,
    };
    return receiver_gate(&exchange->bot->config, &pass, clock_wall_ms());
}

void on_alert(struct exchange *exchange)
{
    struct alert_group group;
    struct error error = ERROR_INIT;
    struct reply *reply = &exchange->reply;
    if (!exchange_configure(exchange, &error)) {
        reply_set_error(reply, &error);
        return;
    }
    const struct config_receiver *receiver = let_in(exchange);
    if (receiver == NULL) {
        reply_set(reply, 401, "no receiver of this name takes this token");
        return;
    }
    const struct request *request = &exchange->request;
    if (!intake_read(receiver, request->content_type, &request->body, &group, &error)) {
        reply_set_error(reply, &error);
        return;
    }
    intake(&exchange->bot->service, receiver, &group,
           request->started_ms + ALERT_ANSWER_MS - RESERVE_MS, reply);
}
