/* Commands whose runner is gone: people are told, once, by whoever finds them. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "lock.h"
#include "memory.h"
#include "service_kit.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"
#include "unfinished.h"

SERVICE_KIT_CLOCKS

enum { LIFE_MS = 100000000, LEASE_MS = 1000, MANY = 20, AT_A_TIME = 16 };

#define BEGUN                                                                                      \
    "{\"stage\":\"begun\",\"purpose\":\"result\",\"kind\":\"text\",\"command\":\"restart\"}"
#define FINISHED                                                                                   \
    "{\"stage\":\"finished\",\"purpose\":\"result\",\"kind\":\"text\",\"content\":\"output\"}"
#define CARD "{\"stage\":\"finished\",\"purpose\":\"result\",\"kind\":\"card\",\"content\":\"{}\"}"
#define SENDING(ms)                                                                                \
    "{\"stage\":\"finished\",\"purpose\":\"result\",\"kind\":\"text\",\"content\":\"output\","     \
    "\"sending\":" #ms "}"
#define INTERRUPTED(ms)                                                                            \
    "{\"stage\":\"finished\",\"purpose\":\"interrupted\",\"kind\":\"text\",\"content\":\"gone\","  \
    "\"sending\":" #ms "}"
#define DONE "{\"stage\":\"done\"}"

static void begin(const char *key)
{
    struct error error = ERROR_INIT;
    ck_assert_int_eq(store_index_add(service_kit.service.store, UNFINISHED_KIND, key, LIFE_MS,
                                     service_kit.wall_ms, &error),
                     STORE_OK);
}

static bool look_for(void *context, const char *member)
{
    const char **wanted = context;
    if (strcmp(member, *wanted) == 0)
        *wanted = NULL;
    return true;
}

static bool is_listed(const char *key)
{
    struct error error = ERROR_INIT;
    ck_assert_int_eq(store_index_list(service_kit.service.store, UNFINISHED_KIND, 1000,
                                      service_kit.wall_ms, look_for, (void *)&key, &error),
                     STORE_OK);
    return key == NULL;
}

static bool is_claimed(const char *key)
{
    struct error error = ERROR_INIT;
    struct store_claim claim;
    struct store *store = service_kit.service.store;
    if (store_claim(store, key, LEASE_MS, service_kit.wall_ms, &claim, &error) == STORE_TAKEN)
        return true;
    ck_assert_int_eq(store_release(store, key, &claim, service_kit.wall_ms, &error), STORE_OK);
    return false;
}

static enum record_stage stage(const char *key)
{
    struct record record = service_kit_record(key);
    enum record_stage is = record.stage;
    record_release(&record);
    return is;
}

/* What a sweep makes of one member of the index. */
static const struct {
    const char *name;
    const char *record; /* NULL: there is none */
    enum http_outcome outcome;
    const char *answer; /* NULL: nothing is posted */
    enum record_purpose purpose;
    const char *said;
    bool ended;
    const char *logged;
} sweeps[] = {
    { "interrupted", BEGUN, HTTP_ANSWERED, SERVICE_KIT_POSTED, RECORD_INTERRUPTED,
      "restart was interrupted and may have done a part of its work. It will not be run again by "
      "itself: please check before you send it again.",
      true, NULL },
    { "finished", FINISHED, HTTP_ANSWERED, SERVICE_KIT_POSTED, RECORD_RESULT, "output", true,
      NULL },
    { "a card", CARD, HTTP_ANSWERED, SERVICE_KIT_POSTED, RECORD_RESULT, "", true, NULL },
    { "perhaps sent", SENDING(1699999000000), HTTP_ANSWERED, SERVICE_KIT_POSTED, RECORD_RESULT,
      "output", true, NULL },
    { "perhaps told", INTERRUPTED(1699999000000), HTTP_ANSWERED, SERVICE_KIT_POSTED,
      RECORD_INTERRUPTED, "gone", true, NULL },
    { "perhaps sent long ago", SENDING(1699990000000), HTTP_ANSWERED, NULL, RECORD_RESULT, NULL,
      true, "too late to repeat" },
    { "done", DONE, HTTP_ANSWERED, NULL, RECORD_RESULT, NULL, true, NULL },
    { "never begun", NULL, HTTP_ANSWERED, NULL, RECORD_RESULT, NULL, true, NULL },
    { "not to be sent", FINISHED, HTTP_ANSWERED, "{\"code\":230002,\"msg\":\"no\"}", RECORD_RESULT,
      "output", true, "230002" },
    { "no connection", FINISHED, HTTP_UNREACHED, "", RECORD_RESULT, "output", false, "no way" },
    { "cut", BEGUN, HTTP_CUT, "", RECORD_INTERRUPTED, NULL, false, "no way" },
    { "unreadable", "{\"stage\":\"x\"}", HTTP_ANSWERED, NULL, RECORD_RESULT, NULL, false,
      "cannot be read" },
};

