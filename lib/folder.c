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

/* Whether nobody but root and us can put a file, or another folder, in the folder's place. Its path
 * is the first len bytes of path. */
static bool safe_folder(int folder, const char *path, size_t len, struct error *error)
{
    struct stat status;
    if (fstat(folder, &status) != 0)
        return error_set(error, ERROR_INTERNAL, "%.*s: %s", (int)len, path, strerror(errno));
    bool sticky = status.st_uid == 0 && (status.st_mode & S_ISVTX) != 0;
    if (!owned_by_us(&status))
        return error_set(error, ERROR_INTERNAL, "the folder is another user's: chown root %.*s",
                         (int)len, path);
    if (writable_by_others(&status) && !sticky)
        return error_set(error, ERROR_INTERNAL, "others can write to the folder: chmod go-w %.*s",
                         (int)len, path);
    return true;
}

/* The folder if it is safe; else closes it. -1: it is not, or was none. */
static int keep_safe(int folder, const char *path, size_t len, struct error *error)
{
    if (folder < 0 || safe_folder(folder, path, len, error))
        return folder;
    close(folder);
    return -1;
}

/* Opens the folder at the absolute path without symbolic links, checking every folder on the way.
 * -1: not there (no error is set) or not safe. */
static int open_safe_folder(const char *path, struct error *error)
{
    int folder = keep_safe(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "/", 1, error);
    char *copy = memory_copy(path);
    char *rest = NULL;
    for (char *part = strtok_r(copy, "/", &rest); folder >= 0 && part != NULL;
         part = strtok_r(NULL, "/", &rest)) {
        size_t len = (size_t)(part - copy) + strlen(part);
        int next = openat(folder, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (next < 0 && errno != ENOENT)
            error_set(error, ERROR_INTERNAL, "%.*s: %s", (int)len, path, strerror(errno));
        close(folder);
        folder = keep_safe(next, path, len, error);
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
static bool safe_file(int file, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return error_set(error, ERROR_INTERNAL, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_INTERNAL, "no regular file: %s", path);
    if (!owned_by_us(&status))
        return error_set(error, ERROR_INTERNAL, "another user's file: chown root %s", path);
    if (writable_by_others(&status))
        return error_set(error, ERROR_INTERNAL, "others can write to it: chmod go-w %s", path);
    if ((status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
        return error_set(error, ERROR_INTERNAL, "not executable: chmod +x %s", path);
    return true;
}

/* The file called name in the folder, checked; path is its whole path. */
static int open_safe_file(int folder, const char *name, const char *path, struct error *error)
{
    /* Kept across exec: the interpreter of a script opens it again by its number. Non-blocking, or
     * a pipe called like a command would hold us up. */
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (file < 0 && errno == ELOOP)
        error_set(error, ERROR_INTERNAL, "a symbolic link, put the file itself there: %s", path);
    else if (file < 0 && errno != ENOENT)
        error_set(error, ERROR_INTERNAL, "%s: %s", path, strerror(errno));
    if (file < 0 || safe_file(file, path, error))
        return file;
    close(file);
    return -1;
}

int folder_open(const char *directory, const char *name, struct error *error)
{
    int folder = command_line_is_name(name) ? open_directory(directory, error) : -1;
    if (folder < 0)
        return FOLDER_NONE;
    char *path = memory_format("%s/%s", directory, name);
    int file = open_safe_file(folder, name, path, error);
    free(path);
    close(folder);
    return file < 0 ? FOLDER_NONE : file;
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
