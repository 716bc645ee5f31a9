/* The dir: backend and what a disk does: in which order things reach it, and when it is full,
 * read-only, not ours or not safe. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"

enum { LIFE_MS = 1000, LEASE_MS = 100 };

/* What reaches the disk, in its order: the library's calls come here before they go on. */
static char calls[16]; /* file is synced, rename, part is synced, store folder is synced: "frps" */
static int failing_call = -1;
static int failure;

/* Whether this call is the one that is to fail. */
static bool note_call(char call)
{
    size_t len = strlen(calls);
    if (len + 1 < sizeof(calls))
        calls[len] = call;
    if ((int)len != failing_call)
        return false;
    errno = failure;
    return true;
}

static void watch_calls(int fail_at, int number)
{
    memset(calls, 0, sizeof(calls));
    failing_call = fail_at;
    failure = number;
}

static bool is_store_folder(const struct stat *status)
{
    struct stat folder;
    ck_assert_int_eq(stat(kit.folder, &folder), 0);
    return folder.st_ino == status->st_ino;
}

int fsync(int descriptor)
{
    struct stat status;
    ck_assert_int_eq(fstat(descriptor, &status), 0);
    char call = 'f';
    if (S_ISDIR(status.st_mode))
        call = is_store_folder(&status) ? 's' : 'p';
    if (note_call(call))
        return -1;
    return (int)syscall(SYS_fsync, descriptor);
}

int renameat(int old_folder, const char *old_path, int new_folder, const char *new_path)
{
    if (note_call('r'))
        return -1;
    return (int)syscall(SYS_renameat2, old_folder, old_path, new_folder, new_path, 0);
}

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

/* Durability: the file before its name; its name, and its part's, before the answer. Nothing for
 * what need not be durable. */

static const struct {
    bool settles; /* else put_if */
    bool durable;
    const char *calls;
} orders[] = {
    { true, true, "frps" },
    { true, false, "r" },
    { false, true, "frps" },
    { false, false, "r" },
};

static enum store_result store_durably(int row, const struct store_claim *claim)
{
    bool durable = orders[row].durable;
    if (!orders[row].settles)
        return put_if("k", "old", "new", durable);
    return store_settle(kit.store, "k", claim, "new", 3, LIFE_MS, durable, NOW_MS, &kit.error);
}

START_TEST(order)
{
    ck_assert_int_eq(store_kit_put(kit.store, "k", "old", NOW_MS), STORE_OK);
    struct store_claim claim = claimed("k", NOW_MS);
    watch_calls(-1, 0);
    ck_assert_int_eq(store_durably(_i, &claim), STORE_OK);
    ck_assert_str_eq(calls, orders[_i].calls);
    ck_assert(store_kit_holds(kit.store, "k", "new", NOW_MS));
}
END_TEST

/* The nth of these calls fails. */
START_TEST(order_interrupted)
{
    struct store_claim other;
    int row = _i / 4 * 2;
    ck_assert_int_eq(store_kit_put(kit.store, "k", "old", NOW_MS), STORE_OK);
    struct store_claim claim = claimed("k", NOW_MS);
    watch_calls(_i % 4, EIO);
    ck_assert_int_eq(store_durably(row, &claim), STORE_FAILED);
    ck_assert_ptr_nonnull(strstr(kit.error.text, "dmesg"));
    watch_calls(-1, 0);
    ck_assert(store_kit_holds(kit.store, "k", _i % 4 < 2 ? "old" : "new", NOW_MS));
    ck_assert_int_eq(store_kit_count(kit.folder, "new"), 0);
    /* Nothing is known, so the claim is not given up either. */
    ck_assert_int_eq(store_claim(kit.store, "k", LEASE_MS, NOW_MS, &other, &kit.error),
                     STORE_TAKEN);
}
END_TEST

/* A disk that is full of bytes, or of files. */

static const struct {
    const char *options;
    size_t len; /* of the values that fill it */
} small[] = {
    { "size=64k,mode=0700", 5000 },
    { "size=64k,mode=0700", 0 },
    { "size=1m,nr_inodes=24,mode=0700", 10 },
};

