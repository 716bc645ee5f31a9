#include "store.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "error.h"
#include "memory.h"
#include "store_backend.h"

struct store {
    const struct store_backend *backend; /* NULL: trouble says why nothing works */
    void *self;
    struct error trouble;
};

static const struct store_backend *const backends[] = { &store_dir, &store_redis };

enum { BACKEND_COUNT = sizeof(backends) / sizeof(backends[0]) };

static bool begins(const char *url, const char *scheme)
{
    return scheme != NULL && strncmp(url, scheme, strlen(scheme)) == 0;
}

struct store *store_open(const char *url)
{
    struct store *store = memory_zero(1, sizeof(*store));
    for (size_t i = 0; i < BACKEND_COUNT; i++) {
        if (!begins(url, backends[i]->schemes[0]) && !begins(url, backends[i]->schemes[1]))
            continue;
        store->self = backends[i]->open(url, &store->trouble);
        store->backend = store->self != NULL ? backends[i] : NULL;
        return store;
    }
    /* The url is not quoted: those of some stores hold a password. */
    error_set(&store->trouble, ERROR_STORE,
              strcmp(url, "none") == 0 ? "no store: store.url is 'none'"
                                       : "no store: store.url is none of 'dir:/folder', "
                                         "'redis://host:port/db' and 'none'");
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    if (store->backend != NULL)
        store->backend->close(store->self);
    free(store);
}

bool store_is_shared(const struct store *store)
{
    return store->backend != NULL && store->backend->shared;
}

/* Whether the store can be asked about a key (or member) and a value of len bytes. */
static bool is_usable(const struct store *store, const char *key, size_t len, struct error *error)
{
    size_t key_len = strlen(key);
    if (store->backend == NULL)
        return error_set(error, ERROR_STORE, "%s", store->trouble.text);
    if (key_len == 0 || key_len > STORE_KEY_MAX)
        return error_set(error, ERROR_STORE, "the store takes keys of 1 to %d bytes, not %zu",
                         STORE_KEY_MAX, key_len);
    if (len > STORE_VALUE_MAX)
        return error_set(error, ERROR_STORE, "the store takes values up to %d bytes, not %zu",
                         STORE_VALUE_MAX, len);
    return true;
}

static bool is_kind(const char *kind, struct error *error)
{
    size_t len = strspn(kind, "abcdefghijklmnopqrstuvwxyz");
    if (len > 0 && len <= STORE_KIND_MAX && kind[len] == '\0')
        return true;
    return error_set(error, ERROR_STORE, "the kind of an index has 1 to %d letters a-z",
                     STORE_KIND_MAX);
}

static int64_t at_least_one(int64_t ms)
{
    return ms < 1 ? 1 : ms;
}

enum store_result store_get(struct store *store, const char *key, int64_t now_ms, struct buf *value,
                            struct error *error)
{
    if (!is_usable(store, key, 0, error))
        return STORE_FAILED;
    return store->backend->get(store->self, key, now_ms, value, error);
}

enum store_result store_put(struct store *store, const char *key, const char *value, size_t len,
                            int64_t life_ms, int64_t now_ms, struct error *error)
{
    const struct store_value stored = { value, len, at_least_one(life_ms), false };
    if (!is_usable(store, key, len, error))
        return STORE_FAILED;
    return store->backend->put(store->self, key, &stored, now_ms, error);
}

enum store_result store_put_if(struct store *store, const char *key,
                               const struct store_change *change, int64_t now_ms,
                               struct error *error)
{
    struct store_change checked = *change;
    checked.life_ms = at_least_one(change->life_ms);
    if (!is_usable(store, key, change->len, error))
        return STORE_FAILED;
    return store->backend->put_if(store->self, key, &checked, now_ms, error);
}

enum store_result store_remove(struct store *store, const char *key, struct error *error)
{
    if (!is_usable(store, key, 0, error))
        return STORE_FAILED;
    return store->backend->remove(store->self, key, error);
}

enum store_result store_claim(struct store *store, const char *key, int64_t lease_ms,
                              int64_t now_ms, struct store_claim *claim, struct error *error)
{
    claim->owner[0] = '\0';
    if (!is_usable(store, key, 0, error))
        return STORE_FAILED;
    cipher_random_hex(claim->owner, (STORE_OWNER_LEN - 1) / 2);
    enum store_result result = store->backend->claim(store->self, key, claim->owner,
                                                     at_least_one(lease_ms), now_ms, error);
    if (result != STORE_OK)
        claim->owner[0] = '\0';
    return result;
}

enum store_result store_settle(struct store *store, const char *key,
                               const struct store_claim *claim, const char *value, size_t len,
                               int64_t life_ms, bool durable, int64_t now_ms, struct error *error)
{
    const struct store_value stored = { value, len, at_least_one(life_ms), durable };
    if (!is_usable(store, key, len, error))
        return STORE_FAILED;
    if (claim->owner[0] == '\0')
        return STORE_TAKEN;
    return store->backend->settle(store->self, key, claim->owner, &stored, now_ms, error);
}

enum store_result store_release(struct store *store, const char *key,
                                const struct store_claim *claim, int64_t now_ms,
                                struct error *error)
{
    if (!is_usable(store, key, 0, error))
        return STORE_FAILED;
    if (claim->owner[0] == '\0')
        return STORE_TAKEN;
    return store->backend->release(store->self, key, claim->owner, now_ms, error);
}

enum store_result store_index_add(struct store *store, const char *kind, const char *member,
                                  int64_t life_ms, int64_t now_ms, struct error *error)
{
    if (!is_usable(store, member, 0, error) || !is_kind(kind, error))
        return STORE_FAILED;
    return store->backend->index_add(store->self, kind, member, at_least_one(life_ms), now_ms,
                                     error);
}

enum store_result store_index_remove(struct store *store, const char *kind, const char *member,
                                     struct error *error)
{
    if (!is_usable(store, member, 0, error) || !is_kind(kind, error))
        return STORE_FAILED;
    return store->backend->index_remove(store->self, kind, member, error);
}

enum store_result store_index_list(struct store *store, const char *kind, size_t limit,
                                   int64_t now_ms, bool (*each)(void *context, const char *member),
                                   void *context, struct error *error)
{
    /* A kind is a valid key, so that one check says whether there is a store. */
    if (!is_kind(kind, error) || !is_usable(store, kind, 0, error))
        return STORE_FAILED;
    return store->backend->index_list(store->self, kind, limit, now_ms, each, context, error);
}

enum store_result store_clean(struct store *store, int64_t now_ms, struct error *error)
{
    if (store->backend == NULL) {
        error_set(error, ERROR_STORE, "%s", store->trouble.text);
        return STORE_FAILED;
    }
    return store->backend->clean(store->self, now_ms, error);
}
