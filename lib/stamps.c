#include "stamps.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "clock.h"
#include "list.h"
#include "memory.h"

/* Until then after its last change a file may change again under the same time. */
enum { SETTLED_MS = 1000 };

struct stamp {
    char *path;
    struct stat status; /* all zero: there is no such file */
    bool settled;
};

static struct stat look(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status : (struct stat){ 0 };
}

static int64_t milliseconds(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000 + time->tv_nsec / 1000000;
}

static bool same_time(const struct timespec *one, const struct timespec *other)
{
    return one->tv_sec == other->tv_sec && one->tv_nsec == other->tv_nsec;
}

/* A change of contents, rights or owner changes st_ctim. */
static bool same(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino &&
           one->st_size == other->st_size && same_time(&one->st_mtim, &other->st_mtim) &&
           same_time(&one->st_ctim, &other->st_ctim);
}

void stamps_add(struct stamps *stamps, const char *path)
{
    const struct stat status = look(path);
    stamps->items = list_grow(stamps->items, stamps->count, sizeof(*stamps->items));
    stamps->items[stamps->count++] = (struct stamp){
        .path = memory_copy(path),
        .status = status,
        .settled = clock_wall_ms() - milliseconds(&status.st_ctim) > SETTLED_MS,
    };
}

bool stamps_hold(const struct stamps *stamps)
{
    for (size_t i = 0; i < stamps->count; i++) {
        const struct stat now = look(stamps->items[i].path);
        if (!stamps->items[i].settled || !same(&stamps->items[i].status, &now))
            return false;
    }
    return true;
}

void stamps_release(struct stamps *stamps)
{
    for (size_t i = 0; i < stamps->count; i++)
        free(stamps->items[i].path);
    free(stamps->items);
    *stamps = (struct stamps){ NULL, 0 };
}
