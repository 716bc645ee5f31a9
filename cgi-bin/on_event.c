#include "handlers.h"

#include "action.h"
#include "clock.h"
#include "error.h"
#include "exchange.h"
#include "perform.h"
#include "press.h"
#include "watchdog.h"

/* Authenticates and decrypts the request. */
static bool open_envelope(struct exchange *exchange, struct error *error)
{
    const struct request *request = &exchange->request;
    const struct envelope_input input = {
        .timestamp = request->timestamp,
        .nonce = request->nonce,
        .signature = request->signature,
        .body = buf_text(&request->body),
        .body_len = request->body.len,
    };
    return envelope_open(&input, &exchange->bot->config.app, clock_wall_ms(), &exchange->envelope,
                         error);
}

/* Decides about the event and does it. */
static bool act(struct exchange *exchange, struct error *error)
{
    struct action action;
    struct buf bot = BUF_INIT(256);
    const struct event *event = &exchange->event;
    int64_t deadline_ms = exchange->request.started_ms + SERVICE_CALL_MS;
    bool known = !action_needs_bot(event) ||
                 service_bot_id(&exchange->bot->service, deadline_ms, &bot, error);
    if (known) {
        action_decide(event, &exchange->bot->config, buf_text(&bot), clock_wall_ms(), &action);
        perform(&exchange->bot->service, event, &action, watchdog_commit, &exchange->reply,
                exchange->reply_id);
        if (exchange->bot->service.command[0] != '\0')
            exchange->denied = action.reason;
        action_release(&action);
    }
    buf_release(&bot);
    return known;
}

void on_event(struct exchange *exchange)
{
    struct error error = ERROR_INIT;
    struct reply *reply = &exchange->reply;
    if (!exchange_configure(exchange, &error)) {
        reply_set_error(reply, &error);
        return;
    }
    if (!config_receives(&exchange->bot->config)) {
        reply_set(reply, 404, "neither verification_token nor encrypt_key is configured");
        return;
    }
    if (!open_envelope(exchange, &error))
        reply_set_error(reply, &error);
    else if (exchange->envelope.kind == ENVELOPE_CHALLENGE)
        reply_set_challenge(reply, exchange->envelope.challenge);
    else if (!event_read(exchange->envelope.tree, &exchange->event, &error))
        reply_set_error(reply, &error);
    else if (exchange->event.kind == EVENT_PRESS)
        press(&exchange->bot->service, &exchange->event, reply);
    else if (!act(exchange, &error))
        reply_set_error(reply, &error);
}
