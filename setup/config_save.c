#include "config_save.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cipher.h"
#include "error.h"
#include "memory.h"

static bool fail(struct error *error, const char *path)
{
    return error_set(error, ERROR_INTERNAL, "%s: %s", path, strerror(errno));
}

static bool write_all(int file, const char *text, size_t len)
{
    size_t done = 0;
    while (done < len) {
        const ssize_t count = write(file, text + done, len - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        done += (size_t)count;
    }
    return true;
}

/* Gives the open file its owner and rights; what is not root's can only be ours. */
static bool protect(int file, gid_t group)
{
    if (geteuid() != 0)
        return fchmod(file, S_IRUSR | S_IWUSR) == 0;
    return fchown(file, 0, group) == 0 && fchmod(file, S_IRUSR | S_IWUSR | S_IRGRP) == 0;
}

/* Writes a new file, so that all of it is on the disk. */
static bool write_new(const char *path, const char *text, size_t len, gid_t group)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return false;
    const bool done = write_all(file, text, len) && protect(file, group) && fsync(file) == 0;
    const int why = errno;
    const bool closed = close(file) == 0;
    errno = done ? errno : why;
    return done && closed;
}

/* Makes the renames in the path's folder last. */
static void sync_folder(const char *path)
{
    char *folder = memory_copy(path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = '\0';
    const int file = open(slash == NULL ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        (void)fsync(file);
        (void)close(file);
    }
    free(folder);
}

/* Keeps what is at path as backup: a second name for it, which the rename leaves alone. */
static bool keep_old(const char *path, const char *backup, const char *spare, gid_t group)
{
    if (link(path, spare) != 0)
        return errno == ENOENT;
    const int file = open(spare, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const bool is_protected = file >= 0 && protect(file, group);
    if (file >= 0)
        (void)close(file);
    if (is_protected && rename(spare, backup) == 0)
        return true;
    (void)unlink(spare);
    return false;
}

/* Writes it beside path, and gives it the name. */
static bool replace(const char *path, const char *text, size_t len, gid_t group,
                    struct error *error)
{
    char random[17];
    cipher_random_hex(random, sizeof(random) / 2);
    char *new = memory_format("%s.%s.new", path, random);
    char *spare = memory_format("%s.%s.old", path, random);
    char *backup = memory_format("%s.bak", path);
    bool done = write_new(new, text, len, group);
    if (!done)
        (void)fail(error, new);
    if (done && !(done = keep_old(path, backup, spare, group)))
        (void)fail(error, backup);
    if (done && !(done = rename(new, path) == 0))
        (void)fail(error, path);
    if (done)
        sync_folder(path);
    else
        (void)unlink(new);
    free(new);
    free(spare);
    free(backup);
    return done;
}

bool config_save(const char *path, const char *text, size_t len, gid_t group, struct error *error)
{
    struct stat status;
    sigset_t all;
    sigset_t before;
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return error_set(error, ERROR_INTERNAL,
                         "%s is no regular file; name the file itself with --config", path);
    /* Whatever would end the process does so afterwards, or the new file would stay behind. */
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &before);
    const bool done = replace(path, text, len, group, error);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return done;
}
