#include "error.h"

#include <stdarg.h>
#include <stdio.h>

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    if (error->kind != ERROR_NONE)
        return false;
    error->kind = kind;
    va_list arguments;
    va_start(arguments, format);
    /* A text cut at its end is still a text. */
    (void)vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    return false;
}

bool error_wrap(struct error *error, const char *format, ...)
{
    char prefix[sizeof(error->text)];
    char joined[2 * sizeof(error->text) + 2];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(prefix, sizeof(prefix), format, arguments);
    va_end(arguments);
    (void)snprintf(joined, sizeof(joined), "%s: %s", prefix, error->text);
    (void)snprintf(error->text, sizeof(error->text), "%.*s", (int)sizeof(error->text) - 1, joined);
    return false;
}
