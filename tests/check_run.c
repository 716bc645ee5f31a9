/* A folder command: run at most once, or people are told why not. The runner is this program, which
 * does what the command's words say (work_kit.h). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "lock.h"
#include "memory.h"
#include "process_kit.h"
#include "runner.h"
#include "service_kit.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"
#include "tree.h"
#include "unfinished.h"
#include "work_kit.h"

SERVICE_KIT_CLOCKS

enum { SLOTS = 8, PROCESSES = 6 };

#define POSTED_REPLY "{\"message_id\":\"om_posted\"}"
#define RAN_REPLY    "{\"message_id\":\"om_ran\"}"
#define TRY_AGAIN    "{\"error\":\"try again\"}"
#define BEGUN        "{\"stage\":\"begun\",\"purpose\":\"result\",\"kind\":\"text\",\"command\":\"job\"}"
#define FINISHED                                                                                   \
    "{\"stage\":\"finished\",\"purpose\":\"result\",\"kind\":\"text\",\"content\":\"output\"}"

static void posted(void)
{
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
}

static int count_members(void)
{
    char *folder = memory_format("%s/store/index-" UNFINISHED_KIND, kit.folder);
    int count = access(folder, F_OK) == 0 ? store_kit_count(folder, ".member") : 0;
    free(folder);
    return count;
}

/* Checks that nothing was begun. */
static void check_not_begun(void)
{
    ck_assert_int_eq(work_kit.committed, 0);
    ck_assert(work_kit_stage(SERVICE_KIT_KEY) != RECORD_BEGUN);
    ck_assert(!lock_is_alive(service_kit.state, SERVICE_KIT_KEY));
}

/* Started. */

START_TEST(runs)
{
    work_kit_command("job", 0755);
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_reply(200, RAN_REPLY);
    ck_assert_str_eq(work_kit.message_id, "om_ran");
    ck_assert_int_eq(work_kit.committed, 1);
    /* When everything is ours, the store says so already. */
    ck_assert_int_eq(work_kit.committed_stage, RECORD_BEGUN);
    struct record record = service_kit_record(SERVICE_KIT_KEY);
    ck_assert_int_eq(record.stage, RECORD_BEGUN);
    ck_assert_str_eq(record.command, "job");
    ck_assert_int_eq(count_members(), 1);
    ck_assert(!work_kit_is_claimed(SERVICE_KIT_KEY));
    ck_assert_uint_eq(service_kit_posts(), 0);
    ck_assert_str_eq(service_kit.service.command, "job");
    record_release(&record);
}
END_TEST

/* Its runner says nothing: the request is told that it is ours all the same. */
START_TEST(runs_in_silence)
{
    work_kit_command("job", 0755);
    work_kit_run("job silent", NULL);
    work_kit_check_reply(200, "{}");
    ck_assert_str_eq(work_kit.message_id, "");
    ck_assert_int_eq(work_kit.committed, 1);
}
END_TEST

/* It is not waited for beyond the request's time. */
START_TEST(runs_for_long)
{
    char *fifo = memory_format("%s/fifo", kit.folder);
    char *words = memory_format("job hold '' %s", fifo);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    int file = open(fifo, O_RDWR | O_CLOEXEC);
    work_kit_command("job", 0755);
    service_kit.service.started_ms = clock_steady_ms() - SERVICE_CALL_MS + 100;
    work_kit_run(words, NULL);
    work_kit_check_reply(200, "{}");
    ck_assert(lock_is_alive(service_kit.state, SERVICE_KIT_KEY));
    close(file);
    free(words);
    free(fifo);
}
END_TEST

/* The next deliveries find it begun. */
START_TEST(is_found_alive)
{
    char *fifo = memory_format("%s/fifo", kit.folder);
    char *words = memory_format("job hold om_ran %s", fifo);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    int file = open(fifo, O_RDWR | O_CLOEXEC);
    work_kit_command("job", 0755);
    work_kit_run(words, NULL);
    work_kit_check_reply(200, RAN_REPLY);
    for (int i = 0; i < 3; i++) {
        work_kit_run(words, NULL);
        work_kit_check_reply(200, "{}");
        ck_assert_str_eq(work_kit.reply.reason, "command is running");
        ck_assert_int_eq(work_kit.committed, 1);
        ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_BEGUN);
        ck_assert(!work_kit_is_claimed(SERVICE_KIT_KEY));
    }
    close(file);
    free(words);
    free(fifo);
}
END_TEST

