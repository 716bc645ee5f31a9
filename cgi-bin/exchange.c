#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chores.h"
#include "clock.h"
#include "error.h"
#include "journal.h"
#include "watchdog.h"

/* How often a process that stays sees to what is not asked for. */
enum { NOTE_EVERY_MS = 100, CHORES_EVERY_MS = 5000 };

const char *exchange_config_path(const struct exchange *exchange)
{
    const char *own = getenv("FEISHU_CONFIG");
    if (exchange->request.config_path[0] != '\0')
        return exchange->request.config_path;
    return own == NULL || own[0] == '\0' ? CONFIG_DEFAULT_PATH : own;
}

bool exchange_configure(struct exchange *exchange, struct error *error)
{
    exchange->bot = bots_find(exchange->bots, exchange_config_path(exchange), error);
    if (exchange->bot == NULL)
        return false;
    exchange->log.target = exchange->bot->config.log;
    service_begin(&exchange->bot->service, &exchange->log, exchange->request.started_ms);
    return true;
}

static const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* The request's line in the log. Nothing in it is what people wrote. */
static void write_log(struct exchange *exchange)
{
    const struct bot *bot = exchange->bot;
    struct log *log = &exchange->log;
    char now[sizeof("2026-01-01T00:00:00Z")];
    time_t seconds = (time_t)(clock_wall_ms() / 1000);
    struct tm utc;
    if (gmtime_r(&seconds, &utc) == NULL || strftime(now, sizeof(now), "%FT%TZ", &utc) == 0)
        now[0] = '\0';
    log_field(log, "time", now);
    log_field(log, "id", exchange->request.id);
    log_field(log, "peer", exchange->request.peer);
    log_field(log, "path", exchange->request.path);
    log_field(log, "event", text_or_empty(exchange->event.type));
    log_field(log, "event_id", text_or_empty(exchange->event.id));
    log_field(log, "command", bot == NULL ? "" : bot->service.command);
    log_field(log, "denied", exchange->denied);
    log_number(log, "status", exchange->reply.status);
    log_field(log, "reason", exchange->reply.reason);
    log_field(log, "reply_id", exchange->reply_id);
    log_number(log, "ms", clock_steady_ms() - exchange->request.started_ms);
    if (bot != NULL && bot->service.trace.len > 0)
        log_field(log, "calls", buf_text(&bot->service.trace) + 1); /* after its space */
    log_write(log);
}

void exchange_log_late(const char *id, const char *status, const char *config_path)
{
    struct bots bots = { NULL };
    struct exchange exchange = EXCHANGE_INIT;
    struct error error = ERROR_INIT;
    const struct request_source source = request_source_cgi();
    exchange.bots = &bots;
    request_begin(&source, clock_steady_ms() - SERVICE_ANSWER_MS, &exchange.request);
    (void)snprintf(exchange.request.id, sizeof(exchange.request.id), "%s", id);
    exchange.request.config_path = config_path;
    if (!exchange_configure(&exchange, &error))
        log_error(&exchange.log, "%s", error.text);
    reply_set(&exchange.reply, (int)strtol(status, NULL, 10), "no answer in time");
    write_log(&exchange);
    exchange_release(&exchange);
    bots_release(&bots);
}

void exchange_answer(struct exchange *exchange)
{
    struct buf bytes = BUF_INIT(2 << 20);
    reply_render(&exchange->reply, &bytes);
    watchdog_stop();
    exchange->host->write(exchange->host, buf_text(&bytes), bytes.len);
    buf_release(&bytes);
    write_log(exchange);
    exchange->host->let_go(exchange->host);
}

/* What did something is always noted; of the rest, where they come fast, some. */
static void note(struct exchange *exchange, int64_t now_ms)
{
    const struct event *event = &exchange->event;
    struct bot *bot = exchange->bot;
    bool challenge = exchange->envelope.kind == ENVELOPE_CHALLENGE;
    const struct journal_entry entry = {
        .challenge = challenge,
        .event_id = text_or_empty(challenge ? exchange->envelope.challenge : event->id),
        .type = text_or_empty(event->type),
        .message_id = event->kind == EVENT_MESSAGE ? event->message.id : "",
        .chat_id = text_or_empty(event->chat_id),
        .reply_id = exchange->reply_id,
        .status = exchange->reply.status,
        .took_ms = now_ms - exchange->request.started_ms,
    };
    if (bot->noted_ms != 0 && now_ms - bot->noted_ms < NOTE_EVERY_MS &&
        exchange->reply_id[0] == '\0')
        return;
    bot->noted_ms = now_ms;
    journal_note(&bot->service, &entry);
}

/* A process that stays is not kept from its next request: another does its chores. */
static void leave_chores(struct exchange *exchange, int64_t now_ms)
{
    struct error error = ERROR_INIT;
    struct bot *bot = exchange->bot;
    if (now_ms < bot->chores_due_ms)
        return;
    bot->chores_due_ms = now_ms + CHORES_EVERY_MS;
    if (!chores_start(bot->config_path, &error))
        log_error(&exchange->log, "%s", error.text);
}

void exchange_afterwards(struct exchange *exchange)
{
    const int64_t now_ms = clock_steady_ms();
    if (exchange->bot == NULL || exchange->reply.status == 401)
        return;
    if (exchange->envelope.tree != NULL)
        note(exchange, now_ms);
    if (exchange->host->stays)
        leave_chores(exchange, now_ms);
    else
        /* The store is cleaned by one request in sixteen, by the request's random id. */
        chores(&exchange->bot->service, exchange->request.id[0] == '0');
}

void exchange_release(struct exchange *exchange)
{
    event_release(&exchange->event);
    envelope_release(&exchange->envelope);
    log_write(&exchange->log); /* what came up after the request's line */
    log_release(&exchange->log);
    reply_release(&exchange->reply);
    request_release(&exchange->request);
}
