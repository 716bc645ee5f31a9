#include "work_kit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "command_line.h"
#include "error.h"
#include "job.h"
#include "memory.h"
#include "perform.h"
#include "runner.h"
#include "store.h"
#include "store_kit.h"
#include "tree.h"

enum { CLAIM_MS = 1000 };

struct work_kit work_kit;

static void setup(void)
{
    static const char type[] = "im.message.receive_v1";
    work_kit = (struct work_kit){
        .event = { .kind = EVENT_MESSAGE,
                   .id = "ev_1",
                   .type = type,
                   .chat_id = SERVICE_KIT_CHAT,
                   .body = tree_new_object(),
                   .message = { .id = SERVICE_KIT_MESSAGE,
                                .private = true,
                                .readable = true,
                                .from_person = true,
                                .own_tenant = true,
                                .sender_id = "ou_1" } },
        .reply = REPLY_INIT,
    };
    ck_assert_int_eq(mkdir(service_kit.config.command_directory, 0755), 0);
    /* The program says itself where its configuration is. */
    service_kit.service.started_ms = clock_steady_ms();
}

static void teardown(void)
{
    tree_free(work_kit.event.body);
    reply_release(&work_kit.reply);
}

void work_kit_add(Suite *suite, const char *name, const TTest *test, int rows)
{
    tcase_add_checked_fixture(service_kit_add(suite, name, test, rows), setup, teardown);
}

static void committed(void)
{
    work_kit.committed++;
    work_kit.committed_stage = work_kit_stage(SERVICE_KIT_KEY);
}

static void carry_out(const struct action *action)
{
    reply_release(&work_kit.reply);
    work_kit.reply = (struct reply)REPLY_INIT;
    work_kit.committed = 0;
    memset(work_kit.message_id, 'x', sizeof(work_kit.message_id) - 1);
    perform(&service_kit.service, &work_kit.event, action, committed, &work_kit.reply,
            work_kit.message_id);
}

void work_kit_answer(const char *text)
{
    char *copy = memory_copy(text);
    const struct action action = { .kind = ACTION_ANSWER, .reason = "", .text = copy };
    carry_out(&action);
    free(copy);
}

void work_kit_help(void)
{
    const struct action action = { .kind = ACTION_HELP, .reason = "" };
    carry_out(&action);
}

void work_kit_run(const char *words, const char *denial)
{
    struct error error = ERROR_INIT;
    struct action action = { .kind = ACTION_RUN, .reason = "" };
    ck_assert(command_line_parse(words, &action.line, &error));
    action.denial = denial == NULL ? NULL : memory_copy(denial);
    carry_out(&action);
    action_release(&action);
}

void work_kit_check_reply(int status, const char *body)
{
    ck_assert_msg(work_kit.reply.status == status, "%d, %s", work_kit.reply.status,
                  work_kit.reply.reason);
    ck_assert_str_eq(buf_text(&work_kit.reply.body), body);
}

void work_kit_check_posted(size_t index, const char *text, enum record_purpose purpose)
{
    char *said = service_kit_posted(index, "content", "text");
    ck_assert_str_eq(said, text);
    service_kit_check_uuid(index, SERVICE_KIT_MESSAGE, purpose);
    free(said);
}

void work_kit_command(const char *name, unsigned mode)
{
    char *path = memory_format("%s/%s", service_kit.config.command_directory, name);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(fchmod(file, mode), 0);
    close(file);
    free(path);
}

bool work_kit_is_claimed(const char *key)
{
    struct error error = ERROR_INIT;
    struct store_claim claim;
    struct store *store = service_kit.service.store;
    if (store_claim(store, key, CLAIM_MS, service_kit.wall_ms, &claim, &error) == STORE_TAKEN)
        return true;
    ck_assert_int_eq(store_release(store, key, &claim, service_kit.wall_ms, &error), STORE_OK);
    return false;
}

enum record_stage work_kit_stage(const char *key)
{
    struct record record = service_kit_record(key);
    enum record_stage stage = record.stage;
    record_release(&record);
    return stage;
}

static void report(const char *id)
{
    REQUIRE(write(RUNNER_REPORT, id, strlen(id)) == (ssize_t)strlen(id));
}

static void act(const struct command_line *line)
{
    const char *what = line->count > 1 ? line->words[1] : "silent";
    char byte;
    if (strcmp(what, "reply") == 0)
        report(line->words[2]);
    if (strcmp(what, "hold") == 0) {
        report(line->words[2]);
        int file = open(line->words[3], O_RDONLY | O_CLOEXEC);
        while (file >= 0 && read(file, &byte, 1) > 0)
            continue;
    }
    if (strcmp(what, "count") == 0) {
        int file = open(line->words[3], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        REQUIRE(write(file, "x", 1) == 1);
        report(line->words[2]);
    }
}

int work_kit_runner_main(void)
{
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(RUNNER_JOB_MAX);
    struct job job;
    char data[4096];
    ssize_t count;
    while ((count = read(RUNNER_JOB, data, sizeof(data))) > 0)
        buf_add(&text, data, (size_t)count);
    REQUIRE(job_parse(buf_text(&text), text.len, &job, &error));
    act(&job.line);
    job_release(&job);
    buf_release(&text);
    return EXIT_SUCCESS;
}
