/* The store's contract, kept by a real Redis, whose clock decides what is over; and a Redis that
 * cannot be used. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "redis_kit.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"

enum { LONG_MS = 60000, SHORT_MS = 30 };

static struct redis_kit redis;
static char *url;
static struct store *store;
static struct error why;

static void open_store(void)
{
    url = memory_format("unix://%s", redis.socket);
    store = store_open(url);
    why = (struct error)ERROR_INIT;
    ck_assert(store_is_shared(store));
}

static void close_store(void)
{
    store_close(store);
    free(url);
}

/* The value as text; "(absent)", "(failed)". Lives until the next call. */
static const char *value_of(const char *key)
{
    static char text[64];
    struct buf value = BUF_INIT(sizeof(text) - 1);
    const enum store_result result = store_get(store, key, 0, &value, &why);
    (void)snprintf(text, sizeof(text), "%s",
                   result == STORE_OK       ? buf_text(&value)
                   : result == STORE_ABSENT ? "(absent)"
                                            : "(failed)");
    buf_release(&value);
    return text;
}

static enum store_result put(const char *key, const char *text, int64_t life_ms)
{
    return store_put(store, key, text, strlen(text), life_ms, 0, &why);
}

static enum store_result put_if(const char *key, const char *old, const char *text)
{
    const struct store_change change = { old,     old == NULL ? 0 : strlen(old),
                                         text,    strlen(text),
                                         LONG_MS, true };
    return store_put_if(store, key, &change, 0, &why);
}

static void nap(void)
{
    const struct timespec pause = { 0, 5 * 1000 * 1000 };
    (void)nanosleep(&pause, NULL);
}

START_TEST(values)
{
    ck_assert_str_eq(value_of("values"), "(absent)");
    ck_assert_int_eq(put("values", "one", LONG_MS), STORE_OK);
    ck_assert_str_eq(value_of("values"), "one");
    ck_assert_int_eq(put("values", "two", LONG_MS), STORE_OK);
    ck_assert_str_eq(value_of("values"), "two");
    ck_assert_int_eq(store_remove(store, "values", &why), STORE_OK);
    ck_assert_int_eq(store_remove(store, "values", &why), STORE_OK);
    ck_assert_str_eq(value_of("values"), "(absent)");
    ck_assert_int_eq(put("values", "short", SHORT_MS), STORE_OK);
    while (strcmp(value_of("values"), "(absent)") != 0)
        nap();
}
END_TEST

START_TEST(any_bytes)
{
    static const char bytes[] = "a\0b\r\n$5\r\n\xff";
    struct buf value = BUF_INIT(STORE_VALUE_MAX);
    char *large = memory_zero(1, STORE_VALUE_MAX);
    ck_assert_int_eq(
        store_put(store, "any bytes \xe4\xb8\xad", bytes, sizeof(bytes), LONG_MS, 0, &why),
        STORE_OK);
    ck_assert_int_eq(store_get(store, "any bytes \xe4\xb8\xad", 0, &value, &why), STORE_OK);
    ck_assert_uint_eq(value.len, sizeof(bytes));
    ck_assert_mem_eq(value.data, bytes, sizeof(bytes));
    ck_assert_int_eq(store_put(store, "large", large, STORE_VALUE_MAX, LONG_MS, 0, &why), STORE_OK);
    ck_assert_str_eq(value_of("large"), "(failed)"); /* more than what it is read for */
    buf_clear(&value);
    ck_assert_int_eq(store_get(store, "large", 0, &value, &why), STORE_OK);
    ck_assert_uint_eq(value.len, STORE_VALUE_MAX);
    buf_release(&value);
    free(large);
}
END_TEST

START_TEST(changes)
{
    ck_assert_int_eq(put_if("changes", "one", "two"), STORE_TAKEN);
    ck_assert_int_eq(put_if("changes", NULL, "one"), STORE_OK);
    ck_assert_int_eq(put_if("changes", NULL, "two"), STORE_TAKEN);
    ck_assert_int_eq(put_if("changes", "other", "two"), STORE_TAKEN);
    ck_assert_int_eq(put_if("changes", "", "two"), STORE_TAKEN);
    ck_assert_str_eq(value_of("changes"), "one");
    ck_assert_int_eq(put_if("changes", "one", ""), STORE_OK);
    ck_assert_str_eq(value_of("changes"), "");
    ck_assert_int_eq(put_if("changes", NULL, "two"), STORE_TAKEN);
    ck_assert_int_eq(put_if("changes", "", "two"), STORE_OK);
    ck_assert_str_eq(value_of("changes"), "two");
}
END_TEST

