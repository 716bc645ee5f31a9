#include <errno.h>
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
#include "report.h"
#include "scene.h"
#include "store.h"

enum { LIFE_MS = 1000, KEY_LEN = 8, MIB = 1 << 20, ROOM_MIB = 64 };

static const char folder_start[] = "dir:";

/* Writes, reads and removes a key that nobody else has. */
static bool try_store(const char *url, struct error *error)
{
    char random[2 * KEY_LEN + 1];
    struct buf value = BUF_INIT(64);
    struct store *store = store_open(url);
    cipher_random_hex(random, KEY_LEN);
    char *key = memory_format("feishu-setup-%s", random);
    const int64_t now_ms = clock_wall_ms();
    const bool done =
        store_put(store, key, random, sizeof(random), LIFE_MS, now_ms, error) == STORE_OK &&
        store_get(store, key, now_ms, &value, error) == STORE_OK &&
        store_remove(store, key, error) == STORE_OK;
    store_close(store);
    buf_release(&value);
    free(key);
    return done;
}

/* The folder's owner is not whom the CGI runs as; only root can tell for certain. */
static bool is_of_another(const struct scene *scene, const char *folder, struct finding *finding)
{
    struct stat status;
    uid_t user;
    gid_t group;
    if (geteuid() != 0 || stat(folder, &status) != 0 || !place_user(&scene->place, &user, &group) ||
        status.st_uid == user)
        return false;
    const struct passwd *entry = getpwuid(status.st_uid);
    finding_set(finding, FINDING_FAIL,
                memory_format(_("%s belongs to %s, and the CGI runs as %s"), folder,
                              entry == NULL ? "?" : entry->pw_name, scene->place.user),
                memory_format(_("Run: chown -R %s: %s"), scene->place.user, folder));
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

static void judge(const struct scene *scene, const char *folder, const struct error *error,
                  bool done, struct finding *finding)
{
    if (!done) {
        finding_set(finding, FINDING_FAIL, memory_copy(error->text),
                    memory_format(_("Run: install -d -m 700 -o %s %s; or run this as root"),
                                  scene->place.user, folder));
        return;
    }
    if (!is_nearly_full(folder, finding))
        finding_set(finding, FINDING_PASS, memory_format(_("%s can be written"), folder), NULL);
}

void probe_store(struct scene *scene, struct finding *finding)
{
    struct owner owner;
    struct error error = ERROR_INIT;
    const char *url = scene->link.config.store_url;
    const char *folder = url + strlen(folder_start);
    uid_t user = 0;
    gid_t group = 0;
    if (strncmp(url, folder_start, strlen(folder_start)) != 0) {
        finding_set(
            finding, FINDING_WARN,
            memory_copy(_("there is no store: no command runs, and answers may come twice")),
            memory_copy(_("Set store.url to a folder of the CGI's user, "
                          "'dir:/var/lib/feishu'")));
        return;
    }
    if (is_of_another(scene, folder, finding))
        return;
    if (!place_user(&scene->place, &user, &group))
        user = 0;
    bool done = owner_become(&owner, url, user, &error);
    if (done) {
        done = try_store(url, &error);
        owner_return(&owner);
    }
    judge(scene, folder, &error, done, finding);
}