START_TEST(a_sweep)
{
    if (sweeps[_i].record != NULL)
        service_kit_store(SERVICE_KIT_KEY, sweeps[_i].record);
    if (sweeps[_i].answer != NULL)
        service_kit_answer(SERVICE_KIT_PATH, sweeps[_i].outcome, 200, sweeps[_i].answer);
    begin(SERVICE_KIT_KEY);
    close(lock_life(service_kit.state, SERVICE_KIT_KEY, &kit.error)); /* its runner has died */
    unfinished_sweep(&service_kit.service);
    ck_assert_msg(service_kit_posts() == (sweeps[_i].answer != NULL), "%s", sweeps[_i].name);
    if (sweeps[_i].answer != NULL)
        service_kit_check_uuid(0, SERVICE_KIT_MESSAGE, sweeps[_i].purpose);
    if (sweeps[_i].said != NULL) {
        char *said = service_kit_posted(0, "content", "text");
        ck_assert_str_eq(said, sweeps[_i].said);
        free(said);
    }
    ck_assert_msg(is_listed(SERVICE_KIT_KEY) == !sweeps[_i].ended, "%s", sweeps[_i].name);
    ck_assert(!is_claimed(SERVICE_KIT_KEY));
    ck_assert_int_eq(store_kit_count(service_kit.state, ""), sweeps[_i].ended ? 0 : 1);
    if (sweeps[_i].logged != NULL)
        ck_assert_msg(service_kit_logged(sweeps[_i].logged), "%s: %s", sweeps[_i].name,
                      buf_text(&service_kit.log.held));
    else
        ck_assert_str_eq(buf_text(&service_kit.log.held), "");
    if (sweeps[_i].ended && sweeps[_i].record != NULL)
        ck_assert_int_eq(stage(SERVICE_KIT_KEY), RECORD_DONE);
    if (sweeps[_i].ended) /* once */
        unfinished_sweep(&service_kit.service);
}
END_TEST

/* That it was interrupted is fixed before it is said: it is said again in the same words. */
START_TEST(told_again)
{
    service_kit_store(SERVICE_KIT_KEY, BEGUN);
    begin(SERVICE_KIT_KEY);
    service_kit_answer(SERVICE_KIT_PATH, HTTP_CUT, 0, "");
    unfinished_sweep(&service_kit.service);
    struct record record = service_kit_record(SERVICE_KIT_KEY);
    ck_assert_int_eq(record.stage, RECORD_FINISHED);
    ck_assert_int_eq(record.purpose, RECORD_INTERRUPTED);
    ck_assert_int_eq(record.sending_ms, NOW_MS);
    record_release(&record);
    service_kit.wall_ms += 60000;
    service_kit.config.language = LANGUAGE_ZH; /* even if another language is configured since */
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    unfinished_sweep(&service_kit.service);
    ck_assert_str_eq(service_kit_post(0)->body, service_kit_post(1)->body);
    ck_assert(!is_listed(SERVICE_KIT_KEY));
}
END_TEST

START_TEST(whose_runner_lives)
{
    static const char *const records[] = { BEGUN, FINISHED, DONE, SENDING(1699990000000) };
    service_kit_store(SERVICE_KIT_KEY, records[_i]);
    begin(SERVICE_KIT_KEY);
    int life = lock_life(service_kit.state, SERVICE_KIT_KEY, &kit.error);
    unfinished_sweep(&service_kit.service);
    ck_assert_uint_eq(service_kit_posts(), 0);
    ck_assert(is_listed(SERVICE_KIT_KEY));
    ck_assert(!is_claimed(SERVICE_KIT_KEY));
    close(life);
}
END_TEST