START_TEST(claims)
{
    struct store_claim one;
    struct store_claim other;
    ck_assert_int_eq(put("claims", "value", LONG_MS), STORE_OK);
    ck_assert_int_eq(store_claim(store, "claims", LONG_MS, 0, &one, &why), STORE_OK);
    ck_assert_int_eq(store_claim(store, "claims", LONG_MS, 0, &other, &why), STORE_TAKEN);
    ck_assert_str_eq(other.owner, "");
    ck_assert_str_eq(value_of("claims"), "value");
    const struct store_claim forged = { "0123456789abcdef0123456789abcdef" };
    ck_assert_int_eq(store_release(store, "claims", &forged, 0, &why), STORE_TAKEN);
    ck_assert_int_eq(store_settle(store, "claims", &forged, "x", 1, LONG_MS, true, 0, &why),
                     STORE_TAKEN);
    ck_assert_str_eq(value_of("claims"), "value");
    ck_assert_int_eq(store_release(store, "claims", &one, 0, &why), STORE_OK);
    ck_assert_int_eq(store_release(store, "claims", &one, 0, &why), STORE_TAKEN);
    ck_assert_int_eq(store_claim(store, "claims", LONG_MS, 0, &other, &why), STORE_OK);
    ck_assert_int_eq(store_settle(store, "claims", &one, "x", 1, LONG_MS, true, 0, &why),
                     STORE_TAKEN);
    ck_assert_int_eq(store_settle(store, "claims", &other, "done", 4, LONG_MS, true, 0, &why),
                     STORE_OK);
    ck_assert_str_eq(value_of("claims"), "done");
    ck_assert_int_eq(store_settle(store, "claims", &other, "x", 1, LONG_MS, true, 0, &why),
                     STORE_TAKEN);
    ck_assert_int_eq(store_claim(store, "claims", LONG_MS, 0, &one, &why), STORE_OK);
}
END_TEST

/* A lease that has run out is taken over, and who had it settles nothing. */
START_TEST(leases)
{
    struct store_claim one;
    struct store_claim other;
    ck_assert_int_eq(store_claim(store, "leases", SHORT_MS, 0, &one, &why), STORE_OK);
    while (store_claim(store, "leases", LONG_MS, 0, &other, &why) == STORE_TAKEN)
        nap();
    ck_assert_str_ne(other.owner, "");
    ck_assert_int_eq(store_settle(store, "leases", &one, "x", 1, LONG_MS, true, 0, &why),
                     STORE_TAKEN);
    ck_assert_int_eq(store_release(store, "leases", &one, 0, &why), STORE_TAKEN);
    ck_assert_str_eq(value_of("leases"), "(absent)");
}
END_TEST

struct seen {
    char members[8][8];
    int count;
    int most;
};

static bool see(void *context, const char *member)
{
    struct seen *seen = context;
    (void)snprintf(seen->members[seen->count++], sizeof(seen->members[0]), "%s", member);
    ck_assert_int_eq(store_index_remove(store, "removed", member, &why), STORE_OK);
    return seen->count < seen->most;
}

static int list(const char *kind, size_t limit, int most)
{
    struct seen seen = { .most = most };
    ck_assert_int_eq(store_index_list(store, kind, limit, 0, see, &seen, &why), STORE_OK);
    for (int i = 0; i < seen.count; i++) {
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(seen.members[i], seen.members[j]);
    }
    return seen.count;
}

