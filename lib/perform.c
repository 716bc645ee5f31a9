#include "perform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action.h"
#include "clock.h"
#include "error.h"
#include "event.h"
#include "folder.h"
#include "job.h"
#include "lock.h"
#include "memory.h"
#include "reply.h"
#include "runner.h"
#include "service.h"
#include "store.h"
#include "text.h"
#include "unfinished.h"
#include "words.h"

enum { SLOTS = 8 }; /* commands that run at a time on one machine */

/* One event being worked on. */
struct work {
    struct service *service;
    const struct event *event;
    const struct action *action;
    void (*committed)(void);
    struct reply *reply;
    char *message_id; /* of DELIVERY_ID_LEN */
    struct delivery delivery;
    struct store_claim claim;
    bool claimed; /* false: the store cannot be used, and the work goes on without */
};

static int64_t call_deadline(const struct work *work)
{
    return work->service->started_ms + SERVICE_CALL_MS;
}

static void release_claim(struct work *work)
{
    struct error error = ERROR_INIT;
    if (work->claimed && store_release(work->service->store, work->delivery.target.key,
                                       &work->claim, clock_wall_ms(), &error) == STORE_FAILED)
        log_error(work->service->log, "%s", error.text);
    work->claimed = false;
}

/* Stores that nothing is left to do, and ends the claim. */
static void settle_done(struct work *work)
{
    const struct record done = { .stage = RECORD_DONE };
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    struct error error = ERROR_INIT;
    struct service *service = work->service;
    const char *key = work->delivery.target.key;
    int64_t now_ms = clock_wall_ms();
    int64_t life_ms = service_done_ms(service);
    record_print(&done, &text);
    enum store_result result = STORE_TAKEN;
    if (work->claimed)
        result = store_settle(service->store, key, &work->claim, buf_text(&text), text.len, life_ms,
                              false, now_ms, &error);
    if (result == STORE_TAKEN) /* the claim is another's by now, but done is done */
        result = store_put(service->store, key, buf_text(&text), text.len, life_ms, now_ms, &error);
    if (result == STORE_FAILED)
        log_error(service->log, "%s", error.text);
    work->claimed = false;
    buf_release(&text);
}

static void reply_posted(struct work *work)
{
    if (work->message_id[0] != '\0')
        reply_set_message(work->reply, work->message_id);
    else
        reply_set(work->reply, 200, "posted");
}

/* Posts the text as the answer to the event, or what an earlier attempt left to be posted. */
static void answer(struct work *work, const char *text)
{
    struct record *record = &work->delivery.record;
    struct error error = ERROR_INIT;
    if (record->sending_ms == 0 && record->purpose == RECORD_REPLY) {
        record_release(record);
        record->stage = RECORD_ANSWERING;
        record->content = content_from_text(memory_copy(text));
    }
    enum delivery_result result = delivery_post(work->service, &work->delivery, call_deadline(work),
                                                work->message_id, &error);
    if (result == DELIVERY_LATER) {
        release_claim(work);
        reply_set(work->reply, 503, error.text);
        return;
    }
    settle_done(work);
    if (result == DELIVERY_SENT)
        reply_posted(work);
    else
        reply_set(work->reply, 200, error.kind == ERROR_NONE ? "not repeated" : error.text);
}

static void answer_phrase(struct work *work, enum phrase phrase, const char *const *arguments)
{
    char *text = words_say(work->service->config->language, phrase, arguments);
    char *inert = text_inert(text);
    answer(work, inert);
    free(inert);
    free(text);
}

static void perform_answer(struct work *work)
{
    answer(work, work->action->text);
}

/* The built-ins, and the folder commands that this person may run here. */
static void perform_help(struct work *work)
{
    const struct config *config = work->service->config;
    struct buf list = BUF_INIT(65536);
    size_t count = 0;
    char **names = folder_names(config->command_directory, &count);
    for (size_t i = 0; i < count; i++) {
        if (action_may_run(work->event, config, names[i]))
            buf_add_format(&list, "%s%s", list.len > 0 ? "\n" : "", names[i]);
    }
    char *help = words_say(config->language, PHRASE_HELP, WORDS(NULL));
    char *more = list.len == 0
                     ? memory_copy("")
                     : words_say(config->language, PHRASE_HELP_FOLDER, WORDS(buf_text(&list)));
    char *text = memory_format("%s%s", help, more);
    answer(work, text);
    free(text);
    free(more);
    free(help);
    buf_release(&list);
    folder_names_free(names, count);
}