START_TEST(that_somebody_works_on)
{
    struct store_claim claim;
    service_kit_store(SERVICE_KIT_KEY, BEGUN);
    begin(SERVICE_KIT_KEY);
    ck_assert_int_eq(store_claim(service_kit.service.store, SERVICE_KIT_KEY, LEASE_MS, NOW_MS,
                                 &claim, &kit.error),
                     STORE_OK);
    unfinished_sweep(&service_kit.service);
    ck_assert(is_listed(SERVICE_KIT_KEY));
    ck_assert_int_eq(stage(SERVICE_KIT_KEY), RECORD_BEGUN);
    ck_assert(is_claimed(SERVICE_KIT_KEY));
}
END_TEST

/* Members that are nothing we know stay where they are. */
START_TEST(of_another_kind)
{
    static const char *const keys[] = { "event:ev_1", "message", "journal", "MESSAGE:om_1" };
    service_kit_store(keys[_i], BEGUN);
    begin(keys[_i]);
    unfinished_sweep(&service_kit.service);
    ck_assert(is_listed(keys[_i]));
}
END_TEST

START_TEST(a_few_at_a_time)
{
    for (int i = 0; i < MANY; i++) {
        char *key = memory_format("message:om_%d", i);
        service_kit_store(key, FINISHED);
        begin(key);
        free(key);
        service_kit_answer(NULL, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    }
    unfinished_sweep(&service_kit.service);
    ck_assert_uint_eq(service_kit_posts(), AT_A_TIME);
    unfinished_sweep(&service_kit.service);
    ck_assert_uint_eq(service_kit_posts(), MANY);
    unfinished_sweep(&service_kit.service);
    ck_assert_str_eq(buf_text(&service_kit.log.held), "");
}
END_TEST

START_TEST(without_a_store)
{
    service_kit_store(SERVICE_KIT_KEY, BEGUN);
    begin(SERVICE_KIT_KEY);
    service_kit_break_store();
    unfinished_sweep(&service_kit.service);
    service_kit_mend_store();
    ck_assert(is_listed(SERVICE_KIT_KEY));
    ck_assert_int_eq(stage(SERVICE_KIT_KEY), RECORD_BEGUN);
}
END_TEST

/* Where nobody can tell whether the runner lives, it is not called dead. */
START_TEST(without_a_state_folder)
{
    service_kit_store(SERVICE_KIT_KEY, BEGUN);
    begin(SERVICE_KIT_KEY);
    ck_assert_int_eq(mkdir(service_kit.state, 0700), 0);
    char *path = memory_format("%s/locks", service_kit.state);
    ck_assert_int_eq(symlink("/nowhere", path), 0);
    unfinished_sweep(&service_kit.service);
    ck_assert_int_eq(stage(SERVICE_KIT_KEY), RECORD_BEGUN);
    free(path);
}
END_TEST

/* A command that begins just when another process has seen no sign of its life, and before that
 * has claimed it: it is in the index already, from an earlier attempt that did not come to run. The
 * moment is when a claim asks for its random owner. */

static void (*before_claim)(void);

ssize_t getrandom(void *data, size_t len, unsigned flags)
{
    void (*now)(void) = before_claim;
    before_claim = NULL;
    if (now != NULL)
        now();
    return syscall(SYS_getrandom, data, len, flags);
}

static int life_of_begun = LOCK_NONE;

static void begin_now(void)
{
    life_of_begun = lock_life(service_kit.state, SERVICE_KIT_KEY, &kit.error);
    service_kit_store(SERVICE_KIT_KEY, BEGUN);
}

START_TEST(that_begins_just_now)
{
    begin(SERVICE_KIT_KEY);
    before_claim = begin_now;
    unfinished_sweep(&service_kit.service);
    ck_assert(before_claim == NULL);
    ck_assert_int_ge(life_of_begun, 0);
    ck_assert_int_eq(stage(SERVICE_KIT_KEY), RECORD_BEGUN);
    ck_assert(is_listed(SERVICE_KIT_KEY));
    ck_assert(lock_is_alive(service_kit.state, SERVICE_KIT_KEY));
    ck_assert(!is_claimed(SERVICE_KIT_KEY));
    close(life_of_begun);
}
END_TEST

/* With the key claimed, for a delivery that finds it. */

static struct delivery loaded(void)
{
    static const struct delivery_target target = { SERVICE_KIT_KEY, SERVICE_KIT_MESSAGE,
                                                   SERVICE_KIT_MESSAGE, NULL };
    struct error error = ERROR_INIT;
    struct delivery delivery;
    delivery_init(&delivery, &target);
    ck_assert(delivery_load(&service_kit.service, &delivery, &error));
    return delivery;
}

START_TEST(resumed)
{
    static const char *const records[] = { BEGUN, FINISHED };
    char id[DELIVERY_ID_LEN];
    struct error error = ERROR_INIT;
    service_kit_store(SERVICE_KIT_KEY, records[_i]);
    struct delivery delivery = loaded();
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    ck_assert_int_eq(unfinished_resume(&service_kit.service, &delivery, 1234, id, &error),
                     DELIVERY_SENT);
    ck_assert_str_eq(id, "om_posted");
    ck_assert_int_eq(service_kit_post(0)->deadline_ms, 1234);
    delivery_release(&delivery);
}
END_TEST

/* Its runner came to its end since the record was read, or the store fails: nothing is said. */
START_TEST(not_resumed)
{
    char id[DELIVERY_ID_LEN] = "x";
    struct error error = ERROR_INIT;
    service_kit_store(SERVICE_KIT_KEY, _i % 2 == 0 ? BEGUN : FINISHED);
    struct delivery delivery = loaded();
    if (_i < 2)
        service_kit_store(SERVICE_KIT_KEY, DONE);
    else
        service_kit_break_store();
    ck_assert_int_eq(unfinished_resume(&service_kit.service, &delivery, 1234, id, &error),
                     DELIVERY_LATER);
    ck_assert_int_eq(error.kind, ERROR_STORE);
    ck_assert_str_eq(id, "");
    delivery_release(&delivery);
}
END_TEST

/* The end: done, out of the index, and no file is left. */
START_TEST(ended)
{
    service_kit_store(SERVICE_KIT_KEY, FINISHED);
    begin(SERVICE_KIT_KEY);
    struct delivery delivery = loaded();
    int life = lock_life(service_kit.state, SERVICE_KIT_KEY, &kit.error);
    unfinished_end(&service_kit.service, &delivery);
    ck_assert_int_eq(stage(SERVICE_KIT_KEY), RECORD_DONE);
    ck_assert(!is_listed(SERVICE_KIT_KEY));
    ck_assert_int_eq(store_kit_count(service_kit.state, ""), 0);
    ck_assert_str_eq(buf_text(&service_kit.log.held), "");
    close(life);
    delivery_release(&delivery);
}
END_TEST

START_TEST(not_ended)
{
    service_kit_store(SERVICE_KIT_KEY, FINISHED);
    begin(SERVICE_KIT_KEY);
    struct delivery delivery = loaded();
    if (_i == 0)
        service_kit_break_store();
    else
        service_kit_store(SERVICE_KIT_KEY, CARD); /* somebody's since */
    unfinished_end(&service_kit.service, &delivery);
    service_kit_mend_store();
    ck_assert_int_eq(stage(SERVICE_KIT_KEY), RECORD_FINISHED);
    ck_assert(is_listed(SERVICE_KIT_KEY));
    ck_assert(service_kit_logged(SERVICE_KIT_KEY) == (_i == 0));
    delivery_release(&delivery);
}
END_TEST

START_TEST(keys)
{
    char *key = unfinished_key("om_1");
    ck_assert_str_eq(key, SERVICE_KIT_KEY);
    free(key);
}
END_TEST

static void fill(Suite *suite)
{
    service_kit_add(suite, "a sweep", a_sweep, COUNT(sweeps));
    service_kit_add(suite, "told again", told_again, 1);
    service_kit_add(suite, "whose runner lives", whose_runner_lives, 4);
    service_kit_add(suite, "that somebody works on", that_somebody_works_on, 1);
    service_kit_add(suite, "of another kind", of_another_kind, 4);
    service_kit_add(suite, "a few at a time", a_few_at_a_time, 1);
    service_kit_add(suite, "without a store", without_a_store, 1);
    service_kit_add(suite, "without a state folder", without_a_state_folder, 1);
    service_kit_add(suite, "that begins just now", that_begins_just_now, 1);
    service_kit_add(suite, "resumed", resumed, 2);
    service_kit_add(suite, "not resumed", not_resumed, 4);
    service_kit_add(suite, "ended", ended, 1);
    service_kit_add(suite, "not ended", not_ended, 2);
    service_kit_add(suite, "keys", keys, 1);
}

SUITE_MAIN("unfinished", fill)
