#include "mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

static int open_mark(const char *state_directory, const char *path)
{
    const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    int file = open(path, flags, 0600);
    if (file < 0 && errno == ENOENT && mkdir(state_directory, 0700) == 0)
        file = open(path, flags, 0600);
    return file;
}

void mark_set(const char *state_directory, const char *name, int64_t when_ms)
{
    const struct timespec when = { when_ms / 1000, when_ms % 1000 * 1000000 };
    const struct timespec both[] = { when, when };
    char *path = memory_format("%s/%s", state_directory, name);
    const int file = open_mark(state_directory, path);
    if (file >= 0) {
        (void)futimens(file, both);
        close(file);
    }
    free(path);
}

int64_t mark_get(const char *state_directory, const char *name)
{
    struct stat status;
    char *path = memory_format("%s/%s", state_directory, name);
    const bool there = lstat(path, &status) == 0 && S_ISREG(status.st_mode);
    free(path);
    return there ? (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000 : 0;
}