/* Lets the record say that the command has begun, if the claim is still ours. From here on it is
 * never started again. */
static bool begin(struct work *work, const char *name, struct error *error)
{
    struct record *record = &work->delivery.record;
    struct service *service = work->service;
    record_release(record);
    *record = (struct record){ .stage = RECORD_BEGUN,
                               .purpose = RECORD_RESULT,
                               .command = memory_copy(name) };
    buf_clear(&work->delivery.stored);
    record_print(record, &work->delivery.stored);
    enum store_result result = store_settle(
        service->store, work->delivery.target.key, &work->claim, buf_text(&work->delivery.stored),
        work->delivery.stored.len, service_done_ms(service), true, clock_wall_ms(), error);
    if (result == STORE_OK)
        work->claimed = false;
    return result == STORE_OK ||
           error_set(error, ERROR_STORE, "the claim was lost before the command began");
}

/* With the command begun: nothing could be started for it, so its result is that. */
static void tell_not_started(struct work *work, const char *name, const struct error *cause)
{
    struct error error = ERROR_INIT;
    struct record *record = &work->delivery.record;
    log_error(work->service->log, "command %s: %s", name, cause->text);
    record->stage = RECORD_FINISHED;
    record->content = content_from_text(
        words_say(work->service->config->language, PHRASE_NOT_STARTED, WORDS(name)));
    if (delivery_save(work->service, &work->delivery, true, &error) &&
        delivery_post(work->service, &work->delivery, call_deadline(work), work->message_id,
                      &error) != DELIVERY_LATER)
        unfinished_end(work->service, &work->delivery);
    if (error.kind != ERROR_NONE)
        log_error(work->service->log, "command %s: %s", name, error.text);
}

/* Starts the runner of a command that has begun, and waits for its first message. */
static void run(struct work *work, const struct runner_files *files)
{
    const struct event_message *message = &work->event->message;
    const struct command_line *line = &work->action->line;
    const struct config_rule *rule = config_rule(work->service->config, line->words[0]);
    struct error error = ERROR_INIT;
    const struct job job = {
        .key = work->delivery.target.key,
        .message_id = message->id,
        .chat_id = work->event->chat_id,
        .sender_id = message->sender_id,
        .line = *line,
        .timeout_ms = rule->timeout_s * 1000,
        .started_ms = work->service->started_ms,
        .event = work->event->body,
    };
    int report = runner_start(&job, files, work->service->config_path, &error);
    if (report >= 0) {
        runner_wait(report, call_deadline(work), work->message_id);
        close(report);
    } else {
        tell_not_started(work, line->words[0], &error);
    }
    reply_posted(work);
}

/* With executable and slot in hand: takes the sign of life, says that the command has begun, runs
 * it. In this order, so that a command that was begun and shows no life is one that will never
 * run. */
static void begin_and_run(struct work *work, struct runner_files *files)
{
    struct error error = ERROR_INIT;
    struct service *service = work->service;
    const char *key = work->delivery.target.key;
    const char *name = work->action->line.words[0];
    files->life = lock_life(service->config->state_directory, key, &error);
    if (files->life != LOCK_NONE &&
        store_index_add(service->store, UNFINISHED_KIND, key, service_done_ms(service),
                        clock_wall_ms(), &error) == STORE_OK &&
        begin(work, name, &error)) {
        work->committed();
        run(work, files);
        return;
    }
    error_set(&error, ERROR_STORE, "another process has begun it");
    log_error(service->log, "command %s is not run: %s", name, error.text);
    release_claim(work);
    reply_set(work->reply, 503, error.text);
}

