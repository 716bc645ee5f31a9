/* What damage to the files of the dir: backend does: nothing is ever taken for what it is not. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"

enum { LIFE_MS = 1000, LEASE_MS = 100 };

static struct store_claim claimed(const char *key, int64_t now_ms)
{
    struct store_claim claim;
    ck_assert_int_eq(store_claim(kit.store, key, LEASE_MS, now_ms, &claim, &kit.error), STORE_OK);
    return claim;
}

static enum store_result put_if(const char *key, const char *old, const char *text, bool durable)
{
    const struct store_change change = { old,     old != NULL ? strlen(old) : 0,
                                         text,    strlen(text),
                                         LIFE_MS, durable };
    return store_put_if(kit.store, key, &change, NOW_MS, &kit.error);
}

static enum store_result get(const char *key)
{
    struct buf value = BUF_INIT(STORE_VALUE_MAX);
    enum store_result result = store_get(kit.store, key, NOW_MS, &value, &kit.error);
    ck_assert(result == STORE_OK || value.len == 0);
    buf_release(&value);
    return result;
}

/* Damage. The stored file is rewritten as the nth of these. */

enum {
    CUT_EMPTY,
    CUT_DIGEST,
    CUT_LINE,
    CUT_KEY,
    CUT_LAST,
    ZEROED,
    GARBAGE,
    LONGER,
    DOUBLED,
    HUGE_FILE,
    FOLDER,
    PIPE,
    OTHER_KEY,
    DAMAGE_COUNT
};

static void write_file(const char *path, const char *bytes, size_t len)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, bytes, len), (ssize_t)len);
    close(file);
}

static size_t read_file(const char *path, char *bytes, size_t max)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = read(file, bytes, max);
    ck_assert_int_gt(len, 0);
    close(file);
    return (size_t)len;
}

/* Replaces the file by something that is none. */
static void replace_file(const char *path, int damage)
{
    ck_assert_int_eq(unlink(path), 0);
    if (damage == FOLDER)
        ck_assert_int_eq(mkdir(path, 0700), 0);
    if (damage == PIPE)
        ck_assert_int_eq(mkfifo(path, 0600), 0);
    if (damage == HUGE_FILE) {
        write_file(path, "", 0);
        ck_assert_int_eq(truncate(path, INT64_C(1) << 40), 0);
    }
}

/* Puts there what belongs to another key, whole. */
static void misplace(const char *path)
{
    char *folder = store_kit_folder();
    struct store *other = store_kit_open(folder);
    ck_assert_int_eq(store_kit_put(other, "another", "v", NOW_MS), STORE_OK);
    char *value = store_kit_find(folder, ".value");
    char bytes[512];
    write_file(path, bytes, read_file(value, bytes, sizeof(bytes)));
    free(value);
    store_close(other);
    store_kit_remove(folder);
}

static void damage_file(const char *path, int damage)
{
    char bytes[512];
    size_t len = read_file(path, bytes, sizeof(bytes) / 2);
    const size_t cuts[] = { 0, 63, 70, len - 6, len - 1 };
    switch (damage) {
    case ZEROED:
        memset(bytes, 0, len);
        break;
    case GARBAGE:
        memset(bytes, 'f', len);
        break;
    case LONGER:
        bytes[len++] = '\0';
        break;
    case DOUBLED:
        memcpy(bytes + len, bytes, len);
        len *= 2;
        break;
    case HUGE_FILE:
    case FOLDER:
    case PIPE:
        replace_file(path, damage);
        return;
    case OTHER_KEY:
        misplace(path);
        return;
    default:
        len = cuts[damage];
    }
    write_file(path, bytes, len);
}

START_TEST(damaged_value)
{
    ck_assert_int_eq(store_kit_put(kit.store, "k", "value", NOW_MS), STORE_OK);
    char *path = store_kit_find(kit.folder, ".value");
    damage_file(path, _i);
    ck_assert_int_eq(get("k"), STORE_FAILED);
    ck_assert_int_eq(kit.error.kind, ERROR_STORE);
    ck_assert_ptr_nonnull(strstr(kit.error.text, "rm "));
    ck_assert_ptr_nonnull(strstr(kit.error.text, path));
    ck_assert_int_eq(put_if("k", NULL, "new", false), STORE_FAILED);
    ck_assert_int_eq(put_if("k", "value", "new", false), STORE_FAILED);
    /* What is whole and over may go, even if it is in the wrong place. */
    int64_t clean_ms = NOW_MS + (_i == OTHER_KEY ? 0 : LIFE_MS);
    ck_assert_int_eq(store_clean(kit.store, clean_ms, &kit.error), STORE_OK);
    ck_assert_int_eq(get("k"), STORE_FAILED);
    /* What does not ask for the old value mends it. */
    if (_i == FOLDER)
        ck_assert_int_eq(rmdir(path), 0);
    ck_assert_int_eq(store_kit_put(kit.store, "k", "mended", NOW_MS), STORE_OK);
    ck_assert(store_kit_holds(kit.store, "k", "mended", NOW_MS));
    damage_file(path, _i);
    ck_assert_int_eq(store_remove(kit.store, "k", &kit.error),
                     _i == FOLDER ? STORE_FAILED : STORE_OK);
    ck_assert_int_eq(get("k"), _i == FOLDER ? STORE_FAILED : STORE_ABSENT);
    free(path);
}
END_TEST

