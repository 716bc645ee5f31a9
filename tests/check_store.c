/* What the store promises to its callers about values and claims, on the dir: backend. */
#include "store.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "store_kit.h"
#include "suite.h"

enum { LIFE_MS = 1000, LEASE_MS = 100 };

static enum store_result claim_at(struct store_claim *claim, const char *key, int64_t now_ms)
{
    return store_claim(kit.store, key, LEASE_MS, now_ms, claim, &kit.error);
}

static enum store_result settle_at(const struct store_claim *claim, const char *key,
                                   const char *text, int64_t now_ms)
{
    return store_settle(kit.store, key, claim, text, strlen(text), LIFE_MS, false, now_ms,
                        &kit.error);
}

static enum store_result put_if(const char *key, const char *old, const char *text, int64_t now_ms)
{
    const struct store_change change = { old,     old != NULL ? strlen(old) : 0,
                                         text,    strlen(text),
                                         LIFE_MS, false };
    return store_put_if(kit.store, key, &change, now_ms, &kit.error);
}

static bool is_absent(const char *key, int64_t now_ms)
{
    struct buf value = BUF_INIT(STORE_VALUE_MAX);
    bool absent =
        store_get(kit.store, key, now_ms, &value, &kit.error) == STORE_ABSENT && value.len == 0;
    buf_release(&value);
    return absent;
}

/* Urls that no store can be had for: every operation fails and says so. */

static const struct {
    const char *url;
    const char *text; /* part of what is said */
} useless[] = {
    { "none", "'none'" },
    { "", "none of" },
    { "None", "none of" },
    { "none ", "none of" },
    { "/var/lib/feishu", "none of" },
    { "file:/var/lib/feishu", "none of" },
    { "DIR:/var/lib/feishu", "none of" },
    { "other://user:hidden@host/0", "none of" },
    { "dir:", "full path" },
    { "dir:relative", "full path" },
    { "dir:./relative", "full path" },
    { "redis://", "url of a Redis" },
    { "redis://user:hidden@host/x", "url of a Redis" },
    { "unix://user:hidden@path", "url of a Redis" },
};

static bool keep(void *context, const char *member)
{
    (void)context;
    (void)member;
    return true;
}

/* The result of the nth operation on the store. */
static enum store_result operate(struct store *on, int operation, struct error *why)
{
    static struct store_claim claim = { "0123456789abcdef0123456789abcdef" };
    const struct store_change change = { NULL, 0, "b", 1, LIFE_MS, false };
    struct buf value = BUF_INIT(16);
    switch (operation) {
    case 0:
        return store_get(on, "k", NOW_MS, &value, why);
    case 1:
        return store_put(on, "k", "v", 1, LIFE_MS, NOW_MS, why);
    case 2:
        return store_put_if(on, "k", &change, NOW_MS, why);
    case 3:
        return store_remove(on, "k", why);
    case 4:
        return store_settle(on, "k", &claim, "v", 1, LIFE_MS, true, NOW_MS, why);
    case 5:
        return store_release(on, "k", &claim, NOW_MS, why);
    case 6:
        return store_index_add(on, "kind", "m", LIFE_MS, NOW_MS, why);
    case 7:
        return store_index_remove(on, "kind", "m", why);
    case 8:
        return store_index_list(on, "kind", 9, NOW_MS, keep, NULL, why);
    case 9:
        return store_clean(on, NOW_MS, why);
    default:
        return store_claim(on, "k", LEASE_MS, NOW_MS, &claim, why);
    }
}

START_TEST(useless_url)
{
    struct store *none = store_open(useless[_i].url);
    for (int operation = 0; operation <= 10; operation++) {
        struct error why = ERROR_INIT;
        ck_assert_msg(operate(none, operation, &why) == STORE_FAILED, "operation %d", operation);
        ck_assert_int_eq(why.kind, ERROR_STORE);
        ck_assert_ptr_nonnull(strstr(why.text, useless[_i].text));
        ck_assert_ptr_null(strstr(why.text, "hidden"));
    }
    store_close(none);
}
END_TEST

