#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command_line.h"
#include "error.h"
#include "memory.h"

enum { NAMES_MAX = 200 };

static bool owned_by_us(const struct stat *status)
{
    return status->st_uid == 0 || status->st_uid == geteuid();
}

static bool writable_by_others(const struct stat *status)
{
    return (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/* Whether nobody but root and us can put a file, or another folder, in the folder's place. */
static bool safe_folder(int folder, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(folder, &status) != 0)
        return error_set(error, ERROR_INTERNAL, "%s: %s", path, strerror(errno));
    bool sticky = status.st_uid == 0 && (status.st_mode & S_ISVTX) != 0;
    if (!owned_by_us(&status))
        return error_set(error, ERROR_INTERNAL, "%s belongs to another user: chown root %s", path,
                         path);
    if (writable_by_others(&status) && !sticky)
        return error_set(error, ERROR_INTERNAL, "%s can be written by others: chmod go-w %s", path,
                         path);
    return true;
}

/* Opens the folder at the absolute path without symbolic links, checking every folder on the way.
 * -1: not there (no error is set) or not safe. */
static int open_safe_folder(const char *path, struct error *error)
{
    int folder = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    char *copy = memory_copy(path);
    char *rest = NULL;
    for (char *part = strtok_r(copy, "/", &rest); folder >= 0 && part != NULL;
         part = strtok_r(NULL, "/", &rest)) {
        int next = openat(folder, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int cause = errno;
        bool safe = next >= 0 && safe_folder(next, path, error);
        if (next < 0 && cause != ENOENT)
            error_set(error, ERROR_INTERNAL, "%s: %s", path, strerror(cause));
        if (next >= 0 && !safe)
            close(next);
        close(folder);
        folder = safe ? next : -1;
    }
    free(copy);
    return folder;
}

/* As above for a path that may lead through links: where they lead to is what is checked. */
static int open_directory(const char *directory, struct error *error)
{
    char *path = realpath(directory, NULL);
    if (path == NULL) {
        if (errno != ENOENT)
            error_set(error, ERROR_INTERNAL, "%s: %s", directory, strerror(errno));
        return -1;
    }
    int folder = open_safe_folder(path, error);
    free(path);
    return folder;
}

/* Whether the open file may be run. */
static bool safe_file(int file, const char *name, struct error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return error_set(error, ERROR_INTERNAL, "%s: %s", name, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_INTERNAL, "%s is no regular file", name);
    if (!owned_by_us(&status))
        return error_set(error, ERROR_INTERNAL, "%s belongs to another user: chown root it", name);
    if (writable_by_others(&status))
        return error_set(error, ERROR_INTERNAL, "%s can be written by others: chmod go-w it", name);
    if ((status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
        return error_set(error, ERROR_INTERNAL, "%s is not executable: chmod +x it", name);
    return true;
}

int folder_open(const char *directory, const char *name, struct error *error)
{
    int folder = open_directory(directory, error);
    if (folder < 0)
        return FOLDER_NONE;
    /* Kept across exec: the interpreter of a script opens it again by its number. Non-blocking, or
     * a pipe called like a command would hold us up. */
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    int cause = errno;
    close(folder);
    if (file < 0 && cause != ENOENT)
        error_set(error, ERROR_INTERNAL, "%s: %s", name,
                  cause == ELOOP ? "is a symbolic link; put the file itself there"
                                 : strerror(cause));
    if (file < 0)
        return FOLDER_NONE;
    if (safe_file(file, name, error))
        return file;
    close(file);
    return FOLDER_NONE;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_executable(int folder, const char *name)
{
    struct stat status;
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
           (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
}

char **folder_names(const char *directory, size_t *count)
{
    struct error unsafe = ERROR_INIT;
    char **names = memory_zero(NAMES_MAX, sizeof(*names));
    *count = 0;
    int folder = open_directory(directory, &unsafe);
    int readable = folder < 0 ? -1 : openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = readable < 0 ? NULL : fdopendir(readable);
    if (stream == NULL && readable >= 0)
        close(readable);
    struct dirent *entry = NULL;
    while (stream != NULL && *count < NAMES_MAX && (entry = readdir(stream)) != NULL) {
        if (command_line_is_name(entry->d_name) && is_executable(folder, entry->d_name))
            names[(*count)++] = memory_copy(entry->d_name);
    }
    if (stream != NULL)
        closedir(stream);
    if (folder >= 0)
        close(folder);
    qsort(names, *count, sizeof(*names), compare_names);
    return names;
}

void folder_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}
