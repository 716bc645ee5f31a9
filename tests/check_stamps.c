/* Whether a file is still what it was. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"
#include "stamps.h"
#include "store_kit.h"
#include "suite.h"

/* The time of files is that of the clock of this machine, which the tests let pass. */
static int64_t ahead_s;

int64_t clock_wall_ms(void);

int64_t clock_wall_ms(void)
{
    struct timeval now;
    (void)gettimeofday(&now, NULL);
    return ((int64_t)now.tv_sec + ahead_s) * 1000 + now.tv_usec / 1000;
}

int64_t clock_steady_ms(void);

int64_t clock_steady_ms(void)
{
    return clock_wall_ms();
}

static void write_file(const char *path, const char *text)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    ck_assert_int_eq(close(file), 0);
}

/* The stamps of one file, seen when its last change was that long ago. */
static struct stamps stamp(const char *path, int64_t ago_s)
{
    struct stamps stamps = { NULL, 0 };
    ahead_s = ago_s;
    stamps_add(&stamps, path);
    return stamps;
}

/* The clock of files ticks a few hundred times a second. */
static void wait_for_tick(void)
{
    struct timespec before;
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME_COARSE, &before);
    do
        (void)clock_gettime(CLOCK_REALTIME_COARSE, &now);
    while (now.tv_nsec == before.tv_nsec);
}

static void write_again(const char *path)
{
    write_file(path, "other");
}

static void write_longer(const char *path)
{
    write_file(path, "a longer text");
}

static void replace(const char *path)
{
    char *new = memory_format("%s.new", path);
    write_file(new, "text!");
    ck_assert_int_eq(rename(new, path), 0);
    free(new);
}

static void allow_others(const char *path)
{
    ck_assert_int_eq(chmod(path, 0644), 0);
}

static void remove_file(const char *path)
{
    ck_assert_int_eq(unlink(path), 0);
}

static void (*const changes[])(const char *path) = { write_again, write_longer, replace,
                                                     allow_others, remove_file };

START_TEST(a_change_is_seen)
{
    char *path = memory_format("%s/file", kit.folder);
    char *other = memory_format("%s/other", kit.folder);
    write_file(path, "text!");
    write_file(other, "other");
    struct stamps stamps = stamp(other, 10);
    stamps_add(&stamps, path);
    ck_assert(stamps_hold(&stamps));
    ck_assert(stamps_hold(&stamps));
    wait_for_tick();
    changes[_i](path);
    ck_assert(!stamps_hold(&stamps));
    stamps_release(&stamps);
    ck_assert(stamps_hold(&stamps));
    free(path);
    free(other);
}
END_TEST

START_TEST(a_fresh_one_is_not_trusted)
{
    char *path = memory_format("%s/file", kit.folder);
    write_file(path, "text!");
    struct stamps stamps = stamp(path, 0);
    ck_assert(!stamps_hold(&stamps));
    stamps_release(&stamps);
    stamps = stamp(path, 10);
    ck_assert(stamps_hold(&stamps));
    stamps_release(&stamps);
    free(path);
}
END_TEST

START_TEST(a_missing_one_appears)
{
    char *path = memory_format("%s/file", kit.folder);
    struct stamps stamps = stamp(path, 10);
    ck_assert(stamps_hold(&stamps));
    write_file(path, "text!");
    ck_assert(!stamps_hold(&stamps));
    stamps_release(&stamps);
    free(path);
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "a change is seen", a_change_is_seen, COUNT(changes));
    store_kit_add(suite, "a fresh one is not trusted", a_fresh_one_is_not_trusted, 1);
    store_kit_add(suite, "a missing one appears", a_missing_one_appears, 1);
}

SUITE_MAIN("stamps", fill)