START_TEST(open_touches_nothing)
{
    char *path = memory_format("%s/new", kit.folder);
    struct store *other = store_kit_open(path);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(store_kit_put(other, "k", "v", NOW_MS), STORE_OK);
    ck_assert_int_eq(access(path, F_OK), 0);
    store_close(other);
    store_close(NULL);
    free(path);
}
END_TEST

/* What keys, values and kinds may be. */

static const struct {
    size_t key_len;
    size_t len;
    enum store_result result;
} sizes[] = {
    { 1, 0, STORE_OK },
    { STORE_KEY_MAX, STORE_VALUE_MAX, STORE_OK },
    { 0, 1, STORE_FAILED },
    { STORE_KEY_MAX + 1, 1, STORE_FAILED },
    { 1, STORE_VALUE_MAX + 1, STORE_FAILED },
};

START_TEST(size)
{
    char *key = memory_zero(sizes[_i].key_len + 1, 1);
    char *bytes = memory_zero(sizes[_i].len + 1, 1);
    const struct store_change change = { NULL, 0, bytes, sizes[_i].len, LIFE_MS, false };
    struct store_claim claim;
    struct buf value = BUF_INIT(STORE_VALUE_MAX);
    enum store_result expected = sizes[_i].result;
    memset(key, 'k', sizes[_i].key_len);
    memset(bytes, 'v', sizes[_i].len);
    bool long_key = sizes[_i].key_len == 0 || sizes[_i].key_len > STORE_KEY_MAX;
    ck_assert_int_eq(claim_at(&claim, key, NOW_MS), long_key ? STORE_FAILED : STORE_OK);
    ck_assert_int_eq(store_put_if(kit.store, key, &change, NOW_MS, &kit.error), expected);
    ck_assert_int_eq(store_put(kit.store, key, bytes, sizes[_i].len, LIFE_MS, NOW_MS, &kit.error),
                     expected);
    ck_assert_int_eq(store_settle(kit.store, key, &claim, bytes, sizes[_i].len, LIFE_MS, false,
                                  NOW_MS, &kit.error),
                     expected);
    ck_assert_int_eq(store_index_add(kit.store, "kind", key, LIFE_MS, NOW_MS, &kit.error),
                     long_key ? STORE_FAILED : STORE_OK);
    if (expected == STORE_OK) {
        ck_assert_int_eq(store_get(kit.store, key, NOW_MS, &value, &kit.error), STORE_OK);
        ck_assert_uint_eq(value.len, sizes[_i].len);
        ck_assert(memcmp(buf_text(&value), bytes, value.len) == 0);
    }
    buf_release(&value);
    free(bytes);
    free(key);
}
END_TEST

static const struct {
    const char *kind;
    enum store_result result;
} kinds[] = {
    { "a", STORE_OK },
    { "unfinished", STORE_OK },
    { "abcdefghijklmnopqrstuvwxyzabcdef", STORE_OK },
    { "abcdefghijklmnopqrstuvwxyzabcdefg", STORE_FAILED },
    { "", STORE_FAILED },
    { "Kind", STORE_FAILED },
    { "kind2", STORE_FAILED },
    { "a.b", STORE_FAILED },
    { "../kind", STORE_FAILED },
    { "a/b", STORE_FAILED },
    { "a\n", STORE_FAILED },
    { "\xc3\xa4", STORE_FAILED },
};

START_TEST(kind)
{
    const char *name = kinds[_i].kind;
    ck_assert_int_eq(store_index_add(kit.store, name, "m", LIFE_MS, NOW_MS, &kit.error),
                     kinds[_i].result);
    ck_assert_int_eq(store_index_list(kit.store, name, 1, NOW_MS, keep, NULL, &kit.error),
                     kinds[_i].result);
    ck_assert_int_eq(store_index_remove(kit.store, name, "m", &kit.error), kinds[_i].result);
}
END_TEST

