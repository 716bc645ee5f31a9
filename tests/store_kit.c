#include "store_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "buf.h"
#include "error.h"
#include "memory.h"

enum { NOBODY = 65534, OPEN_MAX_FOLDERS = 8, TEST_MAX_S = 60 };

struct store_kit kit;

static void setup(void)
{
    kit.folder = store_kit_folder();
    kit.store = store_kit_open(kit.folder);
    kit.error = (struct error)ERROR_INIT;
}

static void teardown(void)
{
    store_close(kit.store);
    store_kit_remove(kit.folder);
}

TCase *store_kit_add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test, 0, rows);
    tcase_set_timeout(tcase, TEST_MAX_S);
    suite_add_tcase(suite, tcase);
    return tcase;
}

char *store_kit_folder(void)
{
    const char *base = getenv("TMPDIR");
    char *folder = memory_format("%s/check-store-XXXXXX", base != NULL ? base : "/tmp");
    REQUIRE(mkdtemp(folder) != NULL);
    return folder;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void store_kit_remove(char *folder)
{
    (void)nftw(folder, remove_one, OPEN_MAX_FOLDERS, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

struct store *store_kit_open(const char *folder)
{
    char *url = memory_format("dir:%s", folder);
    struct store *store = store_open(url);
    free(url);
    return store;
}

pid_t store_kit_fork(void (*body)(const void *context), const void *context)
{
    (void)fflush(NULL);
    pid_t process = fork();
    REQUIRE(process >= 0);
    if (process == 0) {
        body(context);
        _exit(0);
    }
    return process;
}

int store_kit_wait(pid_t process)
{
    int status = 0;
    while (waitpid(process, &status, 0) < 0)
        REQUIRE(errno == EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int store_kit_run(void (*body)(const void *context), const void *context)
{
    return store_kit_wait(store_kit_fork(body, context));
}

void store_kit_drop_rights(void)
{
    if (geteuid() != 0)
        return;
    REQUIRE(setgroups(0, NULL) == 0);
    REQUIRE(setresgid(NOBODY, NOBODY, NOBODY) == 0);
    REQUIRE(setresuid(NOBODY, NOBODY, NOBODY) == 0);
}

/* Ends the process because the machine lacks what the test needs. */
static void skip(const char *what)
{
    (void)fprintf(stderr, "skipped: %s: %s\n", what, strerror(errno));
    _exit(STORE_KIT_SKIP);
}

static void write_text(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
        skip(path);
    close(file);
}

/* A user namespace in which this user is root. */
static void become_root(void)
{
    char *users = memory_format("0 %u 1", (unsigned)geteuid());
    char *groups = memory_format("0 %u 1", (unsigned)getegid());
    if (unshare(CLONE_NEWUSER) != 0)
        skip("a user namespace");
    write_text("/proc/self/setgroups", "deny");
    write_text("/proc/self/uid_map", users);
    write_text("/proc/self/gid_map", groups);
    free(users);
    free(groups);
}

void store_kit_mount(const char *folder, const char *options)
{
    if (geteuid() != 0)
        become_root();
    if (unshare(CLONE_NEWNS) != 0)
        skip("a mount namespace");
    if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0)
        skip("private mounts");
    if (mount("none", folder, "tmpfs", 0, options) != 0)
        skip("a tmpfs");
}

/* nftw hands no context on. */
static const char *wanted;
static int found;
static char *found_path;

static int look_at(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)walk;
    size_t len = strlen(path);
    if (type == FTW_D || len < strlen(wanted) || strcmp(path + len - strlen(wanted), wanted) != 0)
        return 0;
    found++;
    free(found_path);
    found_path = memory_copy(path);
    return 0;
}

int store_kit_count(const char *folder, const char *suffix)
{
    wanted = suffix;
    found = 0;
    REQUIRE(nftw(folder, look_at, OPEN_MAX_FOLDERS, FTW_PHYS) == 0);
    free(found_path);
    found_path = NULL;
    return found;
}

char *store_kit_find(const char *folder, const char *suffix)
{
    wanted = suffix;
    found = 0;
    REQUIRE(nftw(folder, look_at, OPEN_MAX_FOLDERS, FTW_PHYS) == 0);
    REQUIRE(found == 1);
    char *path = found_path;
    found_path = NULL;
    return path;
}

enum store_result store_kit_put(struct store *store, const char *key, const char *text,
                                int64_t now_ms)
{
    struct error error = ERROR_INIT;
    return store_put(store, key, text, strlen(text), 1000, now_ms, &error);
}

bool store_kit_holds(struct store *store, const char *key, const char *text, int64_t now_ms)
{
    struct error error = ERROR_INIT;
    struct buf value = BUF_INIT(STORE_VALUE_MAX);
    bool same = store_get(store, key, now_ms, &value, &error) == STORE_OK &&
                value.len == strlen(text) && strcmp(buf_text(&value), text) == 0;
    buf_release(&value);
    return same;
}
