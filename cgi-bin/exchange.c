#include "exchange.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "journal.h"
#include "store.h"
#include "tick.h"
#include "unfinished.h"
#include "watchdog.h"

/* The longest that a process works on after its answer, and until when it begins something new. */
enum { AFTERWARDS_S = 60, TICK_MS = 50000 };

bool exchange_configure(struct exchange *exchange, struct error *error)
{
    const char *path = getenv("FEISHU_CONFIG");
    exchange->config_path = path == NULL || path[0] == '\0' ? CONFIG_DEFAULT_PATH : path;
    if (!config_load(exchange->config_path, &exchange->config, error))
        return false;
    exchange->log.target = exchange->config.log;
    service_open(&exchange->service, &exchange->config, exchange->config_path, &exchange->log,
                 exchange->request.started_ms);
    exchange->configured = true;
    return true;
}

static const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* The request's line in the log. Nothing in it is what people wrote. */
static void write_log(struct exchange *exchange)
{
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
    log_field(log, "command", exchange->service.command);
    log_field(log, "denied", exchange->denied);
    log_number(log, "status", exchange->reply.status);
    log_field(log, "reason", exchange->reply.reason);
    log_field(log, "reply_id", exchange->reply_id);
    log_number(log, "ms", clock_steady_ms() - exchange->request.started_ms);
    if (exchange->configured && exchange->service.trace.len > 0)
        log_field(log, "calls", buf_text(&exchange->service.trace) + 1); /* after its space */
    log_write(log);
}

void exchange_log_late(const char *id, const char *status)
{
    struct exchange exchange = EXCHANGE_INIT;
    struct error error = ERROR_INIT;
    const struct request_source source = request_source_cgi();
    request_begin(&source, clock_steady_ms() - SERVICE_ANSWER_MS, &exchange.request);
    (void)snprintf(exchange.request.id, sizeof(exchange.request.id), "%s", id);
    if (!exchange_configure(&exchange, &error))
        log_error(&exchange.log, "%s", error.text);
    reply_set(&exchange.reply, strcmp(status, "200") == 0 ? 200 : 503, "no answer in time");
    write_log(&exchange);
    exchange_release(&exchange);
}

/* The host waits until standard output and standard error are closed. */
static void let_go(void)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
        if (nothing < 0 || dup2(nothing, file) < 0)
            close(file);
    }
    if (nothing > STDERR_FILENO)
        close(nothing);
}

void exchange_answer(struct exchange *exchange)
{
    struct buf bytes = BUF_INIT(2 << 20);
    size_t done = 0;
    reply_render(&exchange->reply, &bytes);
    watchdog_stop();
    while (done < bytes.len) {
        ssize_t count = write(STDOUT_FILENO, buf_text(&bytes) + done, bytes.len - done);
        if (count <= 0)
            break; /* nobody reads the answer; the work goes on all the same */
        done += (size_t)count;
    }
    buf_release(&bytes);
    write_log(exchange);
    let_go();
    watchdog_limit(AFTERWARDS_S);
}

static void note(struct exchange *exchange)
{
    const struct event *event = &exchange->event;
    bool challenge = exchange->envelope.kind == ENVELOPE_CHALLENGE;
    const struct journal_entry entry = {
        .challenge = challenge,
        .event_id = text_or_empty(challenge ? exchange->envelope.challenge : event->id),
        .type = text_or_empty(event->type),
        .message_id = event->kind == EVENT_MESSAGE ? event->message.id : "",
        .chat_id = text_or_empty(event->chat_id),
        .reply_id = exchange->reply_id,
        .status = exchange->reply.status,
        .took_ms = clock_steady_ms() - exchange->request.started_ms,
    };
    journal_note(&exchange->service, &entry);
}

void exchange_afterwards(struct exchange *exchange)
{
    struct error error = ERROR_INIT;
    const int64_t deadline_ms = clock_steady_ms() + TICK_MS;
    if (!exchange->configured || exchange->reply.status == 401)
        return;
    if (exchange->envelope.tree != NULL)
        note(exchange);
    unfinished_sweep(&exchange->service);
    tick_if_due(&exchange->service, deadline_ms);
    /* One request in sixteen, by the request's random id. */
    if (exchange->request.id[0] == '0')
        (void)store_clean(exchange->service.store, clock_wall_ms(), &error);
}

void exchange_release(struct exchange *exchange)
{
    event_release(&exchange->event);
    envelope_release(&exchange->envelope);
    if (exchange->configured) {
        service_close(&exchange->service);
        config_release(&exchange->config);
    }
    log_release(&exchange->log);
    reply_release(&exchange->reply);
    request_release(&exchange->request);
}
