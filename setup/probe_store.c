#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "buf.h"
#include "cipher.h"
#include "clock.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "owner.h"
#include "redis_keeps.h"
#include "report.h"
#include "scene.h"
#include "store.h"
#include "stranger.h"

enum { LIFE_MS = 1000, KEY_LEN = 8, MIB = 1 << 20, ROOM_MIB = 64 };

static const char folder_start[] = "dir:";

/* Writes, reads and removes a key that nobody else has; as commands do, if nobody wrote it before.
 */
static bool try_store(const char *url, struct error *error)
{
    char random[2 * KEY_LEN + 1];
    struct buf value = BUF_INIT(64);
    struct store *store = store_open(url);
    cipher_random_hex(random, KEY_LEN);
    char *key = memory_format("feishu-setup-%s", random);
    const int64_t now_ms = clock_wall_ms();
    const struct store_change change = { .value = random,
                                         .len = sizeof(random),
                                         .life_ms = LIFE_MS };
    const bool done = store_put_if(store, key, &change, now_ms, error) == STORE_OK &&
                      store_get(store, key, now_ms, &value, error) == STORE_OK &&
                      store_remove(store, key, error) == STORE_OK;
    store_close(store);
    buf_release(&value);
    free(key);
    return done;
}

/* The name of a user. Caller frees. */
static char *name_of(uid_t user)
{
    const struct passwd *entry = getpwuid(user);
    return entry == NULL ? memory_format("%ju", (uintmax_t)user) : memory_copy(entry->pw_name);
}

/* The store is another's than whom the CGI runs as, or another's than ours where we are not root.
 */
static bool is_of_another(const struct scene *scene, const char *folder, const struct stat *status,
                          struct finding *finding)
{
    uid_t user;
    gid_t group;
    const bool known = place_user(&scene->place, &user, &group);
    const bool wrong = known && status->st_uid != user;
    if (!wrong && status->st_uid == geteuid())
        return false;
    char *name = name_of(status->st_uid);
    if (wrong)
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s belongs to %s, and the CGI runs as %s"), folder, name,
                                  scene->place.user),
                    memory_format(_("Run: chown -R %s: %s"), scene->place.user, folder));
    else
        finding_set(
            finding, FINDING_SKIP,
            memory_format(_("%s belongs to %s: only that user and root can try it"), folder, name),
            memory_copy(_("Run this as root or as the CGI's user")));
    free(name);
    return true;
}

/* Bytes are counted as a user has them who is not root. */
static bool is_nearly_full(const char *folder, struct finding *finding)
{
    struct statvfs disk;
    if (statvfs(folder, &disk) != 0)
        return false;
    const uint64_t free_mib = (uint64_t)disk.f_bavail * disk.f_frsize / MIB;
    const bool few_files = disk.f_files > 0 && disk.f_favail < 1000;
    if (free_mib >= ROOM_MIB && !few_files)
        return false;
    finding_set(finding, FINDING_WARN,
                few_files
                    ? memory_format(_("the disk of %s has hardly room for more files"), folder)
                    : memory_format(_("the disk of %s has %llu MiB left"), folder,
                                    (unsigned long long)free_mib),
                memory_copy(_("Make room: without it no command runs and answers may come twice")));
    return true;
}

/* A folder that is to be made by the CGI. */
static void judge_absent(const struct scene *scene, const char *folder, struct finding *finding)
{
    const char *slash = strrchr(folder, '/');
    char *above = memory_copy_bytes(folder, (size_t)(slash - folder) + 1);
    if (faccessat(AT_FDCWD, above, W_OK | X_OK, AT_EACCESS) == 0)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s is not there yet: the CGI will make it"), folder), NULL);
    else
        finding_set(
            finding, FINDING_FAIL,
            memory_format(_("%s is not there, and the CGI cannot make it"), folder),
            memory_format(_("Run as root: install -d -m 700 -o %s %s"), scene->place.user, folder));
    free(above);
}

/* Somebody else's file among the owner's, as root leaves it: the CGI fails at it now and then. */
static bool has_stranger(const char *folder, const struct stat *status, struct finding *finding)
{
    char *path = stranger_find(folder, status->st_uid);
    if (path == NULL)
        return false;
    finding_set(finding, FINDING_FAIL,
                memory_format(_("%s belongs to another user than the store"), path),
                memory_format(_("Run: chown -R --reference=%s %s"), folder, folder));
    free(path);
    return true;
}

