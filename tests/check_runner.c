/* How the process of a command is started: with what it is given, and nothing else of ours. The
 * runner is this program, which writes down what it finds. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "error.h"
#include "job.h"
#include "lock.h"
#include "memory.h"
#include "process_kit.h"
#include "runner.h"
#include "store_kit.h"
#include "suite.h"
#include "tree.h"

extern char **environ;

enum { LONG_MS = 20000, SHORT_MS = 100, FIRST_FREE = RUNNER_FIRST_FREE };

/* The runner's side. */

/* The descriptors that are open, but for the one this is read by. */
static void find_descriptors(struct buf *found)
{
    DIR *folder = opendir("/proc/self/fd");
    REQUIRE(folder != NULL);
    for (int file = 0; file < 1000; file++) {
        if (file != dirfd(folder) && fcntl(file, F_GETFD) >= 0)
            buf_add_format(found, "%d%s ", file,
                           (fcntl(file, F_GETFD) & FD_CLOEXEC) != 0 ? "!" : "");
    }
    closedir(folder);
}

/* Signals that are ignored or blocked. */
static void find_signals(struct buf *found)
{
    sigset_t blocked;
    REQUIRE(sigprocmask(SIG_BLOCK, NULL, &blocked) == 0);
    for (int number = 1; number < SIGRTMIN; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
            buf_add_format(found, "ignored %d ", number);
        if (sigismember(&blocked, number) == 1)
            buf_add_format(found, "blocked %d ", number);
    }
}

static void find_environment(struct buf *found)
{
    for (char **variable = environ; *variable != NULL; variable++)
        buf_add_format(found, "%s ", *variable);
}

/* Whether it leads a session of its own. */
static void find_session(struct buf *found)
{
    buf_add_text(found, getsid(0) == getpid() ? "own session" : "another's session");
}