/* Values. */

static const struct {
    const char *name;
    const char *bytes;
    size_t len;
} values[] = {
    { "text", "hello", 5 },       { "empty", "", 0 },
    { "NUL bytes", "a\0b\0", 4 }, { "only a NUL", "\0", 1 },
    { "lines", "\n\n", 2 },       { "all kinds of bytes", "\x01\x7f\x80\xff\r\n", 6 },
};

START_TEST(value)
{
    struct buf got = BUF_INIT(64);
    const char *bytes = values[_i].bytes;
    ck_assert_int_eq(store_put(kit.store, "k", bytes, values[_i].len, LIFE_MS, NOW_MS, &kit.error),
                     STORE_OK);
    buf_add_text(&got, "before:");
    ck_assert_int_eq(store_get(kit.store, "k", NOW_MS, &got, &kit.error), STORE_OK);
    ck_assert_uint_eq(got.len, 7 + values[_i].len);
    ck_assert_msg(memcmp(got.data + 7, bytes, values[_i].len) == 0, "%s", values[_i].name);
    ck_assert(is_absent("another", NOW_MS));
    buf_release(&got);
}
END_TEST

/* Keys that a careless file name would confuse. */
static const char *const keys[] = { "a",    "A",       "a/b",     "a.b",         "../a", ".",
                                    "..",   "a\n",     "a b",     "/etc/passwd", "%s",   "new",
                                    "\xff", "a.claim", "a.value", "index-a",     "-a" };

START_TEST(every_key_has_its_own_value)
{
    for (int i = 0; i < COUNT(keys); i++)
        ck_assert_int_eq(store_kit_put(kit.store, keys[i], keys[i], NOW_MS), STORE_OK);
    for (int i = 0; i < COUNT(keys); i++)
        ck_assert_msg(store_kit_holds(kit.store, keys[i], keys[i], NOW_MS), "%s", keys[i]);
    ck_assert_int_eq(store_remove(kit.store, keys[0], &kit.error), STORE_OK);
    ck_assert(is_absent(keys[0], NOW_MS));
    for (int i = 1; i < COUNT(keys); i++)
        ck_assert_msg(store_kit_holds(kit.store, keys[i], keys[i], NOW_MS), "%s", keys[i]);
}
END_TEST

static const struct {
    int64_t now_ms;
    int64_t life_ms;
    int64_t last_ms; /* the last moment at which it is there */
} lives[] = {
    { NOW_MS, LIFE_MS, NOW_MS + LIFE_MS - 1 },
    { NOW_MS, 1, NOW_MS },
    { NOW_MS, 0, NOW_MS },
    { NOW_MS, -5, NOW_MS },
    { NOW_MS, INT64_MIN, NOW_MS },
    { NOW_MS, INT64_MAX, INT64_MAX - 1 },
    { 0, 10, 9 },
};

START_TEST(life)
{
    int64_t last_ms = lives[_i].last_ms;
    int64_t life_ms = lives[_i].life_ms;
    struct store_claim claim, other;
    const struct store_change change = { NULL, 0, "v", 1, life_ms, false };
    ck_assert_int_eq(store_put(kit.store, "put", "v", 1, life_ms, lives[_i].now_ms, &kit.error),
                     STORE_OK);
    ck_assert_int_eq(store_put_if(kit.store, "if", &change, lives[_i].now_ms, &kit.error),
                     STORE_OK);
    ck_assert(store_kit_holds(kit.store, "put", "v", last_ms));
    ck_assert(is_absent("put", last_ms + 1));
    ck_assert(store_kit_holds(kit.store, "if", "v", last_ms));
    ck_assert(is_absent("if", last_ms + 1));
    ck_assert_int_eq(store_claim(kit.store, "c", life_ms, lives[_i].now_ms, &claim, &kit.error),
                     STORE_OK);
    ck_assert_int_eq(store_claim(kit.store, "c", life_ms, last_ms, &other, &kit.error),
                     STORE_TAKEN);
    ck_assert_int_eq(store_claim(kit.store, "c", life_ms, last_ms + 1, &other, &kit.error),
                     STORE_OK);
}
END_TEST

