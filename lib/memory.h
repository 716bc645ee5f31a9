/* Effect: ends the process when memory runs out. Nothing of an answer is written before all of it
 * is rendered, so the host then answers 502 and the sender comes again. */
#ifndef FEISHU_MEMORY_H
#define FEISHU_MEMORY_H

#include <stddef.h>

/* As malloc, calloc, realloc, strdup and strndup, but never NULL; caller frees. */
void *memory_get(size_t len);
void *memory_zero(size_t count, size_t size);
void *memory_resize(void *old, size_t len);
char *memory_copy(const char *text);
char *memory_copy_bytes(const char *text, size_t len);

/* A new formatted text, never NULL; caller frees. */
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Returns pointer, which some library allocated, if it is not NULL; else ends the process. */
void *memory_check(void *pointer);

#endif
