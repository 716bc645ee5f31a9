/* The configuration is written whole or not at all, with its rights and one backup. */
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config_save.h"
#include "error.h"
#include "memory.h"
#include "process_kit.h"

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
    struct rlimit before;
    ck_assert(save("one"));
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit limit = { 2, before.rlim_max };
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const bool done = save("another");
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert(!done);
    ck_assert_str_eq(held(""), "one");
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

/* Removes what a killed process may leave: whole files under names of their own. */
static int sweep(void)
{
    int count = 0;
    const struct dirent *entry;
    DIR *stream = opendir(folder);
    ck_assert_ptr_nonnull(stream);
    while ((entry = readdir(stream)) != NULL) {
        const size_t len = strlen(entry->d_name);
        if (len > 4 && strcmp(entry->d_name + len - 4, ".bak") != 0 &&
            strcmp(entry->d_name, "feishu.conf") != 0) {
            ck_assert_int_eq(unlinkat(dirfd(stream), entry->d_name, 0), 0);
            count++;
        }
    }
    (void)closedir(stream);
    return count;
}

/* Saves in a child that gets the signal when it has begun or ended so many system calls; whether it
 * came so far. What the parent may not trace is told by -1. */
static int interrupt_at(int calls, int number)
{
    int status = 0;
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)setpgid(0, 0);
        (void)signal(number, SIG_DFL); /* Check's own would end the group */
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
            _exit(2);
        (void)raise(SIGSTOP);
        _exit(save("new") ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (WIFEXITED(status))
        return -1;
    for (int i = 0; i < calls && WIFSTOPPED(status); i++) {
        ck_assert_int_eq(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
    }
    if (!WIFSTOPPED(status))
        return 0;
    ck_assert_int_eq(kill(child, number), 0);
    ck_assert(ptrace(PTRACE_DETACH, child, NULL, NULL) == 0 || errno == ESRCH);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return 1;
}

/* Whatever the moment, path holds the old text or the new one; what ends a process without force
 * leaves nothing beside it. */
static void survives(int number)
{
    int calls = 0;
    int came = 1;
    for (; came == 1; calls++) {
        ck_assert(save("old"));
        came = interrupt_at(calls, number);
        if (came < 0)
            return;
        ck_assert_msg(strcmp(held(""), "old") == 0 || strcmp(held(""), "new") == 0, "%d: \"%s\"",
                      calls, held(""));
        const int left = sweep();
        ck_assert_msg(number == SIGKILL || left == 0, "%d: something is left", calls);
    }
    ck_assert_int_gt(calls, 20);
    ck_assert_str_eq(held(""), "new");
}

static const int signals[] = { SIGKILL, SIGTERM, SIGHUP, SIGINT };

START_TEST(a_signal_leaves_the_old_or_the_new)
{
    survives(signals[_i]);
}
END_TEST

/* The folder lets nobody write; root may anyway. */
START_TEST(a_folder_that_may_not_be_written_changes_nothing)
{
    ck_assert(save("one"));
    ck_assert_int_eq(chmod(folder, 0500), 0);
    const bool done = save("two");
    ck_assert_int_eq(chmod(folder, 0700), 0);
    ck_assert(done == (geteuid() == 0));
    ck_assert_str_eq(held(""), done ? "two" : "one");
    ck_assert_int_eq(count_files(), done ? 2 : 1);
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
    tcase_add_test(tcase, a_folder_that_may_not_be_written_changes_nothing);
    if (process_kit_works("signals while saving"))
        tcase_add_loop_test(tcase, a_signal_leaves_the_old_or_the_new, 0, COUNT(signals));
    suite_add_tcase(suite, tcase);
}

SUITE_MAIN("setup config save", fill)