/* Puts value number i, which consists of the number and as many dots as it takes. */
static enum store_result put_number(int i, size_t len, struct error *why)
{
    char key[16];
    char bytes[8192];
    (void)snprintf(key, sizeof(key), "%d", i);
    memset(bytes, '.', len);
    return store_put(kit.store, key, bytes, len, LIFE_MS, NOW_MS, why);
}

static bool has_number(int i, size_t len)
{
    char key[16];
    struct error why = ERROR_INIT;
    struct buf value = BUF_INIT(8192);
    (void)snprintf(key, sizeof(key), "%d", i);
    bool whole = store_get(kit.store, key, NOW_MS, &value, &why) == STORE_OK && value.len == len;
    buf_release(&value);
    return whole;
}

static void fill_disk(const void *context)
{
    const int *row = context;
    size_t len = small[*row].len;
    struct error why = ERROR_INIT;
    struct store_claim claim;
    int count = 0;
    store_kit_mount(kit.folder, small[*row].options);
    REQUIRE(store_claim(kit.store, "mine", LIFE_MS, NOW_MS, &claim, &why) == STORE_OK);
    while (count < 10000 && put_number(count, len, &why) == STORE_OK)
        count++;
    REQUIRE(count > 3 && count < 10000);
    REQUIRE(why.kind == ERROR_STORE && strstr(why.text, "full") != NULL);
    REQUIRE(strstr(why.text, kit.folder) != NULL);
    REQUIRE(store_kit_count(kit.folder, "/new") == 0);
    /* What has its place keeps it: neither new values nor the failure to store them cost one. */
    for (int i = 0; i < count; i++)
        (void)put_number(i, 8192, &why);
    REQUIRE(store_kit_count(kit.folder, "/new") == 0);
    for (int i = 0; i < count; i++)
        REQUIRE(has_number(i, len) || has_number(i, 8192));
    static const char bytes[8192];
    REQUIRE(store_settle(kit.store, "mine", &claim, bytes, sizeof(bytes), LIFE_MS, true, NOW_MS,
                         &why) == STORE_FAILED);
    /* Room is made, and all is well. */
    REQUIRE(store_release(kit.store, "mine", &claim, NOW_MS, &why) == STORE_OK);
    for (int i = 0; i < 3; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "%d", i);
        REQUIRE(store_remove(kit.store, key, &why) == STORE_OK);
    }
    REQUIRE(put_number(0, len, &why) == STORE_OK && has_number(0, len));
}

/* 0, unless the machine does not allow the test: it has then printed why. */
static int status_of(void (*body)(const void *context), const void *context)
{
    int status = store_kit_run(body, context);
    return status == STORE_KIT_SKIP ? 0 : status;
}

START_TEST(full)
{
    ck_assert_int_eq(status_of(fill_disk, &_i), 0);
}
END_TEST

static void use_read_only(const void *context)
{
    (void)context;
    struct error why = ERROR_INIT;
    struct store_claim claim;
    store_kit_mount(kit.folder, "mode=0700");
    REQUIRE(store_kit_put(kit.store, "k", "v", NOW_MS) == STORE_OK);
    REQUIRE(store_claim(kit.store, "k", LEASE_MS, NOW_MS, &claim, &why) == STORE_OK);
    REQUIRE(mount("none", kit.folder, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL) == 0);
    REQUIRE(store_kit_holds(kit.store, "k", "v", NOW_MS));
    REQUIRE(why.kind == ERROR_NONE);
    REQUIRE(store_put(kit.store, "k", "w", 1, LIFE_MS, NOW_MS, &why) == STORE_FAILED);
    REQUIRE(strstr(why.text, "read-only") != NULL && strstr(why.text, kit.folder) != NULL);
    REQUIRE(store_put(kit.store, "other", "w", 1, LIFE_MS, NOW_MS, &why) == STORE_FAILED);
    REQUIRE(store_claim(kit.store, "j", LEASE_MS, NOW_MS, &claim, &why) == STORE_FAILED);
    REQUIRE(store_claim(kit.store, "k", LEASE_MS, NOW_MS, &claim, &why) == STORE_TAKEN);
    REQUIRE(store_remove(kit.store, "k", &why) == STORE_FAILED);
    REQUIRE(store_index_add(kit.store, "kind", "m", LIFE_MS, NOW_MS, &why) == STORE_FAILED);
    REQUIRE(store_clean(kit.store, NOW_MS + LIFE_MS, &why) == STORE_FAILED);
    REQUIRE(store_kit_holds(kit.store, "k", "v", NOW_MS));
}

