#include "runner.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "job.h"
#include "life.h"
#include "memory.h"
#include "process.h"
#include "service.h"
#include "tree.h"
#include "unfinished.h"
#include "words.h"

enum {
    NOTICE_MS = 1200,      /* after the request began: a command still running is called running */
    CALL_MS = 10000,       /* for posting a result */
    GIVE_UP_MS = 600000,   /* after the command ended: posting is left to others */
    FIRST_PAUSE_MS = 1000, /* between two attempts; doubled each time up to: */
    LONGEST_PAUSE_MS = 30000
};

/* What a runner works with. */
struct runner {
    struct service service;
    struct job job;
    struct delivery delivery;
    bool reported;
    bool noticed;
    int64_t renew_ms; /* when the sign of life is to be renewed next */
};

static void renew_life(struct runner *runner)
{
    const int64_t now_ms = clock_steady_ms();
    if (now_ms < runner->renew_ms)
        return;
    life_renew(&runner->service, runner->job.key);
    runner->renew_ms = now_ms + LIFE_RENEW_MS;
}

/* Tells who started us the id of the first message. */
static void report(struct runner *runner, const char *message_id)
{
    if (message_id[0] == '\0' || runner->reported)
        return;
    runner->reported = true;
    /* Who waited may have gone; the message is there all the same. */
    if (write(RUNNER_REPORT, message_id, strlen(message_id)) < 0)
        return;
}

static void say_running(struct runner *runner)
{
    struct api_answer answer = API_ANSWER_INIT;
    char message_id[DELIVERY_ID_LEN];
    struct content content = content_from_text(words_say(
        runner->service.config->language, PHRASE_RUNNING, WORDS(runner->job.line.words[0])));
    delivery_send(&runner->service, &runner->delivery.target, &content, RECORD_RUNNING,
                  runner->job.started_ms + SERVICE_CALL_MS, &answer, message_id);
    report(runner, message_id);
    api_answer_release(&answer);
    content_release(&content);
}

/* What there is to do while the command runs; returns when it is to be done again. */
static int64_t attend(void *context)
{
    struct runner *runner = context;
    const int64_t notice_ms = runner->job.started_ms + NOTICE_MS;
    if (!runner->noticed && clock_steady_ms() >= notice_ms) {
        runner->noticed = true;
        say_running(runner);
    }
    renew_life(runner);
    return runner->noticed || runner->renew_ms < notice_ms ? runner->renew_ms : notice_ms;
}

