/* Effect. What the tests of the store share: folders of their own and processes of their own. */
#ifndef FEISHU_STORE_KIT_H
#define FEISHU_STORE_KIT_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "error.h"
#include "store.h"

enum { STORE_KIT_SKIP = 77 /* exit status: the machine does not allow this */ };

/* As an assertion, but for processes that Check knows nothing of: ends them with status 1. */
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

/* What each test begins with. */
extern struct store_kit {
    char *folder;        /* empty */
    struct store *store; /* in the folder */
    struct error error;  /* none */
} kit;

/* As suite_add, with a kit and for tests that last up to a minute on a busy machine. Returns the
 * test case, for fixtures besides. */
TCase *store_kit_add(Suite *suite, const char *name, const TTest *test, int rows);

/* A new empty folder, 0700, and its removal with all that is in it. Frees folder. */
char *store_kit_folder(void);
void store_kit_remove(char *folder);

/* The store in the folder. */
struct store *store_kit_open(const char *folder);

/* Runs body in a process of its own; afterwards that exits with 0. */
pid_t store_kit_fork(void (*body)(const void *context), const void *context);

/* Waits for the process; its exit status, or 128 and the signal that ended it. */
int store_kit_wait(pid_t process);

/* Both in one. */
int store_kit_run(void (*body)(const void *context), const void *context);

/* For such a process: becomes a user without rights if it is root. */
void store_kit_drop_rights(void);

/* For such a process: mounts a tmpfs with the options on the folder, where only it sees that. Exits
 * with STORE_KIT_SKIP, the reason printed, where that is not allowed. */
void store_kit_mount(const char *folder, const char *options);

/* How many files below the folder have a name that ends in suffix. */
int store_kit_count(const char *folder, const char *suffix);

/* The path of the only such file. Caller frees. */
char *store_kit_find(const char *folder, const char *suffix);

/* Puts text, gets and compares text: for the many places where nothing else can happen. */
enum store_result store_kit_put(struct store *store, const char *key, const char *text,
                                int64_t now_ms);
bool store_kit_holds(struct store *store, const char *key, const char *text, int64_t now_ms);

#endif