/* And one that is dead is never run again. */
static const struct {
    const char *record;
    enum http_outcome outcome; /* of telling people */
    const char *said;
    enum record_purpose purpose;
} dead[] = {
    { BEGUN, HTTP_ANSWERED,
      "job was interrupted and may have done a part of its work. It will not be run again by "
      "itself: please check before you send it again.",
      RECORD_INTERRUPTED },
    { FINISHED, HTTP_ANSWERED, "output", RECORD_RESULT },
    { FINISHED, HTTP_UNREACHED, "output", RECORD_RESULT },
    { FINISHED, HTTP_CUT, "output", RECORD_RESULT },
};

START_TEST(is_found_dead)
{
    bool told = dead[_i].outcome == HTTP_ANSWERED;
    work_kit_command("job", 0755);
    service_kit_store(SERVICE_KIT_KEY, dead[_i].record);
    service_kit_answer(SERVICE_KIT_PATH, dead[_i].outcome, 200, SERVICE_KIT_POSTED);
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_posted(0, dead[_i].said, dead[_i].purpose);
    work_kit_check_reply(200, told ? POSTED_REPLY : "{}"); /* once begun, never 503 */
    ck_assert_int_eq(work_kit.committed, 1);
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), told ? RECORD_DONE : RECORD_FINISHED);
    ck_assert(!work_kit_is_claimed(SERVICE_KIT_KEY));
    if (!told)
        posted();
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_reply(200, told ? "{}" : POSTED_REPLY);
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_DONE);
}
END_TEST

/* Denied or permitted has no say in what has begun. */
START_TEST(is_found_begun_by_who_may_not)
{
    service_kit_store(SERVICE_KIT_KEY, FINISHED);
    posted();
    work_kit_run("job", "denied");
    work_kit_check_posted(0, "output", RECORD_RESULT);
}
END_TEST

/* Not started. */

static const struct {
    const char *name;
    unsigned mode; /* of the file; 0: there is none */
    const char *words;
    const char *denial;
    const char *said;
    const char *logged;
} refusals[] = {
    { "no such command", 0, "job web", NULL,
      "There is no command \"job\". Send \"help\" to see what there is.", NULL },
    { "no such command, denied", 0, "job web", "denied",
      "There is no command \"job\". Send \"help\" to see what there is.", NULL },
    { "denied", 0755, "job web", "denied", "denied", NULL },
    { "unsafe", 0777, "job web", NULL,
      "job was not run: its file, or a folder above it, is not safe. The server's log says why.",
      "chmod go-w" },
    { "unsafe and denied", 0777, "job web", "denied", "denied", "chmod go-w" },
    { "not executable", 0644, "job web", NULL,
      "job was not run: its file, or a folder above it, is not safe. The server's log says why.",
      "chmod +x" },
};

START_TEST(is_refused)
{
    if (refusals[_i].mode != 0)
        work_kit_command("job", refusals[_i].mode);
    posted();
    work_kit_run(refusals[_i].words, refusals[_i].denial);
    work_kit_check_posted(0, refusals[_i].said, RECORD_REPLY);
    work_kit_check_reply(200, POSTED_REPLY);
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_DONE);
    ck_assert_msg(service_kit_logged(refusals[_i].logged == NULL ? "" : refusals[_i].logged), "%s",
                  buf_text(&service_kit.log.held));
    check_not_begun();
}
END_TEST

START_TEST(without_a_store)
{
    work_kit_command("job", 0755);
    posted();
    service_kit_break_store();
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_posted(0,
                          "job was not run: the bot's store cannot be used, so it might run twice. "
                          "Please tell its administrator.",
                          RECORD_REPLY);
    work_kit_check_reply(200, POSTED_REPLY);
    service_kit_mend_store();
    check_not_begun();
}
END_TEST

