#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "config.h"
#include "error.h"

enum { FILE_MAX = 256 * 1024 }; /* bytes */

/* Whether nobody can have written, or can read, what only its owner and group should. */
static bool is_private(int file, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return error_set(error, ERROR_CONFIG, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_CONFIG, "%s: not a regular file", path);
    if ((status.st_mode & (S_IRWXO | S_IWGRP)) != 0)
        return error_set(error, ERROR_CONFIG,
                         "%s: others may read it, or more than its owner may write it: run chmod "
                         "0640 %s",
                         path, path);
    return true;
}

static bool read_all(int file, const char *path, struct buf *text, struct error *error)
{
    char data[4096];
    ssize_t count;
    while ((count = read(file, data, sizeof(data))) > 0)
        buf_add(text, data, (size_t)count);
    int cause = errno;
    explicit_bzero(data, sizeof(data));
    if (count < 0)
        return error_set(error, ERROR_CONFIG, "%s: %s", path, strerror(cause));
    return !text->failed || error_set(error, ERROR_CONFIG, "%s: too long", path);
}

/* Appends the contents of the file at path to text. */
static bool read_private(const char *path, struct buf *text, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0)
        return error_set(error, ERROR_CONFIG, "%s: %s", path, strerror(errno));
    bool done = is_private(file, path, error) && read_all(file, path, text, error);
    close(file);
    return done;
}

static bool read_secret(const char *path, struct secret *secret, struct error *error)
{
    struct buf text = BUF_INIT(FILE_MAX);
    bool done = read_private(path, &text, error);
    size_t len = text.len;
    if (len > 0 && text.data[len - 1] == '\n')
        len--;
    if (done && len == 0)
        done = error_set(error, ERROR_CONFIG, "%s: empty", path);
    if (done)
        secret_set(secret, buf_text(&text), len);
    buf_wipe(&text);
    return done;
}

bool config_load(const char *path, struct config *config, struct error *error)
{
    struct buf text = BUF_INIT(FILE_MAX);
    bool done = read_private(path, &text, error) &&
                config_parse(buf_text(&text), text.len, path, read_secret, config, error);
    buf_wipe(&text);
    return done;
}
