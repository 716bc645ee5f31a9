/* What the store promises to processes that meet in it, or are killed in it. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "buf.h"
#include "error.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"

enum { LIFE_MS = 1000, LEASE_MS = 100 };

/* Races between processes. They meet at a barrier before each round. */

enum { RACERS = 2, ROUNDS = 200, COUNTERS = 4, INCREMENTS = 50 };

struct race {
    pthread_barrier_t barrier;
    enum store_result results[RACERS][ROUNDS];
};

struct racer {
    struct race *race;
    int number;
};

static struct race *race_begin(void)
{
    pthread_barrierattr_t shared;
    struct race *race =
        mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(race != MAP_FAILED);
    ck_assert_int_eq(pthread_barrierattr_init(&shared), 0);
    ck_assert_int_eq(pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED), 0);
    ck_assert_int_eq(pthread_barrier_init(&race->barrier, &shared, RACERS), 0);
    return race;
}

static void race_for_claims(const void *context)
{
    const struct racer *racer = context;
    struct store *own = store_kit_open(kit.folder);
    for (int round = 0; round < ROUNDS; round++) {
        char key[24];
        struct store_claim claim;
        struct error why = ERROR_INIT;
        (void)snprintf(key, sizeof(key), "round %d", round / 2);
        (void)pthread_barrier_wait(&racer->race->barrier);
        /* Every other round takes over the claim of the one before. */
        int64_t now_ms = NOW_MS + round % 2 * LEASE_MS;
        racer->race->results[racer->number][round] =
            store_claim(own, key, LEASE_MS, now_ms, &claim, &why);
    }
    store_close(own);
}

START_TEST(race_has_one_winner)
{
    struct race *race = race_begin();
    const struct racer racers[RACERS] = { { race, 0 }, { race, 1 } };
    pid_t processes[RACERS];
    for (int i = 0; i < RACERS; i++)
        processes[i] = store_kit_fork(race_for_claims, &racers[i]);
    for (int i = 0; i < RACERS; i++)
        ck_assert_int_eq(store_kit_wait(processes[i]), 0);
    for (int round = 0; round < ROUNDS; round++) {
        enum store_result first = race->results[0][round];
        enum store_result second = race->results[1][round];
        ck_assert_msg((first == STORE_OK && second == STORE_TAKEN) ||
                          (first == STORE_TAKEN && second == STORE_OK),
                      "round %d: %d and %d", round, (int)first, (int)second);
    }
    (void)munmap(race, sizeof(*race));
}
END_TEST

/* Reads the number, adds one, stores it if nobody else did meanwhile; again otherwise. */
static void increment(struct store *own)
{
    enum store_result result = STORE_TAKEN;
    while (result == STORE_TAKEN) {
        struct error why = ERROR_INIT;
        struct buf old = BUF_INIT(16);
        char text[24];
        enum store_result read = store_get(own, "counter", NOW_MS, &old, &why);
        REQUIRE(read == STORE_OK || read == STORE_ABSENT);
        (void)snprintf(text, sizeof(text), "%ld", strtol(buf_text(&old), NULL, 10) + 1);
        const struct store_change next = { old.data, old.len, text, strlen(text), LIFE_MS, false };
        result = store_put_if(own, "counter", &next, NOW_MS, &why);
        /* Under load the wait for the lock can be over before it is our turn. */
        if (result == STORE_FAILED && strstr(why.text, "busy") != NULL)
            result = STORE_TAKEN;
        buf_release(&old);
    }
    REQUIRE(result == STORE_OK);
}

static void count_up(const void *context)
{
    (void)context;
    struct store *own = store_kit_open(kit.folder);
    for (int i = 0; i < INCREMENTS; i++)
        increment(own);
    store_close(own);
}

START_TEST(race_loses_no_change)
{
    pid_t processes[COUNTERS];
    char sum[16];
    for (int i = 0; i < COUNTERS; i++)
        processes[i] = store_kit_fork(count_up, NULL);
    for (int i = 0; i < COUNTERS; i++)
        ck_assert_int_eq(store_kit_wait(processes[i]), 0);
    (void)snprintf(sum, sizeof(sum), "%d", COUNTERS * INCREMENTS);
    ck_assert(store_kit_holds(kit.store, "counter", sum, NOW_MS));
}
END_TEST

/* Killed at each call that changes the disk: they come here before they go on. */

static int calls_left = -1; /* until the one that kills; -1: none does */

static void pass_or_die(void)
{
    if (calls_left >= 0 && calls_left-- == 0)
        (void)raise(SIGKILL);
}

ssize_t write(int descriptor, const void *bytes, size_t len)
{
    if (calls_left == 0)
        (void)syscall(SYS_write, descriptor, bytes, len / 2);
    pass_or_die();
    return (ssize_t)syscall(SYS_write, descriptor, bytes, len);
}