static void find_outputs(struct buf *found)
{
    for (int file = STDOUT_FILENO; file <= STDERR_FILENO; file++) {
        char name[32];
        char target[PATH_MAX] = "";
        (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
        REQUIRE(readlink(name, target, sizeof(target) - 1) > 0);
        buf_add_format(found, "%s ", target);
    }
}

/* What the second word of its job asks for; the third is what it says of the job itself. */
static const struct {
    const char *name;
    void (*find)(struct buf *found);
} questions[] = {
    { "descriptors", find_descriptors }, { "signals", find_signals },
    { "environment", find_environment }, { "session", find_session },
    { "outputs", find_outputs },
};

static void find_job(const struct job *job, struct buf *found)
{
    struct buf executable = BUF_INIT(100);
    char data[100];
    ssize_t count = read(RUNNER_EXECUTABLE, data, sizeof(data));
    buf_add(&executable, data, count < 0 ? 0 : (size_t)count);
    buf_add_format(found, "%s %s %s %s", job->key, job->message_id, tree_text(job->event, "text"),
                   buf_text(&executable));
    buf_release(&executable);
}

static int runner_side(void)
{
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(RUNNER_JOB_MAX);
    struct buf found = BUF_INIT(DELIVERY_ID_LEN);
    struct job job;
    char data[4096];
    ssize_t count;
    while ((count = read(RUNNER_JOB, data, sizeof(data))) > 0)
        buf_add(&text, data, (size_t)count);
    REQUIRE(job_parse(buf_text(&text), text.len, &job, &error));
    for (int i = 0; i < COUNT(questions); i++) {
        if (strcmp(job.line.words[1], questions[i].name) == 0)
            questions[i].find(&found);
    }
    if (strcmp(job.line.words[1], "job") == 0)
        find_job(&job, &found);
    if (strcmp(job.line.words[1], "wait") == 0)
        buf_add_format(&found, "%d", (int)getpid());
    REQUIRE(write(RUNNER_REPORT, buf_text(&found), found.len) == (ssize_t)found.len);
    if (strcmp(job.line.words[1], "wait") == 0)
        (void)pause();
    job_release(&job);
    buf_release(&text);
    buf_release(&found);
    return EXIT_SUCCESS;
}

/* Ours. */

static struct runner_files files;
static struct json_object *event;

static void setup(void)
{
    char *path = memory_format("%s/executable", kit.folder);
    files.executable = open(path, O_RDWR | O_CREAT, 0700);
    ck_assert_int_eq(write(files.executable, "program", 7), 7);
    ck_assert_int_eq(lseek(files.executable, 0, SEEK_SET), 0);
    files.life = lock_life(kit.folder, "key", &kit.error);
    files.slot = lock_slot(kit.folder, 1, &kit.error);
    ck_assert_int_ge(files.slot, 0);
    event = tree_new_object();
    tree_set_text(event, "text", "said");
    free(path);
}

static void close_files(void)
{
    close(files.executable);
    close(files.life);
    close(files.slot);
}

static void teardown(void)
{
    tree_free(event);
}

/* Starts a runner that is asked; the descriptor of runner_wait, or -1. */
static int start(const char *question)
{
    char name[] = "job";
    char *asked = memory_copy(question);
    char *words[] = { name, asked, NULL };
    const struct job job = { .key = "key",
                             .message_id = "om_1",
                             .chat_id = "oc_1",
                             .sender_id = "ou_1",
                             .line = { words, 2 },
                             .timeout_ms = 1,
                             .started_ms = 2,
                             .event = event };
    int before = process_kit_descriptors();
    int file = runner_start(&job, &files, "/etc/feishu.conf", &kit.error);
    ck_assert_int_eq(process_kit_descriptors(), before + (file >= 0));
    free(asked);
    return file;
}

static void check_answer(const char *question, const char *wanted)
{
    char answer[DELIVERY_ID_LEN];
    int file = start(question);
    ck_assert_msg(file >= 0, "%s", kit.error.text);
    ck_assert_int_eq(fcntl(file, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    runner_wait(file, clock_steady_ms() + LONG_MS, answer);
    ck_assert_str_eq(answer, wanted);
    close(file);
    close_files();
}

START_TEST(is_given_the_job)
{
    check_answer("job", "key om_1 said program");
}
END_TEST

/* Whatever we have open, and whether or not it is to be closed by exec. */
START_TEST(has_its_descriptors_alone)
{
    for (int file = FIRST_FREE + 20; file < FIRST_FREE + 40; file++)
        ck_assert_int_eq(dup2(STDERR_FILENO, file), file);
    check_answer("descriptors", "0 1 2 3 4 5 6 ");
    for (int file = FIRST_FREE + 20; file < FIRST_FREE + 40; file++)
        close(file);
}
END_TEST

/* A host may have closed the standard descriptors: ours then have their numbers. */
START_TEST(in_whatever_order)
{
    int saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 100);
    close(STDIN_FILENO);
    ck_assert_int_eq(dup2(files.slot, STDIN_FILENO), STDIN_FILENO);
    close(files.slot);
    files.slot = STDIN_FILENO;
    check_answer("job", "key om_1 said program");
    ck_assert_int_eq(dup2(saved, STDIN_FILENO), STDIN_FILENO);
    close(saved);
}
END_TEST

START_TEST(writes_nowhere)
{
    check_answer("outputs", "/dev/null /dev/null ");
}
END_TEST

/* A client has a part in our environment. */
START_TEST(has_nothing_of_our_environment)
{
    ck_assert_int_eq(setenv("HTTP_PROXY", "http://example.com", 1), 0);
    ck_assert_int_eq(setenv("FEISHU_CONFIG", "/another", 1), 0);
    ck_assert_int_eq(setenv("LD_LIBRARY_PATH", "/nowhere", 1), 0);
    check_answer("environment", "FEISHU_CONFIG=/etc/feishu.conf ");
}
END_TEST

START_TEST(has_a_session_of_its_own)
{
    check_answer("session", "own session");
}
END_TEST

/* What the host ignores would be ignored by every command, and with SIGCHLD ignored nobody learns
 * how a command ended. */
START_TEST(has_its_signals_as_usual)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ck_assert_int_eq(sigprocmask(SIG_SETMASK, &all, &before), 0);
    for (int number = 1; number < SIGRTMIN; number++)
        (void)signal(number, SIG_IGN);
    check_answer("signals", "");
    for (int number = 1; number < SIGRTMIN; number++)
        (void)signal(number, SIG_DFL);
    ck_assert_int_eq(sigprocmask(SIG_SETMASK, &before, NULL), 0);
}
END_TEST

/* The locks are the runner's once we have closed ours. */
START_TEST(holds_its_locks)
{
    int file = start("wait");
    ck_assert_int_ge(file, 0);
    close_files();
    ck_assert(lock_is_alive(kit.folder, "key"));
    ck_assert_int_eq(lock_slot(kit.folder, 1, &kit.error), LOCK_NONE);
    ck_assert_int_eq(kit.error.kind, ERROR_NONE);
    char answer[DELIVERY_ID_LEN];
    runner_wait(file, clock_steady_ms() + LONG_MS, answer);
    pid_t pid = (pid_t)strtol(answer, NULL, 10);
    ck_assert_int_gt(pid, 1);
    runner_wait(file, clock_steady_ms() + SHORT_MS, answer);
    ck_assert_str_eq(answer, "");
    runner_wait(file, 0, answer); /* it is too late already */
    ck_assert_str_eq(answer, "");
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    runner_wait(file, clock_steady_ms() + LONG_MS, answer); /* returns at once */
    ck_assert_str_eq(answer, "");
    ck_assert_int_eq(store_kit_wait(pid), 128 + SIGKILL);
    ck_assert(!lock_is_alive(kit.folder, "key"));
    close(file);
}
END_TEST

START_TEST(waits_for_an_id)
{
    static const struct {
        const char *written;
        const char *id;
    } rows[] = { { "om_1", "om_1" }, { "", "" } };
    int ends[2];
    char id[DELIVERY_ID_LEN] = "x";
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], rows[_i].written, strlen(rows[_i].written)),
                     (ssize_t)strlen(rows[_i].written));
    close(ends[1]);
    runner_wait(ends[0], clock_steady_ms() + LONG_MS, id);
    ck_assert_str_eq(id, rows[_i].id);
    close(ends[0]);
}
END_TEST