/* The command's environment: NULL-terminated, in one block to free after its texts. */
static char **command_environment(const struct runner *runner)
{
    const struct job *job = &runner->job;
    char **environment = memory_zero(8, sizeof(*environment));
    environment[0] =
        memory_copy("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment[1] = memory_copy("LANG=C.UTF-8");
    environment[2] = memory_copy("HOME=/");
    environment[3] = memory_format("FEISHU_CHAT_ID=%s", job->chat_id);
    environment[4] = memory_format("FEISHU_SENDER_ID=%s", job->sender_id);
    environment[5] = memory_format("FEISHU_MESSAGE_ID=%s", job->message_id);
    environment[6] =
        memory_format("FEISHU_LANGUAGE=%s", words_language_name(runner->service.config->language));
    return environment;
}

/* The phrase about a command that did not end well, with the end of its errors. */
static struct content say_failed(const struct runner *runner, enum phrase phrase, int64_t number,
                                 const struct process_end *end)
{
    char text[24];
    enum language language = runner->service.config->language;
    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    struct content errors =
        content_from_output(buf_text(&end->errors), end->errors.len, 0, language);
    /* Even if it looks like a card, it is an error text here. */
    errors.kind = CONTENT_TEXT;
    char *lines = memory_format("%s%s", errors.text[0] == '\0' ? "" : "\n", errors.text);
    struct content content = content_from_text(
        words_say(language, phrase, WORDS(runner->job.line.words[0], text, lines)));
    free(lines);
    content_release(&errors);
    return content;
}

static struct content describe(const struct runner *runner, const struct process_end *end)
{
    enum language language = runner->service.config->language;
    if (end->timed_out)
        return say_failed(runner, PHRASE_TIMEOUT, runner->job.timeout_ms / 1000, end);
    if (WIFSIGNALED(end->status))
        return say_failed(runner, PHRASE_SIGNAL, WTERMSIG(end->status), end);
    if (WEXITSTATUS(end->status) != 0)
        return say_failed(runner, PHRASE_EXIT, WEXITSTATUS(end->status), end);
    struct content content = content_from_output(buf_text(&end->output), end->output.len,
                                                 end->output_left_out, language);
    if (content.text[0] != '\0')
        return content;
    content_release(&content);
    return content_from_text(
        words_say(language, PHRASE_NO_OUTPUT, WORDS(runner->job.line.words[0])));
}

/* Runs the command and describes how it ended. */
static struct content run_command(struct runner *runner)
{
    struct buf event = BUF_INIT(RUNNER_JOB_MAX);
    struct process_end end = PROCESS_END_INIT;
    struct error error = ERROR_INIT;
    char **environment = command_environment(runner);
    tree_print(runner->job.event, &event);
    const struct process process = {
        .executable = RUNNER_EXECUTABLE,
        .words = runner->job.line.words,
        .environment = environment,
        .input = buf_text(&event),
        .input_len = event.len,
        .timeout_ms = runner->job.timeout_ms,
        .notice_ms = clock_steady_ms(),
        .notice = attend,
        .context = runner,
    };
    bool ran = process_run(&process, &end, &error);
    if (!ran)
        log_error(runner->service.log, "command %s: %s", runner->job.line.words[0], error.text);
    struct content content =
        ran ? describe(runner, &end)
            : content_from_text(words_say(runner->service.config->language, PHRASE_NOT_STARTED,
                                          WORDS(runner->job.line.words[0])));
    process_end_release(&end);
    for (size_t i = 0; environment[i] != NULL; i++)
        free(environment[i]);
    free(environment);
    buf_release(&event);
    return content;
}

/* Sleeps until then, and renews the sign of life meanwhile. */
static void sleep_until(struct runner *runner, int64_t until_ms)
{
    int64_t now_ms;
    while ((now_ms = clock_steady_ms()) < until_ms) {
        const int64_t wake_ms = runner->renew_ms < until_ms ? runner->renew_ms : until_ms;
        const int64_t pause_ms = wake_ms > now_ms ? wake_ms - now_ms : 0;
        const struct timespec pause = { pause_ms / 1000, pause_ms % 1000 * 1000000 };
        (void)nanosleep(&pause, NULL);
        renew_life(runner);
    }
}

/* Waits before another attempt, longer each time; false once it is time to give up. */
static bool pause_before_retry(struct runner *runner, int64_t give_up_ms, int64_t *pause_ms)
{
    const int64_t until_ms = clock_steady_ms() + *pause_ms;
    if (until_ms > give_up_ms)
        return false;
    sleep_until(runner, until_ms);
    *pause_ms = *pause_ms * 2 > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : *pause_ms * 2;
    return true;
}

/* Stores that the command is over, and what is to be posted. */
static bool store_result(struct runner *runner, int64_t give_up_ms)
{
    int64_t pause_ms = FIRST_PAUSE_MS;
    for (;;) {
        struct error error = ERROR_INIT;
        if (delivery_save(&runner->service, &runner->delivery, true, &error))
            return true;
        if (error.kind == ERROR_NONE || !pause_before_retry(runner, give_up_ms, &pause_ms)) {
            log_error(runner->service.log, "the result of %s is lost: %s", runner->job.message_id,
                      error.kind == ERROR_NONE ? "its record has changed" : error.text);
            return false;
        }
    }
}

/* Posts the stored result, trying again until it is time to give up. */
static void post_result(struct runner *runner, int64_t give_up_ms)
{
    char message_id[DELIVERY_ID_LEN];
    int64_t pause_ms = FIRST_PAUSE_MS;
    for (;;) {
        struct error error = ERROR_INIT;
        enum delivery_result result = delivery_post(
            &runner->service, &runner->delivery, clock_steady_ms() + CALL_MS, message_id, &error);
        if (result == DELIVERY_SENT)
            report(runner, message_id);
        if (result != DELIVERY_LATER) {
            unfinished_end(&runner->service, &runner->delivery);
            return;
        }
        if (!pause_before_retry(runner, give_up_ms, &pause_ms)) {
            log_error(runner->service.log, "the result of %s is not posted yet: %s",
                      runner->job.message_id, error.text);
            return;
        }
    }
}

static void run_job(struct runner *runner)
{
    struct error error = ERROR_INIT;
    int64_t started_ms = clock_steady_ms();
    runner->renew_ms = life_needs_renewing(&runner->service) ? started_ms : INT64_MAX;
    const struct delivery_target target = { runner->job.key, runner->job.message_id,
                                            runner->job.message_id, NULL };
    delivery_init(&runner->delivery, &target);
    /* Without its record nobody would know that the command ran. */
    if (!delivery_load(&runner->service, &runner->delivery, &error) ||
        runner->delivery.record.stage != RECORD_BEGUN) {
        log_error(runner->service.log, "%s is not run: %s", runner->job.message_id,
                  error.kind == ERROR_NONE ? "its record is gone" : error.text);
        delivery_release(&runner->delivery);
        return;
    }
    struct record *record = &runner->delivery.record;
    record->content = run_command(runner);
    close(RUNNER_SLOT); /* what is left is posting, which keeps nobody else from running */
    record->stage = RECORD_FINISHED;
    record->purpose = RECORD_RESULT;
    log_field(runner->service.log, "command", runner->job.line.words[0]);
    log_field(runner->service.log, "message_id", runner->job.message_id);
    log_number(runner->service.log, "ms", clock_steady_ms() - started_ms);
    log_write(runner->service.log);
    int64_t give_up_ms = clock_steady_ms() + GIVE_UP_MS;
    if (store_result(runner, give_up_ms))
        post_result(runner, give_up_ms);
    delivery_release(&runner->delivery);
}

/* Reads the job, to its end. */
static bool read_job(struct job *job, struct error *error)
{
    struct buf text = BUF_INIT(RUNNER_JOB_MAX);
    char data[16384];
    ssize_t count;
    while ((count = read(RUNNER_JOB, data, sizeof(data))) > 0)
        buf_add(&text, data, (size_t)count);
    bool done = count == 0 && !text.failed && job_parse(buf_text(&text), text.len, job, error);
    buf_release(&text);
    return done || error_set(error, ERROR_INTERNAL, "the job cannot be read");
}

int runner_main(void)
{
    struct runner runner = { .reported = false };
    struct config config;
    struct log log = LOG_INIT;
    struct error error = ERROR_INIT;
    const char *config_path = getenv("FEISHU_CONFIG");
    (void)signal(SIGPIPE, SIG_IGN);
    if (config_path == NULL || !config_load(config_path, &config, &error))
        goto out;
    log.target = config.log;
    if (read_job(&runner.job, &error)) {
        service_open(&runner.service, &config, config_path);
        service_begin(&runner.service, &log, clock_steady_ms());
        run_job(&runner);
        service_close(&runner.service);
        job_release(&runner.job);
    }
    config_release(&config);
out:
    if (error.kind != ERROR_NONE)
        log_error(&log, "runner: %s", error.text);
    log_release(&log);
    return error.kind == ERROR_NONE ? EXIT_SUCCESS : EXIT_FAILURE;
}
