/* Pure. The one error type: a kind that decides the outside meaning, and a text for people. */
#ifndef FEISHU_ERROR_H
#define FEISHU_ERROR_H

#include <stdbool.h>

enum error_kind {
    ERROR_NONE,
    ERROR_INVALID,         /* what came in has the wrong shape */
    ERROR_UNAUTHENTICATED, /* it is not proven that the platform sent it */
    ERROR_CONFIG,          /* the configuration cannot be used */
    ERROR_STORE,           /* the store cannot be used */
    ERROR_NETWORK,         /* nothing usable came back from the platform */
    ERROR_REFUSED,         /* the platform understood and said no */
    ERROR_INTERNAL         /* the machine refused something: no file, no process */
};

struct error {
    enum error_kind kind;
    char text[256];
};

#define ERROR_INIT                                                                                 \
    {                                                                                              \
        ERROR_NONE, ""                                                                             \
    }

/* Records kind and text, unless an error is recorded already: the first one is the cause.
 * The text never holds a secret. Always returns false, so that callers can return it. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prefixes the recorded text with the formatted one and ": ". Always returns false. */
bool error_wrap(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