START_TEST(an_id_that_is_too_long)
{
    char id[DELIVERY_ID_LEN];
    char written[1000];
    int ends[2];
    memset(written, 'x', sizeof(written));
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], written, sizeof(written)), (ssize_t)sizeof(written));
    runner_wait(ends[0], clock_steady_ms() + LONG_MS, id);
    ck_assert_uint_lt(strlen(id), DELIVERY_ID_LEN);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

START_TEST(a_job_that_is_too_large)
{
    char *large = memory_zero(RUNNER_JOB_MAX + 1, 1);
    memset(large, 'x', RUNNER_JOB_MAX);
    tree_set_text(event, "text", large);
    ck_assert_int_eq(start("job"), -1);
    ck_assert_int_eq(kit.error.kind, ERROR_INTERNAL);
    ck_assert_str_eq(kit.error.text, "no runner: File too large");
    close_files();
    free(large);
}
END_TEST

/* Where nothing more can be had, it says what, and leaves nothing open. */
static void start_without_room(const void *context)
{
    const int *room = context;
    const struct rlimit little = { (rlim_t)*room, 1000 };
    const struct rlimit enough = { 1000, 1000 };
    char name[] = "job";
    char *words[] = { name, name, NULL };
    const struct job job = { "key", "om_1", "oc_1", "ou_1", { words, 2 }, 1, 2, event, NULL };
    int before = process_kit_descriptors();
    REQUIRE(setrlimit(RLIMIT_NOFILE, &little) == 0);
    int file = runner_start(&job, &files, "/etc/feishu.conf", &kit.error);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &enough) == 0);
    REQUIRE(process_kit_descriptors() == before + (file >= 0));
    REQUIRE(file >= 0 || strcmp(kit.error.text, "no runner: Too many open files") == 0);
    _exit(file >= 0 ? 10 : 11);
}

START_TEST(too_few_descriptors)
{
    int failed = 0;
    for (int room = files.slot + 1; room < FIRST_FREE + 20; room++) {
        int status = store_kit_run(start_without_room, &room);
        ck_assert_msg(status == 10 || status == 11, "%d: %d", room, status);
        failed += status == 11;
    }
    ck_assert_int_gt(failed, 0);
    ck_assert_int_lt(failed, FIRST_FREE + 20 - files.slot - 1);
    close_files();
}
END_TEST

static void start_without_processes(const void *context)
{
    const struct rlimit none = { 0, 0 };
    (void)context;
    store_kit_drop_rights();
    REQUIRE(setrlimit(RLIMIT_NPROC, &none) == 0);
    REQUIRE(start("job") == -1);
    REQUIRE(strcmp(kit.error.text, "no runner: Resource temporarily unavailable") == 0);
}

START_TEST(no_processes)
{
    ck_assert_int_eq(store_kit_run(start_without_processes, NULL), 0);
    close_files();
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    if (process_kit_works(name))
        tcase_add_checked_fixture(store_kit_add(suite, name, test, rows), setup, teardown);
}

static void fill(Suite *suite)
{
    add(suite, "is given the job", is_given_the_job, 1);
    add(suite, "has its descriptors alone", has_its_descriptors_alone, 1);
    add(suite, "in whatever order", in_whatever_order, 1);
    add(suite, "writes nowhere", writes_nowhere, 1);
    add(suite, "has nothing of our environment", has_nothing_of_our_environment, 1);
    add(suite, "has a session of its own", has_a_session_of_its_own, 1);
    add(suite, "has its signals as usual", has_its_signals_as_usual, 1);
    add(suite, "holds its locks", holds_its_locks, 1);
    store_kit_add(suite, "waits for an id", waits_for_an_id, 2);
    store_kit_add(suite, "an id that is too long", an_id_that_is_too_long, 1);
    add(suite, "a job that is too large", a_job_that_is_too_large, 1);
    add(suite, "too few descriptors", too_few_descriptors, 1);
    add(suite, "no processes", no_processes, 1);
}

int main(int argc, char **argv)
{
    if (argc == 1 && strcmp(argv[0], RUNNER_NAME) == 0)
        return runner_side();
    return suite_run("runner", fill);
}
