/* Effect. What a kind of store does: one row of the table in store.c. The contract of each function
 * is that of its namesake in store.h, and store.c has made sure beforehand that keys, members,
 * kinds and values have a size and shape that is allowed, and that lives and leases are 1 or more.
 *
 * A backend whose server counts lives itself takes life_ms and leaves now_ms; one that cannot takes
 * both. Claims come with the owner value already drawn. */
#ifndef FEISHU_STORE_BACKEND_H
#define FEISHU_STORE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store.h"

struct buf;
struct error;

/* A value on its way in. */
struct store_value {
    const char *data;
    size_t len;
    int64_t life_ms;
    bool durable;
};

struct store_backend {
    const char *schemes[2]; /* what its urls begin with; one may be NULL */
    bool shared;            /* among machines */

    /* The url may hold a password, so no error text quotes it. Touches nothing. NULL, with the
     * error set, for a url that cannot be used. */
    void *(*open)(const char *url, struct error *error);
    void (*close)(void *self);

    enum store_result (*get)(void *self, const char *key, int64_t now_ms, struct buf *value,
                             struct error *error);
    enum store_result (*put)(void *self, const char *key, const struct store_value *value,
                             int64_t now_ms, struct error *error);
    enum store_result (*put_if)(void *self, const char *key, const struct store_change *change,
                                int64_t now_ms, struct error *error);
    enum store_result (*remove)(void *self, const char *key, struct error *error);

    enum store_result (*claim)(void *self, const char *key, const char *owner, int64_t lease_ms,
                               int64_t now_ms, struct error *error);
    enum store_result (*settle)(void *self, const char *key, const char *owner,
                                const struct store_value *value, int64_t now_ms,
                                struct error *error);
    enum store_result (*release)(void *self, const char *key, const char *owner, int64_t now_ms,
                                 struct error *error);

    enum store_result (*index_add)(void *self, const char *kind, const char *member,
                                   int64_t life_ms, int64_t now_ms, struct error *error);
    enum store_result (*index_remove)(void *self, const char *kind, const char *member,
                                      struct error *error);
    enum store_result (*index_list)(void *self, const char *kind, size_t limit, int64_t now_ms,
                                    bool (*each)(void *context, const char *member), void *context,
                                    struct error *error);

    enum store_result (*clean)(void *self, int64_t now_ms, struct error *error);
};

/* "dir:/folder" */
extern const struct store_backend store_dir;

/* "redis://host:port/db", "unix:///socket?db=N" */
extern const struct store_backend store_redis;

#endif
