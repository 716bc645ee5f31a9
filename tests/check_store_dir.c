/* The files of the dir: backend: what they are and when they go away. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
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

/* What is on the disk. */

START_TEST(rights_and_names)
{
    static const char *const suffixes[] = { ".value", ".claim", ".member" };
    (void)umask(0);
    ck_assert_int_eq(store_kit_put(kit.store, "abc", "v", NOW_MS), STORE_OK);
    (void)claimed("abc", NOW_MS);
    ck_assert_int_eq(store_index_add(kit.store, "kind", "abc", LIFE_MS, NOW_MS, &kit.error),
                     STORE_OK);
    for (int i = 0; i < COUNT(suffixes); i++) {
        char *path = store_kit_find(kit.folder, suffixes[i]);
        struct stat file, folder;
        /* sha256("abc"), known from the standard's own example */
        ck_assert_ptr_nonnull(strstr(path,
                                     "/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
                                     "f20015ad."));
        ck_assert(strstr(path, i < 2 ? "/ba/" : "/index-kind/") != NULL);
        ck_assert_int_eq(stat(path, &file), 0);
        ck_assert_uint_eq(file.st_mode, S_IFREG | 0600);
        *strrchr(path, '/') = '\0';
        ck_assert_int_eq(stat(path, &folder), 0);
        ck_assert_uint_eq(folder.st_mode, S_IFDIR | 0700);
        free(path);
    }
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 3);
}
END_TEST

START_TEST(spreads)
{
    int parts = 0;
    for (int i = 0; i < 2000; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "%d", i);
        ck_assert_int_eq(store_kit_put(kit.store, key, "v", NOW_MS), STORE_OK);
    }
    for (int i = 0; i < 256; i++) {
        char *path = memory_format("%s/%02x", kit.folder, i);
        parts += access(path, F_OK) == 0;
        free(path);
    }
    ck_assert_int_gt(parts, 240);
    ck_assert_int_eq(store_kit_count(kit.folder, ".value"), 2000);
}
END_TEST

START_TEST(what_ended_is_gone)
{
    struct store_claim claim = claimed("k", NOW_MS);
    ck_assert_int_eq(
        store_settle(kit.store, "k", &claim, "v", 1, LIFE_MS, true, NOW_MS, &kit.error), STORE_OK);
    claim = claimed("other", NOW_MS);
    ck_assert_int_eq(store_release(kit.store, "other", &claim, NOW_MS, &kit.error), STORE_OK);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 1);
    ck_assert_int_eq(store_remove(kit.store, "k", &kit.error), STORE_OK);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 0);
}
END_TEST

/* Reading what was never there leaves no trace. */
START_TEST(questions_create_nothing)
{
    const struct store_claim claim = { "0123456789abcdef0123456789abcdef" };
    const struct store_change change = { "old", 3, "new", 3, LIFE_MS, false };
    ck_assert(!store_kit_holds(kit.store, "k", "", NOW_MS));
    ck_assert_int_eq(store_put_if(kit.store, "k", &change, NOW_MS, &kit.error), STORE_TAKEN);
    ck_assert_int_eq(store_remove(kit.store, "k", &kit.error), STORE_OK);
    ck_assert_int_eq(store_release(kit.store, "k", &claim, NOW_MS, &kit.error), STORE_TAKEN);
    ck_assert_int_eq(
        store_settle(kit.store, "k", &claim, "v", 1, LIFE_MS, false, NOW_MS, &kit.error),
        STORE_TAKEN);
    ck_assert_int_eq(store_index_remove(kit.store, "kind", "m", &kit.error), STORE_OK);
    ck_assert_int_eq(store_clean(kit.store, NOW_MS, &kit.error), STORE_OK);
    ck_assert_int_eq(rmdir(kit.folder), 0);
}
END_TEST

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

/* Cleaning. */

/* Cleans until each part must have had its turn. */
static void clean_all(int64_t now_ms)
{
    for (int i = 0; i < 500; i++)
        ck_assert_int_eq(store_clean(kit.store, now_ms, &kit.error), STORE_OK);
}

START_TEST(clean_removes_what_is_over)
{
    struct store_claim claim;
    for (int i = 0; i < 20; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "%d", i);
        int64_t begin_ms = NOW_MS + (i < 10 ? 0 : 1);
        ck_assert_int_eq(store_kit_put(kit.store, key, key, begin_ms), STORE_OK);
        ck_assert_int_eq(store_claim(kit.store, key, LIFE_MS, begin_ms, &claim, &kit.error),
                         STORE_OK);
        ck_assert_int_eq(store_index_add(kit.store, "kind", key, LIFE_MS, begin_ms, &kit.error),
                         STORE_OK);
    }
    clean_all(NOW_MS + LIFE_MS - 1);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 60);
    clean_all(NOW_MS + LIFE_MS);
    ck_assert_int_eq(store_kit_count(kit.folder, ".value"), 10);
    ck_assert_int_eq(store_kit_count(kit.folder, ".claim"), 10);
    ck_assert_int_eq(store_kit_count(kit.folder, ".member"), 10);
    ck_assert(store_kit_holds(kit.store, "10", "10", NOW_MS + LIFE_MS));
    ck_assert(store_kit_holds(kit.store, "19", "19", NOW_MS + LIFE_MS));
}
END_TEST

