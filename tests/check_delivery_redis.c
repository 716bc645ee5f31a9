/* A store that did what it was asked, and could not say so: who saved goes on. */
#include <signal.h>
#include <stdlib.h>

#include "clock.h"
#include "delivery.h"
#include "error.h"
#include "memory.h"
#include "redis_kit.h"
#include "service_kit.h"
#include "store.h"
#include "suite.h"

static const struct delivery_target target = { SERVICE_KIT_KEY, SERVICE_KIT_MESSAGE,
                                               SERVICE_KIT_MESSAGE, SERVICE_KIT_CHAT };

enum { PATIENCE_MS = 20000 };

SERVICE_KIT_CLOCKS

/* Saves until the store says what came of it. */
static bool save(struct service *service, struct delivery *delivery)
{
    const int64_t end_ms = clock_steady_ms() + PATIENCE_MS;
    const struct timespec pause = { 0, 20 * 1000 * 1000 };
    for (;;) {
        struct error error = ERROR_INIT;
        const bool saved = delivery_save(service, delivery, true, &error);
        if (saved || error.kind == ERROR_NONE || clock_steady_ms() > end_ms)
            return saved;
        (void)nanosleep(&pause, NULL);
    }
}

/* Waits until the store has done what it was asked while it did not answer. */
static void wait_until_done(enum record_stage stage)
{
    const int64_t end_ms = clock_steady_ms() + PATIENCE_MS;
    const struct timespec pause = { 0, 20 * 1000 * 1000 };
    for (;;) {
        struct delivery look;
        struct error error = ERROR_INIT;
        delivery_init(&look, &target);
        const bool done =
            delivery_load(&service_kit.service, &look, &error) && look.record.stage == stage;
        delivery_release(&look);
        if (done)
            return;
        ck_assert_int_lt(clock_steady_ms(), end_ms);
        (void)nanosleep(&pause, NULL);
    }
}

/* _i: whether another process changes the record afterwards. */
START_TEST(no_answer)
{
    struct redis_kit redis;
    struct delivery delivery;
    struct error error = ERROR_INIT;
    redis_kit_start(&redis, NULL);
    char *url = memory_format("unix://%s", redis.socket);
    struct store *own = service_kit.service.store;
    struct store *store = service_kit.service.store = store_open(url);
    delivery_init(&delivery, &target);
    delivery.record.stage = RECORD_BEGUN;
    delivery.record.command = memory_copy("uptime");
    delivery.record.content = content_from_text(memory_copy("up"));
    ck_assert(delivery_save(&service_kit.service, &delivery, true, &error));
    delivery.record.stage = RECORD_FINISHED;
    (void)kill(redis.pid, SIGSTOP);
    ck_assert(!delivery_save(&service_kit.service, &delivery, true, &error));
    ck_assert_int_eq(error.kind, ERROR_STORE);
    (void)kill(redis.pid, SIGCONT);
    wait_until_done(RECORD_FINISHED);
    if (_i == 1)
        service_kit_store(SERVICE_KIT_KEY, "{\"stage\":\"done\"}");
    delivery.record.sending_ms = 1;
    ck_assert(save(&service_kit.service, &delivery) == (_i == 0));
    ck_assert(save(&service_kit.service, &delivery) == (_i == 0));
    delivery_release(&delivery);
    service_kit.service.store = own;
    store_close(store);
    free(url);
    redis_kit_stop(&redis);
}
END_TEST

static void fill(Suite *suite)
{
    service_kit_add(suite, "no answer", no_answer, 2);
}

SUITE_MAIN("delivery on Redis", fill)
