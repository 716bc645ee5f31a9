/* How often something may happen, counted by many processes at once. */
#include "suite.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "error.h"
#include "rate.h"
#include "store.h"
#include "store_kit.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60000, RACERS = 8 };

static int take(struct store *store, const struct rate *rate, int times, int64_t now_ms)
{
    int taken = 0;
    for (int i = 0; i < times; i++) {
        int64_t wait_ms;
        taken += rate_take(store, rate, now_ms, &wait_ms) ? 1 : 0;
    }
    return taken;
}

START_TEST(counts_within_any_window)
{
    const struct rate rate = { "chat:oc_1", SECOND_MS, 5 };
    const struct rate other = { "chat:oc_2", SECOND_MS, 5 };
    const struct rate longer = { "chat:oc_1", MINUTE_MS, 7 };
    int64_t wait_ms = -1;
    ck_assert_int_eq(take(kit.store, &rate, 2, NOW_MS), 2);
    ck_assert_int_eq(take(kit.store, &rate, 20, NOW_MS + 600), 3);
    ck_assert(!rate_take(kit.store, &rate, NOW_MS + 999, &wait_ms));
    ck_assert_int_eq(wait_ms, 1);
    ck_assert(!rate_take(kit.store, &rate, NOW_MS + 700, &wait_ms));
    ck_assert_int_eq(wait_ms, 300);
    ck_assert_int_eq(take(kit.store, &rate, 20, NOW_MS + 1000), 2);
    ck_assert(!rate_take(kit.store, &rate, NOW_MS + 1100, &wait_ms));
    ck_assert_int_eq(wait_ms, 500);
    ck_assert_int_eq(take(kit.store, &other, 20, NOW_MS), 5);
    ck_assert_int_eq(take(kit.store, &longer, 20, NOW_MS), 7);
    ck_assert(!rate_take(kit.store, &longer, NOW_MS + SECOND_MS, &wait_ms));
    ck_assert_int_eq(wait_ms, MINUTE_MS - SECOND_MS);
}
END_TEST

/* Machines' clocks differ a little; one that was wrong for an hour must not stop everything. */
START_TEST(bears_clocks_that_differ)
{
    const struct rate rate = { "app", SECOND_MS, 2 };
    ck_assert_int_eq(take(kit.store, &rate, 1, NOW_MS + 300), 1);
    ck_assert_int_eq(take(kit.store, &rate, 5, NOW_MS), 1);
    ck_assert_int_eq(take(kit.store, &rate, 5, NOW_MS + 400), 0);
    ck_assert_int_eq(take(kit.store, &rate, 5, NOW_MS - 3600000), 2);
}
END_TEST

/* The limit is then the platform's. */
START_TEST(fails_open)
{
    const struct rate rate = { "app", SECOND_MS, 1 };
    struct store *none = store_open("none");
    ck_assert_int_eq(take(none, &rate, 3, NOW_MS), 3);
    store_close(none);
}
END_TEST

START_TEST(mends_what_is_no_number)
{
    const struct rate rate = { "app", SECOND_MS, 2 };
    ck_assert_int_eq(store_kit_put(kit.store, "rate:app:1000", "-x", NOW_MS), STORE_OK);
    ck_assert_int_eq(take(kit.store, &rate, 5, NOW_MS), 2);
}
END_TEST

static const struct {
    int64_t most;
    int times; /* that each process asks */
    int taken; /* by all together */
} races[] = {
    { 5, 20, 5 },
    { 100, 40, 100 },
    { 1000, 50, RACERS * 50 }, /* fewer than may: nobody is sent away */
};

struct race {
    pthread_barrier_t barrier;
    int64_t most;
    int times;
    int taken[RACERS];
};

struct racer {
    struct race *race;
    int number;
};

static void run(const void *context)
{
    const struct racer *racer = context;
    struct race *race = racer->race;
    struct store *own = store_kit_open(kit.folder);
    const struct rate rate = { "app", MINUTE_MS, race->most };
    (void)pthread_barrier_wait(&race->barrier);
    race->taken[racer->number] = take(own, &rate, race->times, NOW_MS);
    store_close(own);
}

START_TEST(many_processes)
{
    pthread_barrierattr_t shared;
    struct racer racers[RACERS];
    pid_t processes[RACERS];
    int taken = 0;
    struct race *race =
        mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(race != MAP_FAILED);
    race->most = races[_i].most;
    race->times = races[_i].times;
    ck_assert_int_eq(pthread_barrierattr_init(&shared), 0);
    ck_assert_int_eq(pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED), 0);
    ck_assert_int_eq(pthread_barrier_init(&race->barrier, &shared, RACERS), 0);
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){ race, i };
        processes[i] = store_kit_fork(run, &racers[i]);
    }
    for (int i = 0; i < RACERS; i++)
        ck_assert_int_eq(store_kit_wait(processes[i]), 0);
    for (int i = 0; i < RACERS; i++)
        taken += race->taken[i];
    ck_assert_int_eq(taken, races[_i].taken);
    /* What was granted was also counted. */
    const struct rate full = { "app", MINUTE_MS, races[_i].taken };
    ck_assert_int_eq(take(kit.store, &full, 3, NOW_MS), 0);
    (void)munmap(race, sizeof(*race));
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "counts within any window", counts_within_any_window, 1);
    store_kit_add(suite, "bears clocks that differ", bears_clocks_that_differ, 1);
    store_kit_add(suite, "fails open", fails_open, 1);
    store_kit_add(suite, "mends what is no number", mends_what_is_no_number, 1);
    store_kit_add(suite, "many processes", many_processes, COUNT(races));
}

SUITE_MAIN("rate", fill)
