#include "run.h"

#include <stdio.h>
#include <unistd.h>

#include "action.h"
#include "buf.h"
#include "clock.h"
#include "error.h"
#include "event.h"
#include "folder.h"
#include "job.h"
#include "life.h"
#include "lock.h"
#include "memory.h"
#include "reply.h"
#include "runner.h"
#include "service.h"
#include "store.h"
#include "unfinished.h"
#include "words.h"
#include "work.h"

enum { SLOTS = 8 }; /* commands that run at a time on one machine */

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
        delivery_post(work->service, &work->delivery, work_deadline(work), work->message_id,
                      &error) != DELIVERY_LATER)
        unfinished_end(work->service, &work->delivery);
    if (error.kind != ERROR_NONE)
        log_error(work->service->log, "command %s: %s", name, error.text);
}

/* Closes our copies of the locks. */
static void release_locks(struct runner_files *files)
{
    if (files->life != LOCK_NONE)
        close(files->life);
    if (files->slot != LOCK_NONE)
        close(files->slot);
    files->life = LOCK_NONE;
    files->slot = LOCK_NONE;
}

/* Starts the runner of a command that has begun, and waits for its first message. */
static void start_runner(struct work *work, struct runner_files *files)
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
        release_locks(files); /* the runner alone is alive, and gives up its place */
        runner_wait(report, work_deadline(work), work->message_id);
        close(report);
    } else {
        tell_not_started(work, line->words[0], &error);
    }
    work_reply_posted(work);
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
    files->life = life_take(service, key, &error);
    if (files->life != LOCK_NONE &&
        store_index_add(service->store, UNFINISHED_KIND, key, service_done_ms(service),
                        clock_wall_ms(), &error) == STORE_OK &&
        begin(work, name, &error)) {
        work->committed();
        start_runner(work, files);
        return;
    }
    error_set(&error, ERROR_STORE, "another process has begun it");
    log_error(service->log, "command %s is not run: %s", name, error.text);
    work_release_claim(work);
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
        work_answer_phrase(work, PHRASE_BUSY, WORDS(name, slots));
        return;
    }
    log_error(work->service->log, "command %s is not run: %s", name, error.text);
    work_answer_phrase(work, PHRASE_NO_STORE, WORDS(name));
}

/* With the command known to exist and allowed. */
static void run_executable(struct work *work, int executable)
{
    struct runner_files files = { executable, LOCK_NONE, LOCK_NONE };
    if (work->claimed)
        take_slot(work, &files);
    else
        work_answer_phrase(work, PHRASE_NO_STORE, WORDS(work->action->line.words[0]));
    release_locks(&files);
}

/* For the log: a name that stands in the folder. Any other word is what people wrote. */
static void note_command(struct service *service, const char *name)
{
    (void)snprintf(service->command, sizeof(service->command), "%s", name); /* a name fits */
}

void run_command(struct work *work)
{
    struct error error = ERROR_INIT;
    const char *name = work->action->line.words[0];
    int executable = folder_open(work->service->config->command_directory, name, &error);
    if (error.kind != ERROR_NONE)
        log_error(work->service->log, "a command is not run: %s", error.text);
    if (executable != FOLDER_NONE)
        note_command(work->service, name);
    if (record_is_fixed(&work->delivery.record))
        work_answer(work, "");
    else if (executable == FOLDER_NONE && error.kind == ERROR_NONE)
        work_answer_phrase(work, PHRASE_UNKNOWN, WORDS(name));
    else if (work->action->denial != NULL)
        work_answer(work, work->action->denial);
    else if (executable == FOLDER_NONE)
        work_answer_phrase(work, PHRASE_UNSAFE, WORDS(name));
    else
        run_executable(work, executable);
    if (executable != FOLDER_NONE)
        close(executable);
}