START_TEST(without_a_state_folder)
{
    work_kit_command("job", 0755);
    posted();
    ck_assert_int_eq(symlink("/nowhere", service_kit.state), 0);
    work_kit_run("job reply om_ran", NULL);
    ck_assert_int_eq(work_kit.committed, 0);
    ck_assert(service_kit_logged("state folder"));
    char *said = service_kit_posted(0, "content", "text");
    ck_assert_ptr_nonnull(strstr(said, "store cannot be used"));
    free(said);
}
END_TEST

/* Eight run; the ninth is told. */
START_TEST(busy)
{
    int slots[SLOTS];
    work_kit_command("job", 0755);
    for (int i = 0; i < SLOTS; i++)
        ck_assert_int_ge(slots[i] = lock_slot(service_kit.state, SLOTS, &kit.error), 0);
    posted();
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_posted(0,
                          "job was not run: 8 commands are running already. Please send it again "
                          "later.",
                          RECORD_REPLY);
    work_kit_check_reply(200, POSTED_REPLY);
    check_not_begun();
    close(slots[5]);
    work_kit_run("job reply om_ran", NULL); /* this message is done: it is to be sent again */
    work_kit_check_reply(200, "{}");
    check_not_begun();
    work_kit.event.message.id = "om_9";
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_reply(200, RAN_REPLY);
    for (int i = 0; i < SLOTS; i++) {
        if (i != 5)
            close(slots[i]);
    }
}
END_TEST

/* People may have been told that it was busy: then it is not run. If they were not, it is. */
START_TEST(busy_earlier)
{
    bool unknown = _i == 0;
    int slots[SLOTS];
    work_kit_command("job", 0755);
    for (int i = 0; i < SLOTS; i++)
        ck_assert_int_ge(slots[i] = lock_slot(service_kit.state, SLOTS, &kit.error), 0);
    service_kit_answer(SERVICE_KIT_PATH, unknown ? HTTP_CUT : HTTP_UNREACHED, 0, "");
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_reply(503, TRY_AGAIN);
    for (int i = 0; i < SLOTS; i++)
        close(slots[i]);
    if (unknown)
        posted();
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_reply(200, unknown ? POSTED_REPLY : RAN_REPLY);
    ck_assert_uint_eq(service_kit_posts(), unknown ? 2 : 1);
    if (unknown)
        ck_assert_str_eq(service_kit_post(0)->body, service_kit_post(1)->body);
    ck_assert_int_eq(work_kit.committed, unknown ? 0 : 1);
}
END_TEST

/* Another process shows life for this message, with which it did not come to begin. */
START_TEST(life_is_taken)
{
    work_kit_command("job", 0755);
    int life = lock_life(service_kit.state, SERVICE_KIT_KEY, &kit.error);
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_reply(503, TRY_AGAIN);
    ck_assert_int_eq(work_kit.committed, 0);
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_NEW);
    ck_assert(!work_kit_is_claimed(SERVICE_KIT_KEY));
    close(life);
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_reply(200, RAN_REPLY);
}
END_TEST

/* A request so slow that its claim is over when it comes to begin: who lost the claim runs nothing.
 * The moment is when the slot is taken. */
static void (*at_slot)(void);

int flock(int file, int operation)
{
    char name[64];
    char target[4096] = "";
    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
    if (at_slot != NULL && readlink(name, target, sizeof(target) - 1) > 0 &&
        strstr(target, "/slot.") != NULL) {
        void (*now)(void) = at_slot;
        at_slot = NULL;
        now();
    }
    return (int)syscall(SYS_flock, file, operation);
}

static void lose_claim(void)
{
    service_kit.wall_ms += SERVICE_KIT_LEASE_MS;
}

static void lose_claim_to_another(void)
{
    struct error error = ERROR_INIT;
    struct store_claim claim;
    lose_claim();
    ck_assert_int_eq(store_claim(service_kit.service.store, SERVICE_KIT_KEY, SERVICE_KIT_LEASE_MS,
                                 service_kit.wall_ms, &claim, &error),
                     STORE_OK);
}

