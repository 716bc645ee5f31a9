/* Counting in a store where others are always a little faster: nothing gets through uncounted. The
 * store is one of our own, in the place of the library's. */
#include "suite.h"

#include "buf.h"
#include "rate.h"
#include "store_backend.h"

enum { WINDOW_MS = 1000 };

/* One count, and rivals who take theirs right before us. */
static struct {
    int count;
    int rivals;
    int tries;
} place;

static void *place_open(const char *rest, struct error *error)
{
    (void)rest;
    (void)error;
    return &place;
}

static void place_close(void *self)
{
    (void)self;
}

static enum store_result place_get(void *self, const char *key, int64_t now_ms, struct buf *value,
                                   struct error *error)
{
    (void)self;
    (void)key;
    (void)now_ms;
    (void)error;
    if (place.count == 0)
        return STORE_ABSENT;
    for (int i = 0; i < place.count; i++)
        buf_add_format(value, "%lld ", (long long)NOW_MS);
    return STORE_OK;
}

/* All moments are the same: their number tells one value from another. */
static bool is_present(const struct store_change *change)
{
    size_t count = 0;
    for (size_t i = 0; i < change->old_len; i++)
        count += change->old[i] == ' ' ? 1 : 0;
    return count == (size_t)place.count && (change->old == NULL) == (place.count == 0);
}

static enum store_result place_put_if(void *self, const char *key,
                                      const struct store_change *change, int64_t now_ms,
                                      struct error *error)
{
    (void)self;
    (void)key;
    (void)now_ms;
    (void)error;
    place.tries++;
    if (place.rivals > 0) {
        place.rivals--;
        place.count++;
    }
    if (!is_present(change))
        return STORE_TAKEN;
    place.count++;
    return STORE_OK;
}

const struct store_backend store_dir = {
    .schemes = { "dir:" },
    .open = place_open,
    .close = place_close,
    .get = place_get,
    .put_if = place_put_if,
};

static const struct {
    int most;
    int rivals;
    bool allowed;
} rows[] = {
    { 5, 0, true },    { 5, 4, true },      { 5, 5, false },     { 5, 1000, false },
    { 100, 20, true }, { 100, 99, true },   { 100, 100, false }, { 1, 1, false },
    { 1, 0, true },    { 100, 200, false },
};

START_TEST(counts_whatever_comes_between)
{
    const struct rate rate = { "app", WINDOW_MS, rows[_i].most };
    struct store *store = store_open("dir:/place");
    int64_t wait_ms;
    place.count = 0;
    place.tries = 0;
    place.rivals = rows[_i].rivals;
    const bool allowed = rate_take(store, &rate, NOW_MS, &wait_ms);
    ck_assert_int_eq(allowed, rows[_i].allowed);
    ck_assert_int_le(place.count, rows[_i].most);
    ck_assert_int_le(place.tries, rows[_i].most + 1);
    if (allowed)
        ck_assert_int_eq(place.count, rows[_i].rivals + 1);
    store_close(store);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "counts whatever comes between", counts_whatever_comes_between, COUNT(rows));
}

SUITE_MAIN("rate, rivals", fill)