START_TEST(indexes)
{
    ck_assert_int_eq(list("index", 8, 8), 0);
    ck_assert_int_eq(store_index_add(store, "index", "a", LONG_MS, 0, &why), STORE_OK);
    ck_assert_int_eq(store_index_add(store, "index", "b", LONG_MS, 0, &why), STORE_OK);
    ck_assert_int_eq(store_index_add(store, "index", "b", LONG_MS, 0, &why), STORE_OK);
    ck_assert_int_eq(store_index_add(store, "other", "c", LONG_MS, 0, &why), STORE_OK);
    ck_assert_int_eq(list("index", 8, 8), 2);
    ck_assert_int_eq(list("index", 1, 8), 1);
    ck_assert_int_eq(list("index", 8, 1), 1);
    ck_assert_int_eq(store_index_remove(store, "index", "a", &why), STORE_OK);
    ck_assert_int_eq(store_index_remove(store, "index", "a", &why), STORE_OK);
    ck_assert_int_eq(list("index", 8, 8), 1);
    ck_assert_int_eq(store_index_add(store, "index", "d", SHORT_MS, 0, &why), STORE_OK);
    while (list("index", 8, 8) == 2)
        nap();
    ck_assert_int_eq(list("index", 8, 8), 1);
    ck_assert_int_eq(store_clean(store, 0, &why), STORE_OK);
}
END_TEST

/* Processes that meet. */

enum { RACERS = 4, INCREMENTS = 50 };

static void count_up(const void *context)
{
    struct error error = ERROR_INIT;
    struct store *own = store_open(context);
    for (int i = 0; i < INCREMENTS; i++) {
        enum store_result result = STORE_TAKEN;
        while (result == STORE_TAKEN) {
            struct buf old = BUF_INIT(16);
            char text[24];
            (void)store_get(own, "counter", 0, &old, &error);
            (void)snprintf(text, sizeof(text), "%ld", strtol(buf_text(&old), NULL, 10) + 1);
            const struct store_change next = {
                old.data, old.len, text, strlen(text), LONG_MS, false
            };
            result = store_put_if(own, "counter", &next, 0, &error);
            buf_release(&old);
        }
        REQUIRE(result == STORE_OK);
    }
    store_close(own);
}

static void claim_once(const void *context)
{
    struct error error = ERROR_INIT;
    struct store_claim claim;
    struct store *own = store_open(context);
    const enum store_result result = store_claim(own, "race", LONG_MS, 0, &claim, &error);
    store_close(own);
    _exit(result == STORE_OK ? 10 : result == STORE_TAKEN ? 11 : 12);
}

START_TEST(races)
{
    pid_t counters[RACERS];
    pid_t claimers[RACERS];
    int winners = 0;
    for (int i = 0; i < RACERS; i++) {
        counters[i] = store_kit_fork(count_up, url);
        claimers[i] = store_kit_fork(claim_once, url);
    }
    for (int i = 0; i < RACERS; i++) {
        ck_assert_int_eq(store_kit_wait(counters[i]), 0);
        const int status = store_kit_wait(claimers[i]);
        ck_assert(status == 10 || status == 11);
        winners += status == 10;
    }
    ck_assert_int_eq(winners, 1);
    ck_assert_str_eq(value_of("counter"), "200");
}
END_TEST

/* Redis goes away while the connection is kept. */
START_TEST(goes_away)
{
    static const char *const lasting[] = { "--appendonly", "yes", "--appendfsync", "always", NULL };
    struct redis_kit own;
    redis_kit_start(&own, lasting);
    char *own_url = memory_format("unix://%s", own.socket);
    struct store *kept = store_open(own_url);
    struct error error = ERROR_INIT;
    struct buf value = BUF_INIT(16);
    ck_assert_int_eq(store_put(kept, "k", "v", 1, LONG_MS, 0, &error), STORE_OK);
    redis_kit_stop(&own);
    ck_assert_int_eq(store_get(kept, "k", 0, &value, &error), STORE_FAILED);
    ck_assert_int_eq(error.kind, ERROR_STORE);
    store_close(kept);
    free(own_url);
}
END_TEST

/* Its connection ends while nobody asks: the next question goes out on another one. */
START_TEST(connection_ends)
{
    ck_assert_int_eq(put("connection", "v", LONG_MS), STORE_OK);
    char *command = memory_format(
        "$(tests/tools/daemons.sh redis-cli) -s %s CLIENT KILL TYPE normal SKIPME yes",
        redis.socket);
    FILE *answer = popen(command, "re"); /* NOLINT(cert-env33-c): a script of ours */
    char line[64] = "";
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), answer));
    ck_assert_int_eq(pclose(answer), 0);
    ck_assert_int_ge(strtol(line, NULL, 10), 1);
    ck_assert_str_eq(value_of("connection"), "v");
    free(command);
}
END_TEST

/* Passwords, users, databases. */

