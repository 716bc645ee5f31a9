/* The configuration is written whole or not at all, with its rights and one backup. */
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config_save.h"
#include "error.h"
#include "memory.h"

static char folder[64];
static char path[80];

static void setup(void)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/check-setup-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/feishu.conf", folder);
}

static void teardown(void)
{
    char *backup = memory_format("%s.bak", path);
    (void)unlink(backup);
    free(backup);
    ck_assert(remove(path) == 0 || errno == ENOENT);
    ck_assert_int_eq(rmdir(folder), 0);
}

static bool save(const char *text)
{
    struct error error = ERROR_INIT;
    return config_save(path, text, strlen(text), getegid(), &error);
}

/* What the file holds; "" if it is not there. */
static const char *held(const char *suffix)
{
    static char text[64];
    char *name = memory_format("%s%s", path, suffix);
    FILE *file = fopen(name, "re");
    text[0] = '\0';
    if (file != NULL) {
        text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
        (void)fclose(file);
    }
    free(name);
    return text;
}

static unsigned rights(const char *suffix)
{
    struct stat status;
    char *name = memory_format("%s%s", path, suffix);
    ck_assert_int_eq(stat(name, &status), 0);
    free(name);
    return status.st_mode & 07777;
}

static int count_files(void)
{
    int count = 0;
    DIR *stream = opendir(folder);
    ck_assert_ptr_nonnull(stream);
    while (readdir(stream) != NULL)
        count++;
    (void)closedir(stream);
    return count - 2;
}

START_TEST(writes_and_keeps_one_backup)
{
    const unsigned wanted = geteuid() == 0 ? 0640 : 0600;
    ck_assert(save("one"));
    ck_assert_str_eq(held(""), "one");
    ck_assert_uint_eq(rights(""), wanted);
    ck_assert_int_eq(count_files(), 1);
    ck_assert_int_eq(chmod(path, 0644), 0);
    ck_assert(save("two"));
    ck_assert_str_eq(held(""), "two");
    ck_assert_str_eq(held(".bak"), "one");
    ck_assert_uint_eq(rights(".bak"), wanted);
    ck_assert(save("three"));
    ck_assert_str_eq(held(".bak"), "two");
    ck_assert_uint_eq(rights(""), wanted);
    ck_assert_int_eq(count_files(), 2);
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
    ck_assert_int_eq(symlink("/etc/hostname", path), 0);
    ck_assert(!save("one"));
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert(!save("one"));
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

START_TEST(fails_without_a_trace)
{
    char *inside = memory_format("%s/none/feishu.conf", folder);
    struct error error = ERROR_INIT;
    ck_assert(!config_save(inside, "x", 1, getegid(), &error));
    ck_assert_int_eq(error.kind, ERROR_INTERNAL);
    ck_assert_ptr_nonnull(strstr(error.text, inside));
    free(inside);
}
END_TEST

/* No room: the file system refuses any byte beyond a limit. */
START_TEST(a_full_disk_changes_nothing)
{
    const struct rlimit limit = { 2, 2 };
    ck_assert(save("one"));
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(!save("another"));
    ck_assert_str_eq(held(""), "one");
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

static void fill(Suite *suite)
{
    TCase *tcase = tcase_create("saves");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, writes_and_keeps_one_backup);
    tcase_add_test(tcase, refuses_what_is_no_file);
    tcase_add_test(tcase, fails_without_a_trace);
    tcase_add_test(tcase, a_full_disk_changes_nothing);
    suite_add_tcase(suite, tcase);
}

SUITE_MAIN("setup config save", fill)