START_TEST(put_replaces)
{
    ck_assert_int_eq(store_kit_put(kit.store, "k", "first, and longer", NOW_MS), STORE_OK);
    ck_assert_int_eq(store_kit_put(kit.store, "k", "second", NOW_MS + 500), STORE_OK);
    ck_assert(store_kit_holds(kit.store, "k", "second", NOW_MS + 1499));
    ck_assert(is_absent("k", NOW_MS + 1500));
    ck_assert_int_eq(store_remove(kit.store, "k", &kit.error), STORE_OK);
    ck_assert_int_eq(store_remove(kit.store, "k", &kit.error), STORE_OK);
    ck_assert_int_eq(store_remove(kit.store, "never there", &kit.error), STORE_OK);
}
END_TEST

START_TEST(get_into_too_little)
{
    struct buf small = BUF_INIT(4);
    ck_assert_int_eq(store_kit_put(kit.store, "k", "12345", NOW_MS), STORE_OK);
    ck_assert_int_eq(store_get(kit.store, "k", NOW_MS, &small, &kit.error), STORE_FAILED);
    ck_assert_uint_eq(small.len, 0);
    ck_assert_int_eq(kit.error.kind, ERROR_STORE);
    buf_release(&small);
}
END_TEST

START_TEST(other_process_sees_it)
{
    struct store *other = store_kit_open(kit.folder);
    ck_assert_int_eq(store_kit_put(kit.store, "k", "v", NOW_MS), STORE_OK);
    ck_assert(store_kit_holds(other, "k", "v", NOW_MS));
    store_close(other);
}
END_TEST

/* Put if unchanged. */

static const struct {
    const char *name;
    const char *present; /* NULL: none; stored at NOW_MS */
    int64_t later_ms;
    const char *old;
    enum store_result result;
} changes[] = {
    { "none, none expected", NULL, 0, NULL, STORE_OK },
    { "none, one expected", NULL, 0, "a", STORE_TAKEN },
    { "none, the empty one expected", NULL, 0, "", STORE_TAKEN },
    { "there, none expected", "a", 0, NULL, STORE_TAKEN },
    { "empty, none expected", "", 0, NULL, STORE_TAKEN },
    { "empty, the empty one expected", "", 0, "", STORE_OK },
    { "the same", "a", 0, "a", STORE_OK },
    { "another", "a", 0, "b", STORE_TAKEN },
    { "longer", "ab", 0, "a", STORE_TAKEN },
    { "shorter", "a", 0, "ab", STORE_TAKEN },
    { "the same, nearly over", "a", LIFE_MS - 1, "a", STORE_OK },
    { "over, none expected", "a", LIFE_MS, NULL, STORE_OK },
    { "over, that one expected", "a", LIFE_MS, "a", STORE_TAKEN },
};

START_TEST(change)
{
    int64_t now_ms = NOW_MS + changes[_i].later_ms;
    const char *present = changes[_i].present;
    if (present != NULL)
        ck_assert_int_eq(store_kit_put(kit.store, "k", present, NOW_MS), STORE_OK);
    ck_assert_msg(put_if("k", changes[_i].old, "new", now_ms) == changes[_i].result, "%s",
                  changes[_i].name);
    if (changes[_i].result == STORE_OK)
        ck_assert(store_kit_holds(kit.store, "k", "new", now_ms + LIFE_MS - 1));
    else if (present != NULL && changes[_i].later_ms < LIFE_MS)
        ck_assert(store_kit_holds(kit.store, "k", present, now_ms));
    else
        ck_assert(is_absent("k", now_ms));
}
END_TEST

