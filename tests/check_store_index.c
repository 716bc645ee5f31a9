/* What the store promises to its callers about indexes, on the dir: backend. */
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"

enum { LIFE_MS = 1000 };

/* Keys that a careless file name would confuse. */
static const char *const keys[] = { "a",    "A",       "a/b",     "a.b",         "../a", ".",
                                    "..",   "a\n",     "a b",     "/etc/passwd", "%s",   "new",
                                    "\xff", "a.claim", "a.value", "index-a",     "-a" };

struct seen {
    int count;
    int stop_after;
    char names[32][STORE_KEY_MAX + 1];
};

static bool note(void *context, const char *member)
{
    struct seen *seen = context;
    (void)snprintf(seen->names[seen->count++], sizeof(seen->names[0]), "%s", member);
    return seen->count != seen->stop_after;
}

static bool has(const struct seen *seen, const char *member)
{
    int count = 0;
    for (int i = 0; i < seen->count; i++)
        count += strcmp(seen->names[i], member) == 0;
    return count == 1;
}

static struct seen list_at(const char *name, size_t limit, int64_t now_ms)
{
    struct seen seen = { .count = 0 };
    ck_assert_int_eq(store_index_list(kit.store, name, limit, now_ms, note, &seen, &kit.error),
                     STORE_OK);
    return seen;
}

static void add(const char *name, const char *member, int64_t now_ms)
{
    ck_assert_int_eq(store_index_add(kit.store, name, member, LIFE_MS, now_ms, &kit.error),
                     STORE_OK);
}

START_TEST(index_members)
{
    struct seen seen = list_at("kind", 9, NOW_MS);
    ck_assert_int_eq(seen.count, 0);
    for (int i = 0; i < COUNT(keys); i++)
        add("kind", keys[i], NOW_MS);
    add("other", "elsewhere", NOW_MS);
    add("kind", keys[0], NOW_MS + 1);
    seen = list_at("kind", 99, NOW_MS);
    ck_assert_int_eq(seen.count, COUNT(keys));
    for (int i = 0; i < COUNT(keys); i++)
        ck_assert_msg(has(&seen, keys[i]), "%s", keys[i]);
    ck_assert_int_eq(store_index_remove(kit.store, "kind", keys[0], &kit.error), STORE_OK);
    ck_assert_int_eq(store_index_remove(kit.store, "kind", keys[0], &kit.error), STORE_OK);
    ck_assert_int_eq(store_index_remove(kit.store, "nothing", "m", &kit.error), STORE_OK);
    seen = list_at("kind", 99, NOW_MS);
    ck_assert_int_eq(seen.count, COUNT(keys) - 1);
    ck_assert(!has(&seen, keys[0]));
    seen = list_at("other", 99, NOW_MS);
    ck_assert(seen.count == 1 && has(&seen, "elsewhere"));
}
END_TEST

START_TEST(index_life)
{
    add("kind", "renewed", NOW_MS);
    add("kind", "not renewed", NOW_MS);
    add("kind", "renewed", NOW_MS + 10);
    struct seen seen = list_at("kind", 9, NOW_MS + LIFE_MS - 1);
    ck_assert_int_eq(seen.count, 2);
    seen = list_at("kind", 9, NOW_MS + LIFE_MS);
    ck_assert(seen.count == 1 && has(&seen, "renewed"));
    seen = list_at("kind", 9, NOW_MS + LIFE_MS + 10);
    ck_assert_int_eq(seen.count, 0);
}
END_TEST

static const struct {
    size_t limit;
    int stop_after;
    int count;
} limits[] = { { 0, 0, 0 }, { 1, 0, 1 },        { 4, 0, 4 }, { 5, 0, 5 },
               { 6, 0, 5 }, { SIZE_MAX, 0, 5 }, { 9, 1, 1 }, { 9, 3, 3 } };

START_TEST(index_limit)
{
    static const char *const members[] = { "a", "b", "c", "d", "e" };
    struct seen seen = { .stop_after = limits[_i].stop_after };
    add("kind", "over", NOW_MS - LIFE_MS);
    for (int i = 0; i < COUNT(members); i++)
        add("kind", members[i], NOW_MS);
    ck_assert_int_eq(
        store_index_list(kit.store, "kind", limits[_i].limit, NOW_MS, note, &seen, &kit.error),
        STORE_OK);
    ck_assert_int_eq(seen.count, limits[_i].count);
}
END_TEST

/* Replaces each member by another while the list is read. */
static bool replace(void *context, const char *member)
{
    struct error why = ERROR_INIT;
    char longer[STORE_KEY_MAX];
    (void)snprintf(longer, sizeof(longer), "%s+", member);
    ck_assert_int_eq(store_index_remove(kit.store, "kind", member, &why), STORE_OK);
    ck_assert_int_eq(store_index_add(kit.store, "kind", longer, LIFE_MS, NOW_MS, &why), STORE_OK);
    return note(context, member);
}

START_TEST(index_changes_while_listed)
{
    struct seen seen = { .count = 0 };
    add("kind", "a", NOW_MS);
    add("kind", "b", NOW_MS);
    add("kind", "c", NOW_MS);
    ck_assert_int_eq(store_index_list(kit.store, "kind", 30, NOW_MS, replace, &seen, &kit.error),
                     STORE_OK);
    ck_assert(seen.count == 3 && has(&seen, "a") && has(&seen, "b") && has(&seen, "c"));
    seen = list_at("kind", 30, NOW_MS);
    ck_assert(seen.count == 3 && has(&seen, "a+") && has(&seen, "b+") && has(&seen, "c+"));
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "index members", index_members, 1);
    store_kit_add(suite, "index life", index_life, 1);
    store_kit_add(suite, "index limit", index_limit, COUNT(limits));
    store_kit_add(suite, "index changes while listed", index_changes_while_listed, 1);
}

SUITE_MAIN("store index", fill)