/* Whatever single bit flips, and wherever the file is cut, it is never read as a value. */
START_TEST(every_bit_counts)
{
    char bytes[512];
    ck_assert_int_eq(store_kit_put(kit.store, "k", "a\0b", NOW_MS), STORE_OK);
    char *path = store_kit_find(kit.folder, ".value");
    size_t len = read_file(path, bytes, sizeof(bytes));
    for (size_t cut = 0; cut < len; cut++) {
        write_file(path, bytes, cut);
        ck_assert_msg(get("k") == STORE_FAILED, "cut at %zu", cut);
    }
    for (size_t bit = 0; bit < 8 * len; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        write_file(path, bytes, len);
        ck_assert_msg(get("k") == STORE_FAILED, "bit %zu", bit);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    write_file(path, bytes, len);
    ck_assert_int_eq(get("k"), STORE_OK);
    free(path);
}
END_TEST

static void set_written(const char *path, int64_t ms)
{
    const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
    const struct timespec times[] = { time, time };
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

START_TEST(damaged_claim)
{
    struct store_claim other;
    struct store_claim claim = claimed("k", NOW_MS);
    char *path = store_kit_find(kit.folder, ".claim");
    damage_file(path, _i);
    set_written(path, NOW_MS + 5);
    ck_assert_int_eq(
        store_claim(kit.store, "k", LEASE_MS, NOW_MS + 4 + LEASE_MS, &other, &kit.error),
        STORE_TAKEN);
    ck_assert_int_eq(
        store_settle(kit.store, "k", &claim, "v", 1, LIFE_MS, false, NOW_MS, &kit.error),
        STORE_FAILED);
    ck_assert_int_eq(store_release(kit.store, "k", &claim, NOW_MS, &kit.error), STORE_FAILED);
    ck_assert_ptr_nonnull(strstr(kit.error.text, path));
    ck_assert_int_eq(get("k"), STORE_ABSENT);
    if (_i == FOLDER)
        ck_assert_int_eq(rmdir(path), 0);
    other = claimed("k", NOW_MS + 5 + LEASE_MS);
    ck_assert_int_eq(store_release(kit.store, "k", &other, NOW_MS + 5 + LEASE_MS, &kit.error),
                     STORE_OK);
    free(path);
}
END_TEST

static bool count_member(void *context, const char *member)
{
    int *count = context;
    *count += strcmp(member, "good") == 0 ? 1 : 100;
    return true;
}

START_TEST(damaged_member)
{
    int count = 0;
    ck_assert_int_eq(store_index_add(kit.store, "kind", "bad", LIFE_MS, NOW_MS, &kit.error),
                     STORE_OK);
    char *path = store_kit_find(kit.folder, ".member");
    damage_file(path, _i);
    ck_assert_int_eq(store_index_add(kit.store, "kind", "good", LIFE_MS, NOW_MS, &kit.error),
                     STORE_OK);
    ck_assert_int_eq(
        store_index_list(kit.store, "kind", 9, NOW_MS, count_member, &count, &kit.error),
        STORE_FAILED);
    ck_assert_int_eq(count, 1);
    ck_assert_ptr_nonnull(strstr(kit.error.text, path));
    free(path);
}
END_TEST

START_TEST(symbolic_link)
{
    char *aside = memory_format("%s/aside", kit.folder);
    ck_assert_int_eq(store_kit_put(kit.store, "k", "v", NOW_MS), STORE_OK);
    char *path = store_kit_find(kit.folder, ".value");
    ck_assert_int_eq(rename(path, aside), 0);
    ck_assert_int_eq(symlink(aside, path), 0);
    ck_assert_int_eq(get("k"), STORE_FAILED);
    ck_assert_ptr_nonnull(strstr(kit.error.text, "symbolic link"));
    free(path);
    free(aside);
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "damaged value", damaged_value, DAMAGE_COUNT);
    store_kit_add(suite, "every bit counts", every_bit_counts, 1);
    store_kit_add(suite, "damaged claim", damaged_claim, DAMAGE_COUNT);
    store_kit_add(suite, "damaged member", damaged_member, OTHER_KEY);
    store_kit_add(suite, "symbolic link", symbolic_link, 1);
}

SUITE_MAIN("store damage", fill)