/* Claims. */

START_TEST(claim_excludes)
{
    struct store_claim mine, other;
    ck_assert_int_eq(claim_at(&mine, "k", NOW_MS), STORE_OK);
    ck_assert_uint_eq(strlen(mine.owner), STORE_OWNER_LEN - 1);
    ck_assert_int_eq(claim_at(&other, "k", NOW_MS), STORE_TAKEN);
    ck_assert_str_eq(other.owner, "");
    ck_assert_int_eq(claim_at(&other, "k", NOW_MS + LEASE_MS - 1), STORE_TAKEN);
    ck_assert_int_eq(claim_at(&other, "another", NOW_MS), STORE_OK);
    ck_assert_str_ne(mine.owner, other.owner);
    ck_assert_int_eq(kit.error.kind, ERROR_NONE);
    /* Values are not what it excludes from. */
    ck_assert(is_absent("k", NOW_MS));
    ck_assert_int_eq(store_kit_put(kit.store, "k", "v", NOW_MS), STORE_OK);
    ck_assert_int_eq(put_if("k", "v", "w", NOW_MS), STORE_OK);
    ck_assert_int_eq(store_remove(kit.store, "k", &kit.error), STORE_OK);
    ck_assert_int_eq(claim_at(&other, "k", NOW_MS), STORE_TAKEN);
}
END_TEST

START_TEST(release_frees)
{
    struct store_claim mine, other;
    ck_assert_int_eq(claim_at(&mine, "k", NOW_MS), STORE_OK);
    ck_assert_int_eq(store_release(kit.store, "k", &mine, NOW_MS + LEASE_MS - 1, &kit.error),
                     STORE_OK);
    ck_assert_int_eq(claim_at(&other, "k", NOW_MS), STORE_OK);
    ck_assert_int_eq(store_release(kit.store, "k", &mine, NOW_MS, &kit.error), STORE_TAKEN);
    ck_assert_int_eq(claim_at(&mine, "k", NOW_MS), STORE_TAKEN);
}
END_TEST

START_TEST(settle_stores_and_frees)
{
    struct store_claim mine, other;
    ck_assert_int_eq(store_kit_put(kit.store, "k", "old", NOW_MS), STORE_OK);
    ck_assert_int_eq(claim_at(&mine, "k", NOW_MS), STORE_OK);
    ck_assert_int_eq(settle_at(&mine, "k", "done", NOW_MS + LEASE_MS - 1), STORE_OK);
    ck_assert(store_kit_holds(kit.store, "k", "done", NOW_MS + LEASE_MS + LIFE_MS - 2));
    ck_assert(is_absent("k", NOW_MS + LEASE_MS + LIFE_MS - 1));
    ck_assert_int_eq(settle_at(&mine, "k", "again", NOW_MS), STORE_TAKEN);
    ck_assert(store_kit_holds(kit.store, "k", "done", NOW_MS));
    ck_assert_int_eq(claim_at(&other, "k", NOW_MS), STORE_OK);
}
END_TEST

/* Who may not end a claim on "k" that was taken at NOW_MS by another. */
enum loser { LOST_TO_OTHER, LEASE_OVER, OF_OTHER_KEY, NEVER_HELD, MADE_UP };

static const struct {
    const char *name;
    enum loser loser;
    bool has_holder; /* afterwards the holder can still settle */
} losers[] = {
    { "taken over", LOST_TO_OTHER, true },
    { "its lease has run out and nobody came", LEASE_OVER, false },
    { "the claim of another key", OF_OTHER_KEY, true },
    { "a claim that was refused", NEVER_HELD, true },
    { "an owner of the same length", MADE_UP, true },
};