/* With the executable in hand: takes a slot. */
static void take_slot(struct work *work, struct runner_files *files)
{
    struct error error = ERROR_INIT;
    const char *name = work->action->line.words[0];
    char slots[8];
    (void)snprintf(slots, sizeof(slots), "%d", SLOTS);
    files->slot = lock_slot(work->service->config->state_directory, SLOTS, &error);
    if (files->slot != LOCK_NONE) {
        begin_and_run(work, files);
        return;
    }
    if (error.kind == ERROR_NONE) {
        answer_phrase(work, PHRASE_BUSY, WORDS(name, slots));
        return;
    }
    log_error(work->service->log, "command %s is not run: %s", name, error.text);
    answer_phrase(work, PHRASE_NO_STORE, WORDS(name));
}

/* With the command known to exist and allowed. */
static void run_command(struct work *work, int executable)
{
    struct runner_files files = { executable, LOCK_NONE, LOCK_NONE };
    if (work->claimed)
        take_slot(work, &files);
    else
        answer_phrase(work, PHRASE_NO_STORE, WORDS(work->action->line.words[0]));
    if (files.life != LOCK_NONE)
        close(files.life);
    if (files.slot != LOCK_NONE)
        close(files.slot);
}

static void perform_run(struct work *work)
{
    struct error error = ERROR_INIT;
    const char *name = work->action->line.words[0];
    int executable = folder_open(work->service->config->command_directory, name, &error);
    if (error.kind != ERROR_NONE)
        log_error(work->service->log, "command %s is not run: %s", name, error.text);
    /* What an earlier attempt began to say is said, and not something else instead. */
    if (work->delivery.record.stage == RECORD_ANSWERING && work->delivery.record.sending_ms != 0)
        answer(work, "");
    else if (executable == FOLDER_NONE && error.kind == ERROR_NONE)
        answer_phrase(work, PHRASE_UNKNOWN, WORDS(name));
    else if (work->action->denial != NULL)
        answer(work, work->action->denial);
    else if (executable == FOLDER_NONE)
        answer_phrase(work, PHRASE_UNSAFE, WORDS(name));
    else
        run_command(work, executable);
    if (executable != FOLDER_NONE)
        close(executable);
}

static void (*const performers[])(struct work *work) = {
    [ACTION_ANSWER] = perform_answer,
    [ACTION_HELP] = perform_help,
    [ACTION_RUN] = perform_run,
};

/* With the key claimed and the command begun earlier: its runner goes on, or we do. */
static void resume(struct work *work)
{
    struct service *service = work->service;
    struct error error = ERROR_INIT;
    enum delivery_result result = DELIVERY_LATER;
    work->committed();
    bool alive = lock_is_alive(service->config->state_directory, work->delivery.target.key);
    /* Read again: the runner may have come to its end just before we looked for it. */
    if (!alive && delivery_load(service, &work->delivery, &error) &&
        work->delivery.record.stage != RECORD_DONE)
        result = unfinished_resume(service, &work->delivery, call_deadline(work), work->message_id,
                                   &error);
    if (result != DELIVERY_LATER)
        unfinished_end(service, &work->delivery);
    release_claim(work);
    if (result == DELIVERY_SENT)
        reply_posted(work);
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

/* Claims the event and reads its record; false if there is nothing more to do about it here. */
static bool take(struct work *work)
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
    log_error(service->log, "store: %s", error.text);
    release_claim(work);
    return true;
}

void perform(struct service *service, const struct event *event, const struct action *action,
             void (*committed)(void), struct reply *reply, char message_id[static DELIVERY_ID_LEN])
{
    message_id[0] = '\0';
    if (action->kind == ACTION_NOTHING) {
        reply_set(reply, 200, action->reason);
        return;
    }
    bool is_message = event->kind == EVENT_MESSAGE;
    char *key =
        is_message ? unfinished_key(event->message.id) : memory_format("event:%s", event->id);
    const struct delivery_target target = {
        .key = key,
        .id = is_message ? event->message.id : event->id,
        .message_id = is_message ? event->message.id : NULL,
        .chat_id = event->chat_id,
    };
    struct work work = { .service = service,
                         .event = event,
                         .action = action,
                         .committed = committed,
                         .reply = reply,
                         .message_id = message_id };
    delivery_init(&work.delivery, &target);
    if (take(&work))
        performers[action->kind](&work);
    delivery_release(&work.delivery);
    free(key);
}
