/* Pure. Owned bytes that are wiped when released. Never printed, logged or put into an error. */
#ifndef FEISHU_SECRET_H
#define FEISHU_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct secret {
    char *data; /* NUL-terminated; NULL while unset */
    size_t len; /* bytes, without the final NUL */
};

#define SECRET_INIT                                                                                \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

/* Replaces the contents by a copy of data. */
void secret_set(struct secret *secret, const char *data, size_t len);

bool secret_is_set(const struct secret *secret);

/* Whether the secret is set and equal to data, in a time that depends on data's length alone. */
bool secret_equal(const struct secret *secret, const char *data, size_t len);

/* Wipes and frees the contents; afterwards the secret is unset. */
void secret_release(struct secret *secret);

#endif
