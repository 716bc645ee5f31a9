/* Effect. Small values with a lifetime, claims on keys, and an index by kind, shared by all
 * processes that serve one bot. Keys are texts of 1 to 512 bytes, values any bytes up to 1 MiB;
 * anything else is STORE_FAILED.
 *
 * Backends are a table of functions; this header is all that callers see. Times are wall-clock
 * milliseconds since the epoch, taken from `now_ms` of each call: a test can pass its own. (A Redis
 * goes by its own clock.) A life or lease below 1 ms counts as 1 ms.
 *
 * What is stored but cannot be understood (a disk lost power in the middle of a write) is never
 * taken for a value nor for its absence: it is STORE_FAILED until somebody removes or overwrites
 * it. A claim in that state excludes other claims for the lease of whoever asks, counted from when
 * it was written; then it is taken over. */
#ifndef FEISHU_STORE_H
#define FEISHU_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;
struct store;

enum {
    STORE_OWNER_LEN = 33, /* characters of a claim's owner value, with the final NUL */
    STORE_KEY_MAX = 512,  /* bytes of a key or a member */
    STORE_KIND_MAX = 32,  /* letters of an index's kind */
    STORE_VALUE_MAX = 1 << 20
};

enum store_result {
    STORE_OK,
    STORE_ABSENT, /* no such value */
    STORE_TAKEN,  /* somebody else holds the claim, or the value is not what was expected */
    STORE_FAILED  /* the store cannot be used; the error says why (ERROR_STORE) */
};

/* A claim that this process holds; one without an owner is held by nobody. */
struct store_claim {
    char owner[STORE_OWNER_LEN]; /* random: it alone settles or releases */
};

/* Opens the store that url names: "dir:/folder", a Redis (redis_url.h), or "none", whose every
 * operation fails. Touches nothing yet: what is wrong shows at first use. Never NULL; caller
 * closes.
 */
struct store *store_open(const char *url);
void store_close(struct store *store);

/* Whether processes of several machines may be at it. */
bool store_is_shared(const struct store *store);

/* Appends the value to value, and nothing unless STORE_OK. STORE_ABSENT: never stored, or its life
 * is over. STORE_FAILED also if value's ceiling is too low. */
enum store_result store_get(struct store *store, const char *key, int64_t now_ms, struct buf *value,
                            struct error *error);

/* Stores the value for life_ms, whatever was there. STORE_OK or FAILED. */
enum store_result store_put(struct store *store, const char *key, const char *value, size_t len,
                            int64_t life_ms, int64_t now_ms, struct error *error);

/* Stores the value only if the present one is `old` (NULL: only if there is none). durable: it is
 * on the disk when this returns. STORE_OK, STORE_TAKEN (it is another; nothing changed),
 * STORE_FAILED (it is the old one or the new one, whole). */
struct store_change {
    const char *old; /* NULL: no value */
    size_t old_len;
    const char *value;
    size_t len;
    int64_t life_ms;
    bool durable;
};
enum store_result store_put_if(struct store *store, const char *key,
                               const struct store_change *change, int64_t now_ms,
                               struct error *error);

/* Forgets the value; fine if there is none. STORE_OK or FAILED. */
enum store_result store_remove(struct store *store, const char *key, struct error *error);

/* Claims the key for lease_ms: until then, or until it is settled or released, nobody else can.
 * A claim whose lease has run out is taken over. Values can be read and written meanwhile by
 * anybody; a claim only excludes other claims. STORE_OK, STORE_TAKEN, STORE_FAILED; without
 * STORE_OK claim has no owner. */
enum store_result store_claim(struct store *store, const char *key, int64_t lease_ms,
                              int64_t now_ms, struct store_claim *claim, struct error *error);

/* In one step: if the claim is still ours, stores the value for life_ms, whatever was there, and
 * ends the claim. durable as above. STORE_OK; STORE_TAKEN (the claim was lost, or its lease has run
 * out: nothing was stored); STORE_FAILED (nothing is known). */
enum store_result store_settle(struct store *store, const char *key,
                               const struct store_claim *claim, const char *value, size_t len,
                               int64_t life_ms, bool durable, int64_t now_ms, struct error *error);

/* Ends the claim if it is still ours. STORE_OK, STORE_TAKEN (as above), STORE_FAILED. */
enum store_result store_release(struct store *store, const char *key,
                                const struct store_claim *claim, int64_t now_ms,
                                struct error *error);

/* Index: a set of members (texts as keys) for each kind (1 to 32 of [a-z]). Adding twice is fine
 * and renews the life, and the member is on the disk when it returns: an index is for finding again
 * what a crash left behind. Removing what is not there is fine. STORE_OK or FAILED. */
enum store_result store_index_add(struct store *store, const char *kind, const char *member,
                                  int64_t life_ms, int64_t now_ms, struct error *error);
enum store_result store_index_remove(struct store *store, const char *kind, const char *member,
                                     struct error *error);

/* Calls each for up to limit members, in no order; each returns false to stop. It may add and
 * remove members. STORE_OK or FAILED; members that can be read are given to each even then. */
enum store_result store_index_list(struct store *store, const char *kind, size_t limit,
                                   int64_t now_ms, bool (*each)(void *context, const char *member),
                                   void *context, struct error *error);

/* Removes what is over from one part of the store, another part each time by chance: a small amount
 * of work, for after an answer. STORE_OK or FAILED. */
enum store_result store_clean(struct store *store, int64_t now_ms, struct error *error);

#endif
