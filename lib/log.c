#include "log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "text.h"

enum {
    VALUE_MAX = 300, /* bytes of a value: so that a long one leaves room for those after it */
    TEXT_MAX = 1024  /* of an error's text */
};

/* Appends value, or what of it fits into max bytes: in quotes, and nothing in it that begins a line
 * or speaks to a terminal, unless it is one plain word. */
static void add_value(struct buf *line, const char *value, size_t max)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./:@%+,*";
    const size_t len = strlen(value);
    const size_t kept = text_cut(value, len, max);
    if (kept == len && value[strspn(value, plain)] == '\0') {
        buf_add_text(line, value);
        return;
    }
    char *clean = text_clean(value, kept);
    buf_add(line, "\"", 1);
    for (const char *at = clean; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            buf_add_format(line, "\\%c", *at);
        else if (*at == '\n' || *at == '\t')
            buf_add_text(line, *at == '\n' ? "\\n" : "\\t");
        else
            buf_add(line, at, 1);
    }
    buf_add_text(line, kept < len ? "...\"" : "\"");
    free(clean);
}

static void add_field(struct buf *line, const char *key, const char *value, size_t max)
{
    if (value[0] == '\0')
        return;
    if (line->len > 0)
        buf_add(line, " ", 1);
    buf_add_format(line, "%s=", key);
    add_value(line, value, max);
}

static void write_syslog(const char *identifier, int priority, const struct buf *line)
{
    openlog(identifier, LOG_PID, LOG_DAEMON);
    syslog(priority, "%s", buf_text(line));
}

void log_field(struct log *log, const char *key, const char *value)
{
    add_field(&log->line, key, value, VALUE_MAX);
}

void log_number(struct log *log, const char *key, int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, value);
    add_field(&log->line, key, text, VALUE_MAX);
}

void log_write(struct log *log)
{
    if (log->target == CONFIG_LOG_SYSLOG && log->line.len > 0)
        write_syslog("feishu", LOG_NOTICE, &log->line);
    if (log->target == CONFIG_LOG_STDERR) {
        if (log->line.len > 0)
            buf_add_format(&log->held, "%s\n", buf_text(&log->line));
        /* Nobody is left to tell that the log cannot be written. */
        if (log->held.len > 0 && write(STDERR_FILENO, buf_text(&log->held), log->held.len) < 0)
            buf_clear(&log->held);
    }
    buf_clear(&log->line);
    buf_clear(&log->held);
}

/* Keeps a line for standard error, if there is room beside the request's own. */
static void hold(struct log *log, const struct buf *line)
{
    if (log->held.len + line->len + log->line.max + 2 <= log->held.max)
        buf_add_format(&log->held, "%s\n", buf_text(line));
}

void log_error(struct log *log, const char *format, ...)
{
    char text[TEXT_MAX];
    struct buf line = BUF_INIT(8192);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    add_field(&line, "level", "error", VALUE_MAX);
    add_field(&line, "error", text, TEXT_MAX);
    if (log->target == CONFIG_LOG_SYSLOG)
        write_syslog("feishu", LOG_ERR, &line);
    else
        hold(log, &line);
    buf_release(&line);
}

void log_audit(struct log *log, const struct log_deed *deed)
{
    struct buf line = BUF_INIT(8192);
    const char *const fields[][2] = {
        { "level", log->target == CONFIG_LOG_SYSLOG ? "" : "audit" },
        { "who", deed->who },
        { "name", deed->name },
        { "what", deed->what },
        { "where", deed->where },
        { "about", deed->about },
        { "result", deed->result },
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        add_field(&line, fields[i][0], fields[i][1], VALUE_MAX);
    if (log->target == CONFIG_LOG_SYSLOG)
        write_syslog("feishu-audit", LOG_NOTICE, &line);
    else
        hold(log, &line);
    buf_release(&line);
}

void log_release(struct log *log)
{
    buf_release(&log->line);
    buf_release(&log->held);
}
