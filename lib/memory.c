#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *memory_check(void *pointer)
{
    static const char message[] = "feishu: out of memory\n";
    if (pointer != NULL)
        return pointer;
    if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
        _exit(2);
    _exit(1);
}

void *memory_get(size_t len)
{
    return memory_check(malloc(len > 0 ? len : 1));
}

void *memory_zero(size_t count, size_t size)
{
    return memory_check(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *memory_resize(void *old, size_t len)
{
    return memory_check(realloc(old, len > 0 ? len : 1));
}

char *memory_copy(const char *text)
{
    return memory_check(strdup(text));
}

char *memory_copy_bytes(const char *text, size_t len)
{
    char *copy = memory_get(len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *memory_format(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int len = vasprintf(&text, format, arguments);
    va_end(arguments);
    return memory_check(len < 0 ? NULL : text);
}