START_TEST(read_only)
{
    ck_assert_int_eq(status_of(use_read_only, NULL), 0);
}
END_TEST

/* Folders that are not safe, and such as only look odd. */

static const struct {
    mode_t mode;
    bool usable;
} modes[] = {
    { 0700, true },  { 0750, true },  { 0755, true },  { 02750, true },  { 0720, false },
    { 0770, false }, { 0702, false }, { 0777, false }, { 01777, false }, { 02770, false },
};

START_TEST(mode)
{
    bool usable = modes[_i].usable;
    ck_assert_int_eq(chmod(kit.folder, modes[_i].mode), 0);
    ck_assert_int_eq(store_put(kit.store, "k", "v", 1, LIFE_MS, NOW_MS, &kit.error),
                     usable ? STORE_OK : STORE_FAILED);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), usable ? 1 : 0);
    ck_assert(usable || strstr(kit.error.text, "chmod 0700 /") != NULL);
    ck_assert_int_eq(chmod(kit.folder, 0700), 0);
    /* What was wrong and is mended needs no new process. */
    ck_assert_int_eq(store_kit_put(kit.store, "k", "v", NOW_MS), STORE_OK);
}
END_TEST

/* What is at the place of the store's folder. */
enum { A_FILE, A_LINK, A_LINK_WITH_SLASH, NO_PARENT, NOTHING, EXTRA_SLASHES };

static const struct {
    const char *url; /* the kit's folder comes before it */
    enum store_result result;
    const char *text;
} places[] = {
    [A_FILE] = { "/file", STORE_FAILED, "not a folder" },
    [A_LINK] = { "/link", STORE_FAILED, "symbolic link" },
    [A_LINK_WITH_SLASH] = { "/link//", STORE_FAILED, "symbolic link" },
    [NO_PARENT] = { "/none/store", STORE_FAILED, "mkdir -p" },
    [NOTHING] = { "/store", STORE_OK, "" },
    [EXTRA_SLASHES] = { "//store//", STORE_OK, "" },
};

START_TEST(place)
{
    char *file = memory_format("%s/file", kit.folder);
    char *link = memory_format("%s/link", kit.folder);
    char *real = memory_format("%s/real", kit.folder);
    char *path = memory_format("%s%s", kit.folder, places[_i].url);
    FILE *stream = fopen(file, "wx");
    ck_assert(stream != NULL && fclose(stream) == 0);
    ck_assert_int_eq(mkdir(real, 0700), 0);
    ck_assert_int_eq(symlink(real, link), 0);
    struct store *store = store_kit_open(path);
    ck_assert_int_eq(store_put(store, "k", "v", 1, LIFE_MS, NOW_MS, &kit.error), places[_i].result);
    ck_assert_ptr_nonnull(strstr(kit.error.text, places[_i].text));
    ck_assert_int_eq(store_kit_count(real, ""), 0);
    store_close(store);
    free(path);
    free(real);
    free(link);
    free(file);
}
END_TEST

START_TEST(folder_removed_meanwhile)
{
    ck_assert(!store_kit_holds(kit.store, "k", "v", NOW_MS));
    ck_assert_int_eq(rmdir(kit.folder), 0);
    ck_assert_int_eq(store_put(kit.store, "k", "v", 1, LIFE_MS, NOW_MS, &kit.error), STORE_FAILED);
    ck_assert_int_eq(store_kit_put(kit.store, "k", "v", NOW_MS), STORE_OK);
    ck_assert_int_eq(store_kit_count(kit.folder, ".value"), 1);
}
END_TEST

/* Other users. The tests' own user has no right to arrange all this unless it is root. */

enum { STRANGER = 4242, UNPRIVILEGED = 65534 };