START_TEST(too_slow)
{
    work_kit_command("job", 0755);
    at_slot = _i == 0 ? lose_claim : _i == 1 ? lose_claim_to_another : service_kit_break_store;
    work_kit_run("job reply om_ran", NULL);
    ck_assert(at_slot == NULL);
    work_kit_check_reply(503, TRY_AGAIN);
    service_kit_mend_store();
    check_not_begun();
    ck_assert(work_kit_is_claimed(SERVICE_KIT_KEY) == (_i != 0));
}
END_TEST

/* What cannot be started is told, and not tried again. */
START_TEST(cannot_be_started)
{
    char *large = memory_zero(RUNNER_JOB_MAX + 1, 1);
    memset(large, 'x', RUNNER_JOB_MAX);
    tree_set_text(work_kit.event.body, "large", large);
    work_kit_command("job", 0755);
    service_kit_answer(SERVICE_KIT_PATH, _i == 0 ? HTTP_ANSWERED : HTTP_UNREACHED, 200,
                       SERVICE_KIT_POSTED);
    work_kit_run("job reply om_ran", NULL);
    work_kit_check_posted(0, "job could not be started. The server's log says why.", RECORD_RESULT);
    work_kit_check_reply(200, _i == 0 ? POSTED_REPLY : "{}");
    ck_assert_int_eq(work_kit.committed, 1);
    ck_assert(service_kit_logged("no runner"));
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), _i == 0 ? RECORD_DONE : RECORD_FINISHED);
    ck_assert_int_eq(count_members(), _i == 0 ? 0 : 1);
    if (_i == 1) {
        posted();
        unfinished_sweep(&service_kit.service);
        ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_DONE);
    }
    free(large);
}
END_TEST

/* Many deliveries at once: one run. */
static void run_at_once(const void *context)
{
    const char *words = context;
    work_kit_run(words, NULL);
    REQUIRE(work_kit.reply.status == 200 || work_kit.reply.status == 503);
    _exit(work_kit.message_id[0] != '\0');
}

START_TEST(many_at_once)
{
    struct stat status;
    pid_t processes[PROCESSES];
    char *file = memory_format("%s/count", kit.folder);
    char *words = memory_format("job count om_ran %s", file);
    int told = 0;
    work_kit_command("job", 0755);
    for (int i = 0; i < PROCESSES; i++)
        processes[i] = store_kit_fork(run_at_once, words);
    for (int i = 0; i < PROCESSES; i++)
        told += store_kit_wait(processes[i]);
    ck_assert_int_eq(stat(file, &status), 0);
    ck_assert_int_eq(status.st_size, 1);
    ck_assert_int_eq(told, 1);
    free(words);
    free(file);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    if (process_kit_works(name))
        work_kit_add(suite, name, test, rows);
}

static void fill(Suite *suite)
{
    add(suite, "runs", runs, 1);
    add(suite, "runs in silence", runs_in_silence, 1);
    add(suite, "runs for long", runs_for_long, 1);
    add(suite, "is found alive", is_found_alive, 1);
    work_kit_add(suite, "is found dead", is_found_dead, COUNT(dead));
    work_kit_add(suite, "is found begun by who may not", is_found_begun_by_who_may_not, 1);
    work_kit_add(suite, "is refused", is_refused, COUNT(refusals));
    work_kit_add(suite, "without a store", without_a_store, 1);
    work_kit_add(suite, "without a state folder", without_a_state_folder, 1);
    add(suite, "busy", busy, 1);
    add(suite, "busy earlier", busy_earlier, 2);
    add(suite, "life is taken", life_is_taken, 1);
    work_kit_add(suite, "too slow", too_slow, 3);
    work_kit_add(suite, "cannot be started", cannot_be_started, 2);
    add(suite, "many at once", many_at_once, 1);
}

int main(int argc, char **argv)
{
    if (argc == 1 && strcmp(argv[0], RUNNER_NAME) == 0)
        return work_kit_runner_main();
    return suite_run("run", fill);
}