/* The store is there, and others may see who asked what when. */
static bool is_open_to_others(const char *folder, const struct stat *status,
                              struct finding *finding)
{
    if ((status->st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return false;
    const bool written = (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;
    finding_set(finding, written ? FINDING_FAIL : FINDING_WARN,
                written ? memory_format(_("others may write to %s, so it is not used"), folder)
                        : memory_format(_("others may look into %s"), folder),
                memory_format(_("Run: chmod 0700 %s"), folder));
    return true;
}

static void judge_there(const struct scene *scene, const char *folder, const struct stat *status,
                        struct finding *finding)
{
    struct error error = ERROR_INIT;
    const bool is_folder = S_ISDIR(status->st_mode); /* else the store says what is wrong */
    if (is_folder &&
        (is_of_another(scene, folder, status, finding) || has_stranger(folder, status, finding)))
        return;
    const bool others = is_folder && is_open_to_others(folder, status, finding);
    if (others && finding->status == FINDING_FAIL)
        return;
    if (!try_store(scene->link.config.store_url.data, &error))
        finding_set(finding, FINDING_FAIL, memory_copy(error.text),
                    memory_format(_("See its rights and its disk: ls -ld %s; df -h %s; df -i %s"),
                                  folder, folder, folder));
    else if (!is_nearly_full(folder, finding) && !others)
        finding_set(finding, FINDING_PASS, memory_format(_("%s can be written"), folder), NULL);
}

/* As its owner. */
static void examine(const struct scene *scene, const char *folder, struct finding *finding)
{
    struct stat status;
    if (lstat(folder, &status) == 0)
        judge_there(scene, folder, &status, finding);
    else if (errno == ENOENT)
        judge_absent(scene, folder, finding);
    else
        finding_set(finding, FINDING_FAIL, memory_format("%s: %s", folder, strerror(errno)),
                    memory_format(_("Let %s enter each folder above it; they are: namei -l %s"),
                                  scene->place.user, folder));
}

/* What helps, by a word of what went wrong; the last row is for all else. */
static const struct {
    const char *word;
    const char *advice;
} redis_advice[] = {
    { "WRONGPASS", N_("Correct the Redis's user and password in the configuration") },
    { "NOAUTH", N_("Correct the Redis's user and password in the configuration") },
    { "NOPERM", N_("Allow that user the keys and commands that INSTALL.md names (Growing)") },
    { "READONLY", N_("This Redis is a replica: name the primary in the configuration") },
    { "OOM", N_("Give Redis more memory (maxmemory), and maxmemory-policy noeviction") },
    { "Permission denied", N_("Let the CGI's user connect to the socket of Redis") },
    { "cannot be loaded", N_("Without that library no Redis can be used") },
    { "", N_("Start Redis, or correct its url in the configuration; behind stunnel see its log") },
};

static const char *advise(const char *trouble)
{
    size_t row = 0;
    while (strstr(trouble, redis_advice[row].word) == NULL)
        row++;
    return _(redis_advice[row].advice);
}

/* The folder for locks, which a store that is no folder leaves to the machine. */
static bool state_is_usable(const struct scene *scene, struct finding *finding)
{
    const char *folder = scene->link.config.state_directory;
    if (faccessat(AT_FDCWD, folder, R_OK | W_OK | X_OK, AT_EACCESS) == 0)
        return true;
    if (errno == ENOENT) {
        judge_absent(scene, folder, finding);
        return finding->status == FINDING_PASS;
    }
    finding_set(
        finding, FINDING_FAIL, memory_format("%s: %s", folder, strerror(errno)),
        memory_format(_("Run as root: install -d -m 700 -o %s %s"), scene->place.user, folder));
    return false;
}

/* A store that is no folder, as the CGI finds it. */
static void examine_redis(const struct scene *scene, struct finding *finding)
{
    struct error error = ERROR_INIT;
    const char *url = scene->link.config.store_url.data;
    if (!state_is_usable(scene, finding))
        return;
    if (!try_store(url, &error))
        finding_set(finding, FINDING_FAIL, memory_copy(error.text),
                    memory_copy(advise(error.text)));
    else if (redis_keeps(url, finding))
        finding_set(finding, FINDING_PASS, memory_copy(_("Redis can be written")), NULL);
}

static void probe_redis(const struct scene *scene, struct finding *finding)
{
    struct owner owner;
    struct error error = ERROR_INIT;
    uid_t user = 0;
    gid_t group = 0;
    if (!place_user(&scene->place, &user, &group))
        user = 0;
    if (!owner_become_user(&owner, user, group, &error)) {
        finding_set(finding, FINDING_FAIL, memory_copy(error.text), NULL);
        return;
    }
    examine_redis(scene, finding);
    owner_return(&owner);
}

void probe_store(struct scene *scene, struct finding *finding)
{
    struct owner owner;
    struct error error = ERROR_INIT;
    const char *url = scene->link.config.store_url.data;
    uid_t user = 0;
    gid_t group = 0;
    if (strcmp(url, "none") != 0 && strncmp(url, folder_start, strlen(folder_start)) != 0) {
        probe_redis(scene, finding);
        return;
    }
    if (strncmp(url, folder_start, strlen(folder_start)) != 0) {
        finding_set(
            finding, FINDING_WARN,
            memory_copy(_("there is no store: no command runs, and answers may come twice")),
            memory_copy(_("Set store.url to a folder of the CGI's user, "
                          "'dir:/var/lib/feishu'")));
        return;
    }
    if (!place_user(&scene->place, &user, &group))
        user = 0;
    if (!owner_become(&owner, url, user, &error)) {
        finding_set(finding, FINDING_FAIL, memory_copy(error.text), NULL);
        return;
    }
    char *folder = memory_copy(url + strlen(folder_start));
    for (size_t len = strlen(folder); len > 1 && folder[len - 1] == '/'; len--)
        folder[len - 1] = '\0';
    examine(scene, folder, finding);
    free(folder);
    owner_return(&owner);
}