static const struct {
    const char *name;
    uid_t owner; /* of the store's folder */
    mode_t mode;
    bool as_root;
    enum store_result read;
    enum store_result written;
    const char *text;
} owners[] = {
    { "ours", UNPRIVILEGED, 0700, false, STORE_ABSENT, STORE_OK, "" },
    { "another's", STRANGER, 0755, false, STORE_FAILED, STORE_FAILED, "chown -R 65534 /" },
    { "another's, hidden", STRANGER, 0700, false, STORE_FAILED, STORE_FAILED, "no permission" },
    { "root's", 0, 0755, false, STORE_ABSENT, STORE_FAILED, "chown -R 65534 /" },
    { "root's, hidden", 0, 0700, false, STORE_FAILED, STORE_FAILED, "chown -R 65534 /" },
    { "ours, not to be written", UNPRIVILEGED, 0500, false, STORE_ABSENT, STORE_FAILED, "chown" },
    { "root in another's", UNPRIVILEGED, 0700, true, STORE_FAILED, STORE_FAILED, "as that user" },
};

static void use_as_other(const void *context)
{
    const int *row = context;
    struct error why = ERROR_INIT;
    struct buf value = BUF_INIT(16);
    if (!owners[*row].as_root)
        store_kit_drop_rights();
    REQUIRE(store_get(kit.store, "k", NOW_MS, &value, &why) == owners[*row].read);
    REQUIRE(store_put(kit.store, "k", "v", 1, LIFE_MS, NOW_MS, &why) == owners[*row].written);
    REQUIRE(strstr(why.text, owners[*row].text) != NULL);
    buf_release(&value);
}

START_TEST(owner)
{
    if (geteuid() != 0) {
        (void)fprintf(stderr, "skipped: %s: only root can give a folder away\n", owners[_i].name);
        return;
    }
    ck_assert_int_eq(chown(kit.folder, owners[_i].owner, 0), 0);
    ck_assert_int_eq(chmod(kit.folder, owners[_i].mode), 0);
    ck_assert_msg(store_kit_run(use_as_other, &_i) == 0, "%s", owners[_i].name);
}
END_TEST

/* A part or a file that this user may not read or write, deeper in. */
static void use_without_rights(const void *context)
{
    const int *row = context;
    struct error why = ERROR_INIT;
    struct buf value = BUF_INIT(16);
    store_kit_drop_rights();
    REQUIRE(store_kit_put(kit.store, "k", "v", NOW_MS) == STORE_OK);
    char *path = store_kit_find(kit.folder, ".value");
    if (*row > 0)
        *strrchr(path, '/') = '\0';
    REQUIRE(chmod(path, *row == 2 ? 0500 : 0) == 0);
    if (*row < 2) {
        REQUIRE(store_get(kit.store, "k", NOW_MS, &value, &why) == STORE_FAILED);
        REQUIRE(strstr(why.text, "no permission: chown -R ") != NULL);
    }
    why = (struct error)ERROR_INIT;
    REQUIRE(*row == 0 || store_put(kit.store, "k", "w", 1, LIFE_MS, NOW_MS, &why) == STORE_FAILED);
    REQUIRE(*row == 0 || strstr(why.text, "no permission: chown -R ") != NULL);
    REQUIRE(chmod(path, 0700) == 0);
    REQUIRE(store_kit_holds(kit.store, "k", "v", NOW_MS));
    buf_release(&value);
    free(path);
}

START_TEST(no_rights)
{
    if (geteuid() == 0)
        ck_assert_int_eq(chown(kit.folder, UNPRIVILEGED, UNPRIVILEGED), 0);
    ck_assert_int_eq(store_kit_run(use_without_rights, &_i), 0);
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "order", order, COUNT(orders));
    store_kit_add(suite, "order interrupted", order_interrupted, 8);
    store_kit_add(suite, "full", full, COUNT(small));
    store_kit_add(suite, "read-only", read_only, 1);
    store_kit_add(suite, "mode", mode, COUNT(modes));
    store_kit_add(suite, "place", place, COUNT(places));
    store_kit_add(suite, "folder removed meanwhile", folder_removed_meanwhile, 1);
    store_kit_add(suite, "owner", owner, COUNT(owners));
    store_kit_add(suite, "no rights", no_rights, 3);
}

SUITE_MAIN("store disk", fill)
