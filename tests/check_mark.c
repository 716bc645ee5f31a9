/* When something last happened, in the time of a file. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mark.h"
#include "memory.h"
#include "store_kit.h"
#include "suite.h"

START_TEST(is_there)
{
    char *folder = memory_format("%s/state", kit.folder);
    struct stat status;
    char *path = memory_format("%s/it", folder);
    ck_assert_int_eq(mark_get(folder, "it"), 0);
    mark_set(folder, "it", NOW_MS + 123);
    ck_assert_int_eq(mark_get(folder, "it"), NOW_MS + 123);
    ck_assert_int_eq(mark_get(folder, "other"), 0);
    mark_set(folder, "it", NOW_MS + 456);
    ck_assert_int_eq(mark_get(folder, "it"), NOW_MS + 456);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    ck_assert_int_eq(status.st_size, 0);
    free(path);
    free(folder);
}
END_TEST

/* A link in its place leads nowhere. */
START_TEST(follows_no_link)
{
    char *path = memory_format("%s/it", kit.folder);
    char *target = memory_format("%s/target", kit.folder);
    ck_assert_int_eq(symlink(target, path), 0);
    mark_set(kit.folder, "it", NOW_MS);
    ck_assert_int_ne(access(target, F_OK), 0);
    ck_assert_int_eq(mark_get(kit.folder, "it"), 0);
    free(target);
    free(path);
}
END_TEST

START_TEST(cannot_be_made)
{
    mark_set("/dev/null/state", "it", NOW_MS);
    ck_assert_int_eq(mark_get("/dev/null/state", "it"), 0);
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "is there", is_there, 1);
    store_kit_add(suite, "follows no link", follows_no_link, 1);
    store_kit_add(suite, "cannot be made", cannot_be_made, 1);
}

SUITE_MAIN("mark", fill)
