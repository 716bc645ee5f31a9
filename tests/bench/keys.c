/* What a claim costs in a folder store that holds many keys.
 *
 *     keys FOLDER COUNT…    the counts ascend
 *
 * Fills the store up to each count and then prints a line, with tabs: the count, the median of a
 * claim's processor time and of that of one step of cleaning, in nanoseconds, and the seconds that
 * the filling took. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "buf.h"
#include "clock.h"
#include "error.h"
#include "memory.h"
#include "store.h"

enum { TRIES = 1001, CLEANINGS = 11, LIFE_MS = 86400000, LEASE_MS = 10000, COUNT_MAX = 2000000 };

static long long cpu_ns[TRIES];

static long long read_ns(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0)
        exit(EXIT_FAILURE);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void fail(const struct error *error)
{
    (void)fprintf(stderr, "keys: %s\n", error->text);
    exit(EXIT_FAILURE);
}

static int compare(const void *one, const void *other)
{
    const long long a = *(const long long *)one;
    const long long b = *(const long long *)other;
    return (a > b) - (a < b);
}

static long long median(long long *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return values[count / 2];
}

/* Keys as those of messages that are answered, and a value of the same size. */
static void fill(struct store *store, size_t from, size_t to)
{
    static const char value[] = "{\"version\":1,\"stage\":\"done\"}";
    struct error error = ERROR_INIT;
    for (size_t i = from; i < to; i++) {
        char key[64];
        (void)snprintf(key, sizeof(key), "message:om_%032zx", i);
        if (store_put(store, key, value, sizeof(value) - 1, LIFE_MS, clock_wall_ms(), &error) !=
            STORE_OK)
            fail(&error);
    }
}

/* Each claim is on a key of its own that nobody had before, as that of an event is. */
static void claim_keys(struct store *store, size_t stored)
{
    struct error error = ERROR_INIT;
    struct store_claim claim;
    for (size_t i = 0; i < TRIES; i++) {
        char *key = memory_format("message:om_claimed_%zu_%zu", stored, i);
        const long long cpu = read_ns(CLOCK_PROCESS_CPUTIME_ID);
        if (store_claim(store, key, LEASE_MS, clock_wall_ms(), &claim, &error) != STORE_OK)
            fail(&error);
        cpu_ns[i] = read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        if (store_release(store, key, &claim, clock_wall_ms(), &error) != STORE_OK)
            fail(&error);
        free(key);
    }
}

static long long clean(struct store *store)
{
    long long times_ns[CLEANINGS];
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < CLEANINGS; i++) {
        const long long cpu = read_ns(CLOCK_PROCESS_CPUTIME_ID);
        if (store_clean(store, clock_wall_ms(), &error) != STORE_OK)
            fail(&error);
        times_ns[i] = read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    }
    return median(times_ns, CLEANINGS);
}

int main(int argc, char **argv)
{
    size_t stored = 0;
    if (argc < 3) {
        (void)fprintf(stderr, "usage: keys FOLDER COUNT...\n");
        return 2;
    }
    char *url = memory_format("dir:%s", argv[1]);
    struct store *store = store_open(url);
    for (int i = 2; i < argc; i++) {
        const size_t count = strtoul(argv[i], NULL, 10);
        const long long started_ns = read_ns(CLOCK_MONOTONIC);
        if (count < stored || count > COUNT_MAX)
            break;
        fill(store, stored, count);
        stored = count;
        const long long filled_ns = read_ns(CLOCK_MONOTONIC) - started_ns;
        claim_keys(store, stored);
        (void)printf("%zu\t%lld\t%lld\t%.1f\n", stored, median(cpu_ns, TRIES), clean(store),
                     (double)filled_ns / 1e9);
        (void)fflush(stdout);
    }
    store_close(store);
    free(url);
    return EXIT_SUCCESS;
}