static const struct {
    const char *credentials;
    const char *end;
    bool works;
} logins[] = {
    { ":p%40ss%3ahidden@", "", true },
    { "default:p%40ss%3ahidden@", "", true },
    { ":p%40ss%3ahidden@", "?db=3", true },
    { ":p%40ss%3ahidden@", "?db=99", false },
    { ":wrong@", "", false },
    { "nobody:p%40ss%3ahidden@", "", false },
    { "", "", false },
};

START_TEST(logs_in)
{
    static const char *const guarded[] = { "--requirepass", "p@ss:hidden", NULL };
    struct redis_kit own;
    struct error error = ERROR_INIT;
    redis_kit_start(&own, guarded);
    char *own_url =
        memory_format("unix://%s%s%s", logins[_i].credentials, own.socket, logins[_i].end);
    struct store *guest = store_open(own_url);
    ck_assert_int_eq(store_put(guest, "k", "v", 1, LONG_MS, 0, &error),
                     logins[_i].works ? STORE_OK : STORE_FAILED);
    ck_assert_ptr_null(strstr(error.text, "hidden"));
    ck_assert(logins[_i].works || strstr(error.text, own.socket) != NULL);
    store_close(guest);
    free(own_url);
    redis_kit_stop(&own);
}
END_TEST

/* A port where somebody listens, or nobody any more, and never says a word. */
static int listen_somewhere(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof(address);
    const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(file, (const struct sockaddr *)&address, len), 0);
    ck_assert_int_eq(listen(file, 16), 0);
    ck_assert_int_eq(getsockname(file, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return file;
}

static int waiting_connections(int listener)
{
    int count = 0;
    int file;
    while ((file = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0 && ++count < 9)
        close(file);
    return count;
}

/* Once it did not answer it is left alone for a while: one connection for many questions. */
START_TEST(says_nothing)
{
    int port;
    struct error error = ERROR_INIT;
    const int listener = listen_somewhere(&port);
    char *silent = memory_format("redis://127.0.0.1:%d/0", port);
    struct store *dumb = store_open(silent);
    for (int i = 0; i < 20; i++) {
        struct error each = ERROR_INIT;
        ck_assert_int_eq(store_put(dumb, "k", "v", 1, LONG_MS, 0, &each), STORE_FAILED);
        error = each;
    }
    ck_assert_int_eq(error.kind, ERROR_STORE);
    ck_assert_ptr_nonnull(strstr(error.text, "127.0.0.1 port "));
    ck_assert_ptr_nonnull(strstr(error.text, "no answer in time"));
    ck_assert_int_eq(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(waiting_connections(listener), 1);
    store_close(dumb);
    close(listener);
    free(silent);
}
END_TEST

static const struct {
    const char *url;
    const char *text;
} unreachable[] = {
    { "redis://127.0.0.1:1", "Connection refused" },
    { "redis://[::1]:1/2", "port 1: " },
    { "redis://user:secret@localhost:1", "Connection refused" },
    { "redis://no.such.name.invalid", "this name has no address" },
    { "unix:///no/such/socket", "No such file" },
};

START_TEST(is_unreachable)
{
    struct error error = ERROR_INIT;
    struct store *nobody = store_open(unreachable[_i].url);
    ck_assert_int_eq(store_put(nobody, "k", "v", 1, LONG_MS, 0, &error), STORE_FAILED);
    ck_assert_int_eq(error.kind, ERROR_STORE);
    ck_assert_msg(strstr(error.text, unreachable[_i].text) != NULL, "%s", error.text);
    ck_assert_ptr_null(strstr(error.text, "secret"));
    store_close(nobody);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, open_store, close_store);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

static void fill(Suite *suite)
{
    add(suite, "values", values, 1);
    add(suite, "any bytes", any_bytes, 1);
    add(suite, "changes", changes, 1);
    add(suite, "claims", claims, 1);
    add(suite, "leases", leases, 1);
    add(suite, "indexes", indexes, 1);
    add(suite, "races", races, 1);
    add(suite, "goes away", goes_away, 1);
    add(suite, "connection ends", connection_ends, 1);
    add(suite, "logs in", logs_in, COUNT(logins));
    add(suite, "says nothing", says_nothing, 1);
    add(suite, "is unreachable", is_unreachable, COUNT(unreachable));
}

int main(void)
{
    redis_kit_start(&redis, NULL);
    const int status = suite_run("store, Redis", fill);
    redis_kit_stop(&redis);
    return status;
}
