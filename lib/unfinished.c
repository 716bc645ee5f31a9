#include "unfinished.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "life.h"
#include "memory.h"
#include "service.h"
#include "store.h"
#include "words.h"

enum {
    SWEEP_MAX = 16,       /* commands looked at in one sweep */
    SWEEP_CALL_MS = 10000 /* for telling about one of them */
};

static const char key_prefix[] = "message:";

char *unfinished_key(const char *message_id)
{
    return memory_format("%s%s", key_prefix, message_id);
}

/* From begun to finished, with the words that it was interrupted for an output. */
static bool interrupt(struct service *service, struct delivery *delivery, struct error *error)
{
    struct record *record = &delivery->record;
    record->stage = RECORD_FINISHED;
    record->purpose = RECORD_INTERRUPTED;
    content_release(&record->content);
    record->content = content_from_text(
        words_say(service->config->language, PHRASE_INTERRUPTED, WORDS(record->command)));
    return delivery_save(service, delivery, true, error) ||
           error_set(error, ERROR_STORE, "another process goes on with it");
}

enum delivery_result unfinished_resume(struct service *service, struct delivery *delivery,
                                       int64_t deadline_ms, char message_id[static DELIVERY_ID_LEN],
                                       struct error *error)
{
    message_id[0] = '\0';
    if (delivery->record.stage == RECORD_BEGUN && !interrupt(service, delivery, error))
        return DELIVERY_LATER;
    return delivery_post(service, delivery, deadline_ms, message_id, error);
}

void unfinished_end(struct service *service, struct delivery *delivery)
{
    struct error error = ERROR_INIT;
    const char *key = delivery->target.key;
    record_release(&delivery->record);
    delivery->record.stage = RECORD_DONE;
    bool saved = delivery_save(service, delivery, false, &error);
    if (saved && store_index_remove(service->store, UNFINISHED_KIND, key, &error) == STORE_OK)
        life_forget(service, key);
    if (error.kind != ERROR_NONE)
        log_error(service->log, "%s: %s", key, error.text);
}

/* With the key claimed: whatever its record still needs. */
static void settle_one(struct service *service, struct delivery *delivery)
{
    struct error error = ERROR_INIT;
    char message_id[DELIVERY_ID_LEN];
    if (!delivery_load(service, delivery, &error)) {
        log_error(service->log, "%s: %s", delivery->target.key, error.text);
        return;
    }
    enum record_stage stage = delivery->record.stage;
    if (stage != RECORD_BEGUN && stage != RECORD_FINISHED) {
        (void)store_index_remove(service->store, UNFINISHED_KIND, delivery->target.key, &error);
        life_forget(service, delivery->target.key);
        return;
    }
    enum delivery_result result =
        unfinished_resume(service, delivery, clock_steady_ms() + SWEEP_CALL_MS, message_id, &error);
    if (result != DELIVERY_LATER)
        unfinished_end(service, delivery);
    else
        log_error(service->log, "%s: %s", delivery->target.key, error.text);
}

/* One member of the index. The sign of life is looked at before the record, which who begins a
 * command writes last; and with the key claimed, without which nobody begins one. A look before
 * that spares the claims on commands that run. */
static bool sweep_one(void *context, const char *key)
{
    struct service *service = context;
    struct error error = ERROR_INIT;
    struct store_claim claim;
    struct delivery delivery;
    if (strncmp(key, key_prefix, strlen(key_prefix)) != 0 || life_is_there(service, key))
        return true;
    int64_t lease_ms = service->config->lease_s * 1000;
    if (store_claim(service->store, key, lease_ms, clock_wall_ms(), &claim, &error) != STORE_OK)
        return true;
    const char *message_id = key + strlen(key_prefix);
    const struct delivery_target target = { key, message_id, message_id, NULL };
    delivery_init(&delivery, &target);
    if (!life_is_there(service, key))
        settle_one(service, &delivery);
    (void)store_release(service->store, key, &claim, clock_wall_ms(), &error);
    delivery_release(&delivery);
    return true;
}

void unfinished_sweep(struct service *service)
{
    struct error error = ERROR_INIT;
    (void)store_index_list(service->store, UNFINISHED_KIND, SWEEP_MAX, clock_wall_ms(), sweep_one,
                           service, &error);
}
