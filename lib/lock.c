#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cipher.h"
#include "error.h"
#include "memory.h"

enum { NAME_LEN = CIPHER_HEX_LEN + 16 };

static void life_name(const char *key, char name[static NAME_LEN])
{
    char hex[CIPHER_HEX_LEN];
    const struct cipher_part part = { key, strlen(key) };
    cipher_digest_hex(&part, 1, hex);
    (void)snprintf(name, NAME_LEN, "life.%s", hex);
}

/* Opens the state folder's subfolder of locks, which is made when missing. -1 on failure. */
static int open_folder(const char *state_directory)
{
    char *path = memory_format("%s/locks", state_directory);
    int flags = O_DIRECTORY | O_NOFOLLOW | O_RDONLY | O_CLOEXEC;
    int folder = open(path, flags);
    if (folder < 0 && errno == ENOENT) {
        bool made = mkdir(state_directory, 0700) == 0 || errno == EEXIST;
        if (made && (mkdir(path, 0700) == 0 || errno == EEXIST))
            folder = open(path, flags);
    }
    free(path);
    return folder;
}

/* Whether the locked file is no longer the one that others find by its name: who had it
 * before may have forgotten it just then. */
static bool is_forgotten(int file)
{
    struct stat status;
    return fstat(file, &status) == 0 && status.st_nlink == 0;
}

/* Locks the file called name in the folder. The descriptor, or LOCK_NONE as in the header. */
static int lock_file(int folder, const char *name, struct error *error)
{
    for (;;) {
        int file = openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        bool locked = file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0;
        int cause = errno;
        if (locked && !is_forgotten(file))
            return file;
        if (file >= 0)
            close(file);
        if (locked)
            continue;
        if (cause != EWOULDBLOCK)
            error_set(error, ERROR_STORE, "lock %s: %s", name, strerror(cause));
        return LOCK_NONE;
    }
}

static int folder_or_error(const char *state_directory, struct error *error)
{
    int folder = open_folder(state_directory);
    if (folder < 0)
        error_set(error, ERROR_STORE, "state folder %s: %s", state_directory, strerror(errno));
    return folder;
}

int lock_slot(const char *state_directory, int count, struct error *error)
{
    int slot = LOCK_NONE;
    int folder = folder_or_error(state_directory, error);
    if (folder < 0)
        return LOCK_NONE;
    for (int i = 0; i < count && slot == LOCK_NONE && error->kind == ERROR_NONE; i++) {
        char name[NAME_LEN];
        (void)snprintf(name, sizeof(name), "slot.%d", i);
        slot = lock_file(folder, name, error);
    }
    close(folder);
    return slot;
}

int lock_life(const char *state_directory, const char *key, struct error *error)
{
    char name[NAME_LEN];
    int folder = folder_or_error(state_directory, error);
    if (folder < 0)
        return LOCK_NONE;
    life_name(key, name);
    int life = lock_file(folder, name, error);
    close(folder);
    return life;
}

bool lock_is_alive(const char *state_directory, const char *key)
{
    char name[NAME_LEN];
    int folder = open_folder(state_directory);
    if (folder < 0)
        return true;
    life_name(key, name);
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool missing = file < 0 && errno == ENOENT;
    close(folder);
    if (file < 0)
        return !missing;
    /* Shared, so that those who ask do not look alive to each other. */
    bool alive = flock(file, LOCK_SH | LOCK_NB) != 0;
    close(file);
    return alive;
}

void lock_forget(const char *state_directory, const char *key)
{
    char name[NAME_LEN];
    int folder = open_folder(state_directory);
    if (folder < 0)
        return;
    life_name(key, name);
    (void)unlinkat(folder, name, 0); /* a file left behind is only that */
    close(folder);
}
