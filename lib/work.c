#include "work.h"

#include <stdlib.h>

#include "buf.h"
#include "clock.h"
#include "error.h"
#include "life.h"
#include "memory.h"
#include "reply.h"
#include "service.h"
#include "text.h"
#include "unfinished.h"

int64_t work_deadline(const struct work *work)
{
    return work->service->started_ms + SERVICE_CALL_MS;
}

void work_release_claim(struct work *work)
{
    struct error error = ERROR_INIT;
    if (work->claimed && store_release(work->service->store, work->delivery.target.key,
                                       &work->claim, clock_wall_ms(), &error) == STORE_FAILED)
        log_error(work->service->log, "%s", error.text);
    work->claimed = false;
}

/* Stores that nothing is left to do, and ends the claim, if there is one. */
static void settle_done(struct work *work)
{
    if (!work->claimed)
        return;
    const struct record done = { .stage = RECORD_DONE };
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    struct error error = ERROR_INIT;
    struct service *service = work->service;
    const char *key = work->delivery.target.key;
    int64_t now_ms = clock_wall_ms();
    int64_t life_ms = service_done_ms(service);
    record_print(&done, &text);
    enum store_result result = store_settle(service->store, key, &work->claim, buf_text(&text),
                                            text.len, life_ms, false, now_ms, &error);
    if (result == STORE_TAKEN) /* the claim is another's by now, but done is done */
        result = store_put(service->store, key, buf_text(&text), text.len, life_ms, now_ms, &error);
    if (result == STORE_FAILED)
        log_error(service->log, "%s", error.text);
    work->claimed = false;
    buf_release(&text);
}

void work_reply_posted(struct work *work)
{
    if (work->message_id[0] != '\0')
        reply_set_message(work->reply, work->message_id);
    else
        reply_set(work->reply, 200, "posted");
}

void work_answer(struct work *work, const char *text)
{
    struct record *record = &work->delivery.record;
    struct error error = ERROR_INIT;
    if (!record_is_fixed(record)) {
        record_release(record);
        record->stage = RECORD_ANSWERING;
        record->content = content_from_text(memory_copy(text));
    }
    enum delivery_result result = delivery_post(work->service, &work->delivery, work_deadline(work),
                                                work->message_id, &error);
    if (result == DELIVERY_LATER) {
        work_release_claim(work);
        reply_set(work->reply, 503, error.text);
        return;
    }
    settle_done(work);
    if (result == DELIVERY_SENT)
        work_reply_posted(work);
    else
        reply_set(work->reply, 200, error.kind == ERROR_NONE ? "not repeated" : error.text);
}

void work_answer_text(struct work *work, const char *text)
{
    char *inert = text_inert(text);
    work_answer(work, inert);
    free(inert);
}

void work_answer_phrase(struct work *work, enum phrase phrase, const char *const *arguments)
{
    char *text = words_say(work->service->config->language, phrase, arguments);
    work_answer_text(work, text);
    free(text);
}

/* With the key claimed and the command begun earlier: its runner goes on, or we do. */
static void resume(struct work *work)
{
    struct service *service = work->service;
    struct error error = ERROR_INIT;
    enum delivery_result result = DELIVERY_LATER;
    work->committed();
    bool alive = life_is_there(service, work->delivery.target.key);
    /* Read again: the runner may have come to its end just before we looked for it. */
    if (!alive && delivery_load(service, &work->delivery, &error) &&
        work->delivery.record.stage != RECORD_DONE)
        result = unfinished_resume(service, &work->delivery, work_deadline(work), work->message_id,
                                   &error);
    if (result != DELIVERY_LATER)
        unfinished_end(service, &work->delivery);
    work_release_claim(work);
    if (result == DELIVERY_SENT)
        work_reply_posted(work);
    else
        reply_set(work->reply, 200, alive ? "command is running" : error.text);
}

/* Renews what is known of an event that is done, and ends the claim. */
static void renew(struct work *work)
{
    settle_done(work);
    reply_set(work->reply, 200, "duplicate");
}

/* Another process has the claim: what it is doing decides. */
static void yield(struct work *work)
{
    struct error error = ERROR_INIT;
    bool read = delivery_load(work->service, &work->delivery, &error);
    enum record_stage stage = work->delivery.record.stage;
    if (read && stage >= RECORD_BEGUN)
        reply_set(work->reply, 200, stage == RECORD_DONE ? "duplicate" : "command is running");
    else
        reply_set(work->reply, 503, "another process works on it");
}

bool work_take(struct work *work)
{
    struct error error = ERROR_INIT;
    struct service *service = work->service;
    enum store_result result =
        store_claim(service->store, work->delivery.target.key, service->config->lease_s * 1000,
                    clock_wall_ms(), &work->claim, &error);
    if (result == STORE_TAKEN) {
        yield(work);
        return false;
    }
    work->claimed = result == STORE_OK;
    if (work->claimed && delivery_load(service, &work->delivery, &error)) {
        enum record_stage stage = work->delivery.record.stage;
        if (stage == RECORD_DONE)
            renew(work);
        else if (stage >= RECORD_BEGUN)
            resume(work);
        return stage < RECORD_BEGUN;
    }
    log_error(service->log, "%s is worked on without the store: %s", work->delivery.target.id,
              error.text);
    work_release_claim(work);
    work->delivery.unrecorded = true;
    return true;
}