static struct store_claim lose(enum loser loser, struct store_claim *holder, int64_t *now_ms)
{
    struct store_claim claim = { "0123456789abcdef0123456789abcdef" };
    *now_ms = loser == LOST_TO_OTHER || loser == LEASE_OVER ? NOW_MS + LEASE_MS : NOW_MS;
    if (loser == LOST_TO_OTHER || loser == LEASE_OVER)
        ck_assert_int_eq(claim_at(&claim, "k", NOW_MS), STORE_OK);
    if (loser != LEASE_OVER)
        ck_assert_int_eq(claim_at(holder, "k", *now_ms), STORE_OK);
    if (loser == OF_OTHER_KEY)
        ck_assert_int_eq(claim_at(&claim, "another", *now_ms), STORE_OK);
    if (loser == NEVER_HELD)
        ck_assert_int_eq(claim_at(&claim, "k", *now_ms), STORE_TAKEN);
    return claim;
}

START_TEST(loser_ends_nothing)
{
    struct store_claim holder, other;
    int64_t now_ms;
    struct store_claim claim = lose(losers[_i].loser, &holder, &now_ms);
    ck_assert_int_eq(settle_at(&claim, "k", "wrong", now_ms), STORE_TAKEN);
    ck_assert_int_eq(store_release(kit.store, "k", &claim, now_ms, &kit.error), STORE_TAKEN);
    ck_assert(is_absent("k", now_ms));
    if (!losers[_i].has_holder)
        return;
    ck_assert_int_eq(claim_at(&other, "k", now_ms), STORE_TAKEN);
    ck_assert_int_eq(settle_at(&holder, "k", "right", now_ms), STORE_OK);
    ck_assert(store_kit_holds(kit.store, "k", "right", now_ms));
}
END_TEST

START_TEST(end_without_claim)
{
    const struct store_claim nobody = { "" };
    const struct store_claim made_up = { "0123456789abcdef0123456789abcdef" };
    ck_assert_int_eq(settle_at(&nobody, "k", "v", NOW_MS), STORE_TAKEN);
    ck_assert_int_eq(settle_at(&made_up, "k", "v", NOW_MS), STORE_TAKEN);
    ck_assert_int_eq(store_release(kit.store, "k", &made_up, NOW_MS, &kit.error), STORE_TAKEN);
    ck_assert_int_eq(store_kit_put(kit.store, "k", "there is a value", NOW_MS), STORE_OK);
    ck_assert_int_eq(settle_at(&nobody, "k", "v", NOW_MS), STORE_TAKEN);
    ck_assert_int_eq(settle_at(&made_up, "k", "v", NOW_MS), STORE_TAKEN);
    ck_assert_int_eq(store_release(kit.store, "k", &nobody, NOW_MS, &kit.error), STORE_TAKEN);
    ck_assert(store_kit_holds(kit.store, "k", "there is a value", NOW_MS));
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "useless url", useless_url, COUNT(useless));
    store_kit_add(suite, "open touches nothing", open_touches_nothing, 1);
    store_kit_add(suite, "size", size, COUNT(sizes));
    store_kit_add(suite, "kind", kind, COUNT(kinds));
    store_kit_add(suite, "value", value, COUNT(values));
    store_kit_add(suite, "every key has its own value", every_key_has_its_own_value, 1);
    store_kit_add(suite, "life", life, COUNT(lives));
    store_kit_add(suite, "put replaces", put_replaces, 1);
    store_kit_add(suite, "get into too little", get_into_too_little, 1);
    store_kit_add(suite, "other process sees it", other_process_sees_it, 1);
    store_kit_add(suite, "put if", change, COUNT(changes));
    store_kit_add(suite, "claim excludes", claim_excludes, 1);
    store_kit_add(suite, "release frees", release_frees, 1);
    store_kit_add(suite, "settle stores and frees", settle_stores_and_frees, 1);
    store_kit_add(suite, "loser ends nothing", loser_ends_nothing, COUNT(losers));
    store_kit_add(suite, "end without claim", end_without_claim, 1);
}

SUITE_MAIN("store", fill)
