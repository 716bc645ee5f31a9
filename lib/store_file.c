#include "store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "error.h"
#include "memory.h"

void store_file_release(struct store_file *file)
{
    if (file->bytes != NULL)
        explicit_bzero(file->bytes, file->len);
    free(file->bytes);
    file->bytes = NULL;
}

/* Reads up to len bytes; how many, or -1 with errno. */
static ssize_t read_all(int descriptor, char *bytes, size_t len)
{
    size_t have = 0;
    while (have < len) {
        ssize_t count = read(descriptor, bytes + have, len - have);
        if (count == 0)
            break;
        if (count > 0)
            have += (size_t)count;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)have;
}

/* Fills file from the open descriptor; false with errno if the system refuses. */
static bool read_file(int descriptor, const char *key, struct store_file *file)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return false;
    file->written_ms =
        (int64_t)status.st_mtim.tv_sec * 1000 + (int64_t)status.st_mtim.tv_nsec / 1000000;
    file->damaged = true;
    bool fits = S_ISREG(status.st_mode) && status.st_size <= STORE_ENTRY_MAX;
    file->len = fits ? (size_t)status.st_size : 0;
    file->bytes = memory_get(file->len + 1);
    file->bytes[file->len] = '\0';
    ssize_t count = fits ? read_all(descriptor, file->bytes, file->len) : 0;
    if (count < 0)
        return false;
    bool whole =
        (size_t)count == file->len && store_entry_parse(file->bytes, file->len, &file->entry);
    file->damaged = !whole || (key != NULL && strcmp(key, file->entry.key) != 0);
    return true;
}

enum store_result store_file_read(const struct store_folder *folder, const char *path,
                                  const char *key, struct store_file *file, struct error *error)
{
    *file = (struct store_file){ .bytes = NULL };
    /* Non-blocking, so that not even a pipe of that name could make it wait. */
    int descriptor =
        openat(folder->descriptor, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return errno == ENOENT ? STORE_ABSENT : store_folder_fail(folder, errno, error);
    bool done = read_file(descriptor, key, file);
    int number = errno;
    close(descriptor);
    return done ? STORE_OK : store_folder_fail(folder, number, error);
}

enum store_result store_file_read_live(const struct store_folder *folder, const char *path,
                                       const char *key, int64_t now_ms, struct store_file *file,
                                       struct error *error)
{
    enum store_result result = store_file_read(folder, path, key, file, error);
    if (result != STORE_OK)
        return result;
    if (!file->damaged)
        return file->entry.over_ms <= now_ms ? STORE_ABSENT : STORE_OK;
    error_set(error, ERROR_STORE, "store: damaged file, look and then rm %s/%s", folder->path,
              path);
    return STORE_FAILED;
}

static bool write_all(int descriptor, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t count = write(descriptor, bytes, len);
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0) {
            bytes += count;
            len -= (size_t)count;
        }
    }
    return true;
}

/* Creates the file at path, which is no other's since we hold the part's lock. -1 with errno. */
static int create_file(int folder, const char *path)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int descriptor = openat(folder, path, flags, S_IRUSR | S_IWUSR);
    if (descriptor >= 0 || errno != EEXIST)
        return descriptor;
    if (unlinkat(folder, path, 0) != 0)
        return -1;
    return openat(folder, path, flags, S_IRUSR | S_IWUSR);
}

/* Makes the file at path with those bytes; false with errno, and no file, on failure. */
static bool make_file(int folder, const char *path, const struct buf *bytes, bool durable)
{
    int descriptor = create_file(folder, path);
    if (descriptor < 0)
        return false;
    bool done =
        write_all(descriptor, bytes->data, bytes->len) && (!durable || fsync(descriptor) == 0);
    int number = errno;
    if (close(descriptor) != 0 && done) {
        done = false;
        number = errno;
    }
    if (!done)
        (void)unlinkat(folder, path, 0); /* the failure to report is the first one */
    errno = number;
    return done;
}

enum store_result store_file_write(const struct store_part *part, const char *path,
                                   const struct store_entry *entry, bool durable,
                                   struct error *error)
{
    struct buf bytes = BUF_INIT(STORE_ENTRY_MAX);
    char new_path[STORE_PART_MAX + sizeof(STORE_FILE_NEW) + 1];
    int folder = part->folder->descriptor;
    int number = 0;
    (void)snprintf(new_path, sizeof(new_path), "%s/%s", part->name, STORE_FILE_NEW);
    store_entry_print(entry, &bytes);
    if (!make_file(folder, new_path, &bytes, durable)) {
        number = errno;
    } else if (renameat(folder, new_path, folder, path) != 0) {
        number = errno;
        (void)unlinkat(folder, new_path, 0); /* as above */
    } else if (durable && (fsync(part->lock) != 0 || fsync(folder) != 0)) {
        number = errno; /* the folder, because the part may be new */
    }
    buf_wipe(&bytes);
    return number == 0 ? STORE_OK : store_folder_fail(part->folder, number, error);
}

enum store_result store_file_remove(const struct store_part *part, const char *path,
                                    struct error *error)
{
    if (unlinkat(part->folder->descriptor, path, 0) == 0 || errno == ENOENT)
        return STORE_OK;
    return store_folder_fail(part->folder, errno, error);
}
