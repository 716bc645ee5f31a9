#include "private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "error.h"

enum { BLOCK = 4096 };

static bool read_all(int file, const char *path, struct buf *text, struct error *error)
{
    char block[BLOCK];
    ssize_t count = 1;
    while (count > 0 && !text->failed) {
        count = read(file, block, sizeof(block));
        if (count > 0)
            buf_add(text, block, (size_t)count);
    }
    explicit_bzero(block, sizeof(block));
    if (count < 0)
        return error_set(error, ERROR_CONFIG, "%s: %s", path, strerror(errno));
    return !text->failed || error_set(error, ERROR_CONFIG, "%s: is too long", path);
}

bool private_file_read(const char *path, struct buf *text, struct error *error)
{
    struct stat status;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0 || fstat(file, &status) != 0) {
        (void)error_set(error, ERROR_CONFIG, "%s: %s", path, strerror(errno));
        if (file >= 0)
            (void)close(file);
        return false;
    }
    bool done = false;
    if (!S_ISREG(status.st_mode))
        (void)error_set(error, ERROR_CONFIG, "%s: is no regular file", path);
    else if ((status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0)
        (void)error_set(error, ERROR_CONFIG, "%s: others may read or write it; run: chmod 0600 %s",
                        path, path);
    else
        done = read_all(file, path, text, error);
    (void)close(file);
    return done;
}
