#include "handlers.h"

#include <string.h>

#include "alert.h"
#include "clock.h"
#include "error.h"
#include "exchange.h"
#include "intake.h"
#include "receiver_gate.h"
#include "transform.h"

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
    return receiver_gate(&exchange->config, &pass, clock_wall_ms());
}

/* Reads the body, as it is or as the receiver's transform makes it. */
static bool read_alerts(const struct exchange *exchange, const struct config_receiver *receiver,
                        struct alert_group *group, struct error *error)
{
    const struct request *request = &exchange->request;
    struct buf made = BUF_INIT(TRANSFORM_OUTPUT_MAX);
    const bool is_made = receiver->transform[0] != '\0';
    if (is_made && !transform(receiver->transform, &request->body, &made, error)) {
        buf_release(&made);
        return false;
    }
    const struct buf *body = is_made ? &made : &request->body;
    const bool done = alert_read(is_made ? "application/json" : request->content_type,
                                 buf_text(body), body->len, &receiver->severity, group, error);
    buf_release(&made);
    return done;
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
    if (!read_alerts(exchange, receiver, &group, &error)) {
        reply_set_error(reply, &error);
        return;
    }
    intake(&exchange->service, receiver, &group,
           exchange->request.started_ms + ALERT_ANSWER_MS - RESERVE_MS, reply);
}
