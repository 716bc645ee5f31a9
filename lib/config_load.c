#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "config.h"
#include "error.h"

/* Bytes: of a file, and of what is read at a time. With room for both, a file that is too long is
 * told from one that just fits. */
enum { FILE_MAX = 256 * 1024, BLOCK = 4096, ROOM = FILE_MAX + BLOCK };

/* Whether it is a file that nobody but its owner can have written, nor others have read. */
static bool is_private(int file, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return error_set(error, ERROR_CONFIG, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_CONFIG, "%s: is no regular file", path);
    if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0)
        return error_set(error, ERROR_CONFIG, "%s: others may read or write it; run: chmod 0640 %s",
                         path, path);
    if ((status.st_mode & S_IWGRP) != 0)
        return error_set(error, ERROR_CONFIG, "%s: its group may write it; run: chmod 0640 %s",
                         path, path);
    return true;
}

static bool read_all(int file, const char *path, struct buf *text, struct error *error)
{
    ssize_t count = 1;
    while (count > 0 && !text->failed) {
        char *to = buf_reserve(text, BLOCK);
        count = to == NULL ? 0 : read(file, to, BLOCK);
        if (count > 0)
            buf_extend(text, (size_t)count);
    }
    if (count < 0)
        return error_set(error, ERROR_CONFIG, "%s: %s", path, strerror(errno));
    if (text->failed)
        return error_set(error, ERROR_CONFIG, "%s: is over %d KiB", path, FILE_MAX / 1024);
    return true;
}

/* Puts the contents of the file at path into text. */
static bool read_private(const char *path, struct buf *text, struct error *error)
{
    /* What is no file must not be waited for. */
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0)
        return error_set(error, ERROR_CONFIG, "%s: %s", path, strerror(errno));
    const bool done = is_private(file, path, error) && read_all(file, path, text, error);
    close(file);
    return done;
}

static bool read_secret(const char *path, struct secret *secret, struct error *error)
{
    struct buf text = BUF_INIT(ROOM);
    const bool done = read_private(path, &text, error);
    if (done) {
        const size_t newline = text.len > 0 && text.data[text.len - 1] == '\n' ? 1 : 0;
        secret_set(secret, buf_text(&text), text.len - newline);
    }
    buf_wipe(&text);
    return done;
}

bool config_load(const char *path, struct config *config, struct error *error)
{
    struct buf text = BUF_INIT(ROOM);
    *config = (struct config){ .rules = NULL };
    const bool done = read_private(path, &text, error) &&
                      config_parse(buf_text(&text), text.len, path, read_secret, config, error);
    buf_wipe(&text);
    return done;
}