int renameat(int old_folder, const char *old_path, int new_folder, const char *new_path)
{
    pass_or_die();
    return (int)syscall(SYS_renameat2, old_folder, old_path, new_folder, new_path, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
    pass_or_die();
    return (int)syscall(SYS_unlinkat, folder, path, flags);
}

enum operation { PUT, PUT_IF, SETTLE, CLAIM };

static const struct {
    enum operation operation;
    int calls;     /* that change the disk */
    int new_after; /* that many of them the new value is there */
} deaths[] = {
    { PUT, 2, 2 },
    { PUT_IF, 2, 2 },
    { SETTLE, 3, 2 },
    { CLAIM, 2, 99 },
};

struct death {
    enum operation operation;
    int calls;
    struct store_claim claim;
};

static void operate_and_die(const void *context)
{
    const struct death *death = context;
    const struct store_change change = { "old", 3, "new", 3, LIFE_MS, false };
    struct error why = ERROR_INIT;
    struct store_claim claim = death->claim;
    struct store *own = store_kit_open(kit.folder);
    calls_left = death->calls;
    if (death->operation == PUT)
        (void)store_put(own, "k", "new", 3, LIFE_MS, NOW_MS, &why);
    if (death->operation == PUT_IF)
        (void)store_put_if(own, "k", &change, NOW_MS, &why);
    if (death->operation == SETTLE)
        (void)store_settle(own, "k", &claim, "new", 3, LIFE_MS, false, NOW_MS, &why);
    if (death->operation == CLAIM)
        (void)store_claim(own, "k", LEASE_MS, NOW_MS, &claim, &why);
    calls_left = -1;
    store_close(own);
}

START_TEST(race_survives_kill_at_each_call)
{
    for (int calls = 0; calls <= deaths[_i].calls; calls++) {
        struct death death = { deaths[_i].operation, calls, { "" } };
        struct store_claim claim;
        bool settles = death.operation == SETTLE;
        bool survives = calls == deaths[_i].calls;
        ck_assert_int_eq(store_kit_put(kit.store, "k", "old", NOW_MS), STORE_OK);
        if (settles)
            ck_assert_int_eq(
                store_claim(kit.store, "k", LEASE_MS, NOW_MS, &death.claim, &kit.error), STORE_OK);
        ck_assert_int_eq(store_kit_run(operate_and_die, &death), survives ? 0 : 128 + SIGKILL);
        bool is_new = calls >= deaths[_i].new_after;
        ck_assert(store_kit_holds(kit.store, "k", is_new ? "new" : "old", NOW_MS));
        /* What was claimed stays so until its lease is over, but never longer. */
        bool claimed = settles ? !survives : death.operation == CLAIM && survives;
        ck_assert_int_eq(store_claim(kit.store, "k", LEASE_MS, NOW_MS, &claim, &kit.error),
                         claimed ? STORE_TAKEN : STORE_OK);
        ck_assert_int_eq(
            store_claim(kit.store, "k", LEASE_MS, NOW_MS + LEASE_MS, &claim, &kit.error), STORE_OK);
        ck_assert_int_eq(store_release(kit.store, "k", &claim, NOW_MS + LEASE_MS, &kit.error),
                         STORE_OK);
        ck_assert_int_eq(store_kit_count(kit.folder, ""), 1);
    }
}
END_TEST

/* Killed somewhere. */

enum { KILLS = 20, LARGE = 200000 };

/* Stores a large text of as, of bs, of as …, and tells of each. */
static void write_for_ever(const void *context)
{
    const int *progress = context;
    static char bytes[LARGE];
    struct store *own = store_kit_open(kit.folder);
    for (int i = 0;; i++) {
        struct error why = ERROR_INIT;
        memset(bytes, i % 2 == 0 ? 'a' : 'b', sizeof(bytes));
        REQUIRE(store_put(own, "k", bytes, sizeof(bytes), LIFE_MS, NOW_MS, &why) == STORE_OK);
        REQUIRE(write(*progress, bytes, 1) == 1);
    }
}

/* Kills such a process after it has told of count texts, wherever it is then. */
static void kill_writer(int count)
{
    int ends[2];
    char byte;
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    pid_t writer = store_kit_fork(write_for_ever, &ends[1]);
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    ck_assert_int_eq(kill(writer, SIGKILL), 0);
    ck_assert_int_eq(store_kit_wait(writer), 128 + SIGKILL);
    close(ends[0]);
    close(ends[1]);
}

START_TEST(race_survives_kill)
{
    for (int i = 0; i < KILLS; i++) {
        struct buf value = BUF_INIT(STORE_VALUE_MAX);
        kill_writer(1 + i % 5);
        ck_assert_int_eq(store_get(kit.store, "k", NOW_MS, &value, &kit.error), STORE_OK);
        ck_assert_uint_eq(value.len, LARGE);
        ck_assert_uint_eq(strspn(buf_text(&value), value.data[0] == 'a' ? "a" : "b"), LARGE);
        buf_release(&value);
        ck_assert_int_eq(store_clean(kit.store, NOW_MS, &kit.error), STORE_OK);
        ck_assert_int_eq(store_kit_count(kit.folder, ""), 1);
    }
    ck_assert_int_eq(store_kit_put(kit.store, "k", "after", NOW_MS), STORE_OK);
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "race has one winner", race_has_one_winner, 1);
    store_kit_add(suite, "race loses no change", race_loses_no_change, 1);
    store_kit_add(suite, "race survives kill at each call", race_survives_kill_at_each_call,
                  COUNT(deaths));
    store_kit_add(suite, "race survives kill", race_survives_kill, 1);
}

SUITE_MAIN("store race", fill)
