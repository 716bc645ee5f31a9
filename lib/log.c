#include "log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

/* Appends value; in quotes and with escapes unless it is one plain word. */
static void add_value(struct buf *line, const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./:@%+,*";
    if (value[strspn(value, plain)] == '\0') {
        buf_add_text(line, value);
        return;
    }
    buf_add(line, "\"", 1);
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            buf_add_format(line, "\\%c", *at);
        else if ((unsigned char)*at < ' ' || *at == 0x7f)
            buf_add_format(line, "\\x%02x", (unsigned)(unsigned char)*at);
        else
            buf_add(line, at, 1);
    }
    buf_add(line, "\"", 1);
}

static void add_field(struct buf *line, const char *key, const char *value)
{
    if (value[0] == '\0')
        return;
    if (line->len > 0)
        buf_add(line, " ", 1);
    buf_add_format(line, "%s=", key);
    add_value(line, value);
}

static void write_syslog(int priority, const struct buf *line)
{
    openlog("feishu", LOG_PID, LOG_DAEMON);
    syslog(priority, "%s", buf_text(line));
}

void log_field(struct log *log, const char *key, const char *value)
{
    add_field(&log->line, key, value);
}

void log_number(struct log *log, const char *key, int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, value);
    add_field(&log->line, key, text);
}

void log_write(struct log *log)
{
    if (log->target == CONFIG_LOG_SYSLOG && log->line.len > 0)
        write_syslog(LOG_NOTICE, &log->line);
    if (log->target == CONFIG_LOG_STDERR) {
        buf_add_format(&log->held, "%s\n", buf_text(&log->line));
        /* Nobody is left to tell that the log cannot be written. */
        if (write(STDERR_FILENO, buf_text(&log->held), log->held.len) < 0)
            buf_clear(&log->held);
    }
    buf_clear(&log->line);
    buf_clear(&log->held);
}

void log_error(struct log *log, const char *format, ...)
{
    char text[1024];
    struct buf line = BUF_INIT(8192);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    add_field(&line, "level", "error");
    add_field(&line, "error", text);
    if (log->target == CONFIG_LOG_SYSLOG)
        write_syslog(LOG_ERR, &line);
    else
        buf_add_format(&log->held, "%s\n", buf_text(&line));
    buf_release(&line);
}

void log_release(struct log *log)
{
    buf_release(&log->line);
    buf_release(&log->held);
}