/* More in one part than one sweep looks at: all of it goes in the end, and nothing else. */
START_TEST(clean_of_a_large_part)
{
    int sweeps = 0;
    for (int i = 0; i < 1000; i++) {
        char member[16];
        (void)snprintf(member, sizeof(member), "%d", i);
        ck_assert_int_eq(store_index_add(kit.store, "kind", member, i % 4 == 0 ? LIFE_MS : 1,
                                         NOW_MS, &kit.error),
                         STORE_OK);
    }
    while (sweeps++ < 1000 && store_kit_count(kit.folder, ".member") > 250)
        ck_assert_int_eq(store_clean(kit.store, NOW_MS + 1, &kit.error), STORE_OK);
    ck_assert_int_eq(store_kit_count(kit.folder, ".member"), 250);
    /* One sweep is a small amount of work. */
    ck_assert_int_gt(sweeps, 4);
}
END_TEST

/* What else lies in the store's folder is not the store's. */
START_TEST(clean_leaves_the_rest)
{
    static const char *const names[] = { "locks", "file", "abc", "AB", "g0", "index" };
    ck_assert_int_eq(store_kit_put(kit.store, "k", "v", NOW_MS), STORE_OK);
    char *value = store_kit_find(kit.folder, ".value");
    for (int i = 0; i < COUNT(names); i++) {
        char *folder = memory_format("%s/%s", kit.folder, names[i]);
        char *copy = memory_format("%s/copy.value", folder);
        char bytes[512];
        ck_assert_int_eq(mkdir(folder, 0700), 0);
        write_file(copy, bytes, read_file(value, bytes, sizeof(bytes)));
        free(copy);
        free(folder);
    }
    clean_all(NOW_MS + LIFE_MS);
    ck_assert_int_eq(store_kit_count(kit.folder, "copy.value"), COUNT(names));
    ck_assert_int_eq(store_kit_count(kit.folder, ""), COUNT(names));
    free(value);
}
END_TEST

/* A process was killed while it wrote. */
START_TEST(leftover)
{
    ck_assert_int_eq(store_kit_put(kit.store, "k", "old", NOW_MS), STORE_OK);
    char *path = store_kit_find(kit.folder, ".value");
    memcpy(strrchr(path, '/'), "/new", sizeof("/new"));
    write_file(path, "half of a val", 13);
    ck_assert_int_eq(chmod(path, 0), 0);
    ck_assert(store_kit_holds(kit.store, "k", "old", NOW_MS));
    if (_i == 0)
        ck_assert_int_eq(store_kit_put(kit.store, "k", "next", NOW_MS), STORE_OK);
    else
        ck_assert_int_eq(store_clean(kit.store, NOW_MS, &kit.error), STORE_OK);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 1);
    ck_assert(store_kit_holds(kit.store, "k", _i == 0 ? "next" : "old", NOW_MS));
    free(path);
}
END_TEST

/* A part whose lock another process has. */
START_TEST(busy)
{
    struct store_claim claim;
    ck_assert_int_eq(store_kit_put(kit.store, "k", "old", NOW_MS), STORE_OK);
    char *path = store_kit_find(kit.folder, ".value");
    *strrchr(path, '/') = '\0';
    int part = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_eq(flock(part, LOCK_EX), 0);
    ck_assert_int_eq(store_kit_put(kit.store, "k", "new", NOW_MS), STORE_FAILED);
    ck_assert_int_eq(store_claim(kit.store, "k", LEASE_MS, NOW_MS, &claim, &kit.error),
                     STORE_FAILED);
    ck_assert_ptr_nonnull(strstr(kit.error.text, "busy"));
    ck_assert(store_kit_holds(kit.store, "k", "old", NOW_MS));
    kit.error = (struct error)ERROR_INIT;
    ck_assert_int_eq(store_clean(kit.store, NOW_MS + LIFE_MS, &kit.error), STORE_OK);
    ck_assert_int_eq(kit.error.kind, ERROR_NONE);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 1);
    close(part);
    ck_assert_int_eq(store_kit_put(kit.store, "k", "new", NOW_MS), STORE_OK);
    free(path);
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "rights and names", rights_and_names, 1);
    store_kit_add(suite, "spreads", spreads, 1);
    store_kit_add(suite, "what ended is gone", what_ended_is_gone, 1);
    store_kit_add(suite, "questions create nothing", questions_create_nothing, 1);
    store_kit_add(suite, "clean removes what is over", clean_removes_what_is_over, 1);
    store_kit_add(suite, "clean of a large part", clean_of_a_large_part, 1);
    store_kit_add(suite, "clean leaves the rest", clean_leaves_the_rest, 1);
    store_kit_add(suite, "leftover", leftover, 2);
    store_kit_add(suite, "busy", busy, 1);
}

SUITE_MAIN("store dir", fill)
