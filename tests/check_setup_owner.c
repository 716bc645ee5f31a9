/* Root acts as the owner of the store, and is root again afterwards. */
#include "suite.h"

#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "memory.h"
#include "owner.h"
#include "store.h"
#include "store_kit.h"
#include "stranger.h"

enum { USER = 65534, GROUP = 65533, GROUPS_MAX = 64 };

static char *folder;
static char *url;
static gid_t groups[GROUPS_MAX];
static int group_count;

static void setup(void)
{
    folder = store_kit_folder();
    url = memory_format("dir:%s/store", folder);
    group_count = getgroups(GROUPS_MAX, groups);
    ck_assert_int_ge(group_count, 0);
}

static void teardown(void)
{
    store_kit_remove(folder);
    free(url);
}

/* Makes the store's folder; of USER, if we are root. */
static void make_store(void)
{
    ck_assert_int_eq(chmod(folder, 0711), 0);
    ck_assert_int_eq(mkdir(url + strlen("dir:"), S_IRWXU), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(chown(url + strlen("dir:"), USER, GROUP), 0);
}

static void expect_unchanged(uid_t user, gid_t group)
{
    gid_t now[GROUPS_MAX];
    ck_assert_uint_eq(geteuid(), user);
    ck_assert_uint_eq(getegid(), group);
    ck_assert_int_eq(getgroups(GROUPS_MAX, now), group_count);
    ck_assert(memcmp(now, groups, (size_t)group_count * sizeof(gid_t)) == 0);
}

START_TEST(who_is_not_root_stays_who_he_is)
{
    struct owner owner;
    struct error error = ERROR_INIT;
    const uid_t before = geteuid();
    if (before == 0)
        ck_assert_int_eq(seteuid(USER), 0);
    const uid_t user = geteuid();
    ck_assert(owner_become(&owner, url, 1, &error));
    ck_assert(!owner.changed);
    ck_assert_uint_eq(geteuid(), user);
    owner_return(&owner);
    ck_assert_uint_eq(geteuid(), user);
    ck_assert_int_eq(seteuid(before), 0);
}
END_TEST

START_TEST(becomes_the_folders_owner_and_returns)
{
    struct owner owner;
    struct error error = ERROR_INIT;
    const gid_t further[] = { 4, 24 };
    const uid_t user = geteuid();
    if (user == 0) {
        ck_assert_int_eq(setgroups(2, further), 0);
        group_count = getgroups(GROUPS_MAX, groups);
        ck_assert_int_eq(group_count, 2);
    }
    const gid_t group = getegid();
    make_store();
    ck_assert(owner_become(&owner, url, 1, &error));
    if (user == 0) {
        ck_assert_uint_eq(geteuid(), USER);
        ck_assert_uint_eq(getegid(), GROUP);
        ck_assert_int_eq(getgroups(0, NULL), 0);
        ck_assert_uint_eq(getuid(), 0);
    }
    owner_return(&owner);
    expect_unchanged(user, group);
}
END_TEST

START_TEST(without_a_folder_becomes_the_other)
{
    struct owner owner;
    struct error error = ERROR_INIT;
    const uid_t user = geteuid();
    const gid_t group = getegid();
    ck_assert(owner_become(&owner, url, USER, &error));
    if (user == 0)
        ck_assert_uint_eq(geteuid(), USER);
    owner_return(&owner);
    expect_unchanged(user, group);
}
END_TEST

/* Stores that are no folder, and folders of root's, change nobody. */
START_TEST(nothing_to_become)
{
    static const char *const urls[] = { "none", "dir:/", "other:/x" };
    struct owner owner;
    struct error error = ERROR_INIT;
    ck_assert(owner_become(&owner, urls[_i], USER, &error));
    ck_assert_msg(!owner.changed, "%s", urls[_i]);
    ck_assert(owner_become_user(&owner, 0, 0, &error));
    ck_assert(!owner.changed);
}
END_TEST

/* Everything that a store does, by root: puts, claims, an index, a clean. */
static void use_store(struct error *error)
{
    struct owner owner;
    struct store_claim claim;
    const int64_t now_ms = clock_wall_ms();
    ck_assert(owner_become(&owner, url, USER, error));
    struct store *store = store_open(url);
    for (int i = 0; i < 40; i++) {
        char *key = memory_format("key-%d", i);
        ck_assert_msg(store_put(store, key, "x", 1, 60000, now_ms, error) == STORE_OK, "%s",
                      error->text);
        ck_assert(store_claim(store, key, 1000, now_ms, &claim, error) == STORE_OK);
        ck_assert(store_index_add(store, "kind", key, 60000, now_ms, error) == STORE_OK);
        ck_assert(store_clean(store, now_ms, error) == STORE_OK);
        free(key);
    }
    store_close(store);
    owner_return(&owner);
}

START_TEST(nothing_in_the_store_is_roots)
{
    struct error error = ERROR_INIT;
    make_store();
    use_store(&error);
    char *found = stranger_find(url + strlen("dir:"), geteuid() == 0 ? USER : geteuid());
    ck_assert_msg(found == NULL, "%s is another's", found);
    ck_assert_int_gt(store_kit_count(url + strlen("dir:"), ".value"), 0);
}
END_TEST

START_TEST(strangers_are_found_at_any_depth)
{
    struct error error = ERROR_INIT;
    if (geteuid() != 0)
        return;
    make_store();
    use_store(&error);
    char *path = memory_format("%s/part/entry", url + strlen("dir:"));
    char *part = memory_format("%s/part", url + strlen("dir:"));
    ck_assert_int_eq(mkdir(part, S_IRWXU), 0);
    ck_assert_int_eq(chown(part, USER, GROUP), 0);
    ck_assert_int_eq(mkdir(path, S_IRWXU), 0);
    char *found = stranger_find(url + strlen("dir:"), USER);
    ck_assert_ptr_nonnull(found);
    ck_assert_str_eq(found, path);
    free(found);
    free(part);
    free(path);
}
END_TEST

/* What is no folder to walk has no strangers. */
START_TEST(no_folder_has_no_strangers)
{
    ck_assert_ptr_null(stranger_find("/nonexistent/folder", geteuid()));
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

static void fill(Suite *suite)
{
    add(suite, "not root", who_is_not_root_stays_who_he_is, 1);
    add(suite, "becomes and returns", becomes_the_folders_owner_and_returns, 1);
    add(suite, "no folder yet", without_a_folder_becomes_the_other, 1);
    add(suite, "nothing to become", nothing_to_become, 3);
    add(suite, "the store stays its owner's", nothing_in_the_store_is_roots, 1);
    add(suite, "strangers", strangers_are_found_at_any_depth, 1);
    add(suite, "no folder", no_folder_has_no_strangers, 1);
}

SUITE_MAIN("setup owner", fill)
