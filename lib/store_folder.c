#include "store_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "memory.h"

enum {
    OPEN_FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
    LOCK_WAIT_MS = 300,
    LOCK_PAUSE_NS = 2000000 /* between two tries */
};

static const struct {
    int number;
    const char *text;
} failures[] = {
    { ENOSPC, "the disk is full: free space, or inodes (df -h; df -i), under" },
    { EDQUOT, "the disk quota is used up: raise it or free space, under" },
    { EROFS, "mounted read-only: remount it read-write, or for a systemd service list it in "
             "ReadWritePaths=," },
    { ENOENT, "missing, and so is the folder above: create it with mkdir -p and chown," },
    { ENOTDIR, "not a folder, or a symbolic link: name the real folder in store.url, not" },
    { ELOOP, "a symbolic link where none may be: look at it and remove it, under" },
    { EIO, "the disk does not work: see the kernel's log (dmesg) about what is under" },
    { EBADF, "its file system has no locks: name a folder on a local disk in store.url, not" },
    { ENOLCK, "its file system has no locks: name a folder on a local disk in store.url, not" },
    { EOPNOTSUPP, "its file system has no locks: name a folder on a local disk in store.url, not" },
};

enum { FAILURE_COUNT = sizeof(failures) / sizeof(failures[0]) };

enum store_result store_folder_fail(const struct store_folder *folder, int number,
                                    struct error *error)
{
    const char *text = strerror(number);
    for (size_t i = 0; i < FAILURE_COUNT; i++) {
        if (failures[i].number == number)
            text = failures[i].text;
    }
    if (number == EACCES || number == EPERM)
        error_set(error, ERROR_STORE, "store: no permission: chown -R %ju %s", (uintmax_t)geteuid(),
                  folder->path);
    else
        error_set(error, ERROR_STORE, "store: %s %s", text, folder->path);
    return STORE_FAILED;
}

void store_folder_init(struct store_folder *folder, const char *path)
{
    *folder = (struct store_folder){ memory_copy(path), -1 };
    /* With a slash at its end a symbolic link would be followed. */
    for (size_t len = strlen(path); len > 1 && path[len - 1] == '/'; len--)
        folder->path[len - 1] = '\0';
}

void store_folder_release(struct store_folder *folder)
{
    if (folder->descriptor >= 0)
        close(folder->descriptor);
    free(folder->path);
    *folder = (struct store_folder){ NULL, -1 };
}

/* Whether nobody but this process's user and root can have put anything into the folder. */
static bool is_ours(const struct store_folder *folder, int descriptor, struct error *error)
{
    struct stat status;
    uid_t user = geteuid();
    if (fstat(descriptor, &status) != 0) {
        store_folder_fail(folder, errno, error);
        return false;
    }
    if (status.st_uid != user && user == 0)
        return error_set(error, ERROR_STORE,
                         "store: it belongs to user %ju: run this as that user, not as root: %s",
                         (uintmax_t)status.st_uid, folder->path);
    if (status.st_uid != user && status.st_uid != 0)
        return error_set(error, ERROR_STORE, "store: it belongs to user %ju: chown -R %ju %s",
                         (uintmax_t)status.st_uid, (uintmax_t)user, folder->path);
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return error_set(error, ERROR_STORE, "store: others may write to it: chmod 0700 %s",
                         folder->path);
    return true;
}

bool store_folder_ready(struct store_folder *folder, struct error *error)
{
    if (folder->descriptor >= 0)
        return true;
    int descriptor = open(folder->path, OPEN_FOLDER);
    if (descriptor < 0 && errno == ENOENT && (mkdir(folder->path, S_IRWXU) == 0 || errno == EEXIST))
        descriptor = open(folder->path, OPEN_FOLDER);
    if (descriptor < 0) {
        store_folder_fail(folder, errno, error);
        return false;
    }
    if (!is_ours(folder, descriptor, error)) {
        close(descriptor);
        return false;
    }
    folder->descriptor = descriptor;
    return true;
}

/* Creates the part and opens it; -1 with errno on failure. */
static int create_part(struct store_folder *folder, const char *name)
{
    if (mkdirat(folder->descriptor, name, S_IRWXU) != 0 && errno != EEXIST) {
        int number = errno;
        /* Somebody removed the store's folder: the next use opens or creates the new one. */
        if (number == ENOENT) {
            close(folder->descriptor);
            folder->descriptor = -1;
        }
        errno = number;
        return -1;
    }
    return openat(folder->descriptor, name, OPEN_FOLDER);
}

/* 0, EWOULDBLOCK (another process has it, also after wait_ms) or another errno. */
static int take_lock(int descriptor, int64_t wait_ms)
{
    const struct timespec pause = { 0, LOCK_PAUSE_NS };
    int64_t give_up_ms = -1;
    while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return errno;
        int64_t steady_ms = clock_steady_ms();
        if (give_up_ms < 0)
            give_up_ms = steady_ms + wait_ms;
        if (steady_ms >= give_up_ms)
            return EWOULDBLOCK;
        (void)nanosleep(&pause, NULL); /* waking early only means to look early */
    }
    return 0;
}

enum store_result store_folder_lock(struct store_folder *folder, const char *name,
                                    enum store_lock how, struct store_part *part,
                                    struct error *error)
{
    if (!store_folder_ready(folder, error))
        return STORE_FAILED;
    int descriptor = openat(folder->descriptor, name, OPEN_FOLDER);
    if (descriptor < 0 && errno == ENOENT) {
        if (how != STORE_LOCK_CREATE)
            return STORE_ABSENT;
        descriptor = create_part(folder, name);
    }
    if (descriptor < 0)
        return store_folder_fail(folder, errno, error);
    int number = take_lock(descriptor, how == STORE_LOCK_TRY ? 0 : LOCK_WAIT_MS);
    if (number == 0) {
        *part = (struct store_part){ folder, name, descriptor };
        return STORE_OK;
    }
    close(descriptor);
    if (number != EWOULDBLOCK)
        return store_folder_fail(folder, number, error);
    if (how == STORE_LOCK_TRY)
        return STORE_ABSENT;
    error_set(error, ERROR_STORE,
              "store: busy: another process (lsof) or a slow disk keeps the lock of %s/%s",
              folder->path, name);
    return STORE_FAILED;
}

void store_part_release(struct store_part *part)
{
    close(part->lock);
    part->lock = -1;
}

enum store_result store_folder_list(const struct store_folder *folder, const char *name,
                                    bool (*each)(void *context, const char *name), void *context,
                                    struct error *error)
{
    /* Opened anew: a descriptor has one place of reading in its folder. */
    int descriptor = openat(folder->descriptor, name, OPEN_FOLDER);
    if (descriptor < 0)
        return errno == ENOENT ? STORE_ABSENT : store_folder_fail(folder, errno, error);
    DIR *names = memory_check(fdopendir(descriptor));
    const struct dirent *entry;
    bool more = true;
    errno = 0;
    while (more && (entry = readdir(names)) != NULL) {
        more = each(context, entry->d_name);
        errno = 0;
    }
    int number = errno;
    closedir(names);
    return number == 0 ? STORE_OK : store_folder_fail(folder, number, error);
}
