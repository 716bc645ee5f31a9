/* Pure. The configuration that `nginx -T` printed, walked as nginx reads it. */
#ifndef SETUP_NGINX_DUMP_H
#define SETUP_NGINX_DUMP_H

#include <stddef.h>

enum nginx_part {
    NGINX_SIMPLE, /* "name word…;" */
    NGINX_OPEN,   /* "name word… {" */
    NGINX_CLOSE   /* "}" of the last one open: has no words */
};

/* One directive. All of it is borrowed until the next one. */
struct nginx_directive {
    enum nginx_part part;
    const char *words; /* each with its NUL, quotes and escapes undone */
    size_t count;      /* of words */
    const char *file;  /* name of the file where it stands, file_len bytes */
    size_t file_len;
    size_t line; /* of its first word, from 1 */
};

/* The word at index, from 0; "" if there are not so many. */
const char *nginx_word(const struct nginx_directive *directive, size_t index);

/* Calls take for each directive, files that are included (by plain names, or with "*" and "?") in
 * their place. Every NGINX_OPEN gets its NGINX_CLOSE, whatever the text. What lies in blocks of Lua
 * is skipped. Ends early on a dump that would take unreasonably long. */
void nginx_walk(const char *dump, size_t len,
                void (*take)(void *context, const struct nginx_directive *directive),
                void *context);

#endif
