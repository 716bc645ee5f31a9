/* How a command is brought to its end, and what it cannot have before. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "memory.h"
#include "process.h"
#include "process_kit.h"
#include "store_kit.h"
#include "suite.h"

enum { SOON_MS = 200 };

/* Time. */

/* Scripts that last too long. Each, and whatever it has started, has the FIFO open for writing. */
static const struct {
    const char *name;
    const char *script;
    int signal; /* that ends it; 0: it exits by itself */
    const char *output;
} endless[] = {
    { "one process", "exec 9>\"$FIFO\"\nexec sleep 1000", SIGTERM, "" },
    { "a child", "exec 9>\"$FIFO\"\nsleep 1000\necho not reached", SIGTERM, "" },
    { "children in the background",
      "exec 9>\"$FIFO\"\nsleep 1000 & sleep 1000 & (sleep 1000; :) & echo out; wait", SIGTERM,
      "out\n" },
    { "children that keep its outputs alone", "exec 9>\"$FIFO\"\nsleep 1000 & exec sleep 1000 >&-",
      SIGTERM, "" },
    { "closed outputs", "exec 9>\"$FIFO\" >&- 2>&-\nexec sleep 1000", SIGTERM, "" },
    { "one that says good-bye", "exec 9>\"$FIFO\"\ntrap 'echo bye; exit 3' TERM\nsleep 1000 & wait",
      0, "bye\n" },
    { "one that will not end", "exec 9>\"$FIFO\"\ntrap '' TERM\nsleep 1000; sleep 1000", SIGKILL,
      "" },
    { "a child that will not end",
      "exec 9>\"$FIFO\"\n(trap '' TERM; echo ready; sleep 1000) & exec sleep 1000", SIGTERM,
      "ready\n" },
    { "one that has stopped", "exec 9>\"$FIFO\"\nkill -STOP $$", SIGKILL, "" },
};

START_TEST(lasts_too_long)
{
    process_kit.process.timeout_ms = SOON_MS;
    process_kit_shell(endless[_i].script);
    int status = process_kit.end.status;
    ck_assert(process_kit.end.timed_out);
    ck_assert_msg((WIFSIGNALED(status) ? WTERMSIG(status) : 0) == endless[_i].signal, "%s: %x",
                  endless[_i].name, (unsigned)status);
    ck_assert_str_eq(process_kit_output(), endless[_i].output);
    process_kit_wait_for_writers();
}
END_TEST

/* A program that has left its process group is still the one to end. */
START_TEST(leaves_its_group)
{
    process_kit.process.timeout_ms = SOON_MS;
    /* The child waits in a group of its own until its parent, which joins it there, is gone. */
    process_kit_script("#!/usr/bin/perl\n"
                       "pipe my $ready, my $in_group;\n"
                       "pipe my $gone, my $alive;\n"
                       "my $child = fork;\n"
                       "if (!$child) {\n"
                       "    setpgrp 0, 0; close $alive; close $in_group;\n"
                       "    readline $gone; exit;\n"
                       "}\n"
                       "close $in_group; readline $ready;\n"
                       "setpgrp 0, $child or die;\n"
                       "$| = 1; print 'left'; sleep 1000;\n");
    process_kit_run();
    ck_assert_str_eq(process_kit_output(), "left");
    ck_assert(process_kit.end.timed_out);
    ck_assert(WIFSIGNALED(process_kit.end.status));
    ck_assert_int_eq(WTERMSIG(process_kit.end.status), SIGTERM);
}
END_TEST

START_TEST(never_stops_writing)
{
    static const char *const scripts[] = { "exec yes", "exec yes >&2", "yes & exec yes >&2" };
    process_kit.process.timeout_ms = SOON_MS;
    process_kit_shell(scripts[_i]);
    ck_assert(process_kit.end.timed_out);
    ck_assert(process_kit.end.output.len == (_i == 1 ? 0 : PROCESS_OUTPUT_MAX));
    ck_assert(process_kit.end.errors.len == (_i == 0 ? 0 : PROCESS_ERRORS_MAX));
    if (_i != 1)
        ck_assert_uint_gt(process_kit.end.output_left_out, 0);
}
END_TEST

/* What is left of a program that has ended neither holds us up nor lives on. */
static const struct {
    const char *name;
    const char *script;
} left_behind[] = {
    { "a child", "exec 9>\"$FIFO\"\nsleep 1000 & exit 5" },
    { "children of children", "exec 9>\"$FIFO\"\n(sleep 1000 & sleep 1000 & :) & exit 5" },
    { "one that will not end", "exec 9>\"$FIFO\"\n(trap '' TERM HUP; sleep 1000) & exit 5" },
    { "one that never stops writing", "exec 9>\"$FIFO\"\nyes & exit 5" },
};

START_TEST(leaves_something_behind)
{
    process_kit_shell(left_behind[_i].script);
    ck_assert(!process_kit.end.timed_out);
    ck_assert_int_eq(WEXITSTATUS(process_kit.end.status), 5);
    process_kit_wait_for_writers();
}
END_TEST

/* A daemon of its own session is left alone, and does not hold us up: a command may start one. */
START_TEST(starts_a_daemon)
{
    char *path = memory_format("%s/go-on", kit.folder);
    char *script = memory_format("exec 9>\"$FIFO\"\n"
                                 "setsid sh -c 'echo started >&9; read line <%s' &\n"
                                 "exec 9>&-; exit 5",
                                 path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    int go_on = open(path, O_RDWR | O_CLOEXEC);
    ck_assert_int_ge(go_on, 0);
    process_kit_shell(script);
    ck_assert(!process_kit.end.timed_out);
    ck_assert_int_eq(WEXITSTATUS(process_kit.end.status), 5);
    ck_assert_int_eq(write(go_on, "x\n", 2), 2);
    process_kit_wait_for_writers();
    close(go_on);
    free(script);
    free(path);
}
END_TEST

/* Notice. */

struct notice {
    int count;
    int wanted;
    int go_on; /* a pipe with a name: what some scripts wait for */
};

static int64_t notice(void *context)
{
    struct notice *seen = context;
    seen->count++;
    if (seen->count < seen->wanted)
        return clock_steady_ms();
    ck_assert_int_eq(write(seen->go_on, "x\n", 2), 2);
    return INT64_MAX;
}

static const struct {
    const char *name;
    int64_t after_ms; /* from now */
    const char *script;
    int64_t timeout_ms;
    int count;
    bool timed_out;
} notices[] = {
    { "while it runs", SOON_MS, "read line <\"$GO_ON\"; exit 0", PROCESS_KIT_LONG_MS, 1, false },
    { "the time is over already", -SOON_MS, "read line <\"$GO_ON\"; exit 0", PROCESS_KIT_LONG_MS, 1,
      false },
    { "it writes meanwhile", SOON_MS, "yes & read line <\"$GO_ON\"; exit 0", PROCESS_KIT_LONG_MS, 1,
      false },
    { "again and again", SOON_MS, "read line <\"$GO_ON\"; exit 0", PROCESS_KIT_LONG_MS, 5, false },
    { "it has ended before", PROCESS_KIT_LONG_MS, "exit 0", PROCESS_KIT_LONG_MS, 0, false },
    { "it lasts too long before", PROCESS_KIT_LONG_MS, "exec sleep 1000", SOON_MS, 0, true },
    { "both times are over", -SOON_MS, "exec sleep 1000", 0, 0, true },
    { "and then too long", 1, "exec sleep 1000", SOON_MS, 1, true },
};

START_TEST(gives_notice)
{
    char *path = memory_format("%s/go-on", kit.folder);
    char *script = memory_format("GO_ON=%s\n%s", path, notices[_i].script);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    struct notice seen = { 0, notices[_i].count, open(path, O_RDWR | O_CLOEXEC) };
    process_kit.process.notice = notice;
    process_kit.process.notice_ms = clock_steady_ms() + notices[_i].after_ms;
    process_kit.process.context = &seen;
    process_kit.process.timeout_ms = notices[_i].timeout_ms;
    process_kit_shell(script);
    close(seen.go_on);
    ck_assert_msg(seen.count == notices[_i].count, "%s: %d", notices[_i].name, seen.count);
    ck_assert_msg(process_kit.end.timed_out == notices[_i].timed_out, "%s", notices[_i].name);
    free(script);
    free(path);
}
END_TEST

/* Limits. */

START_TEST(limits_are_set)
{
    process_kit.process.timeout_ms = 7000;
    process_kit_shell(
        "for limit in c d n p t; do echo $(ulimit -S$limit) $(ulimit -H$limit); done");
    long seconds = 8 * sysconf(_SC_NPROCESSORS_ONLN);
    char *wanted =
        memory_format("0 0\n524288 524288\n256 256\n512 512\n%ld %ld\n", seconds, seconds);
    ck_assert_str_eq(process_kit_output(), wanted);
    free(wanted);
}
END_TEST

/* A program that wants more than it may have fails by itself, and the machine does not. */
static const struct {
    const char *name;
    const char *script;
} greedy[] = {
    { "memory", "#!/usr/bin/perl\nmy $x = 'x' x (700 << 20); print 'got it';" },
    { "files", "#!/usr/bin/perl\nmy @f;"
               "for (1..300) { open my $f, '<', '/dev/null' or exit 1; push @f, $f }"
               "print 'got it';" },
};

START_TEST(is_greedy)
{
    process_kit_script(greedy[_i].script);
    process_kit_run();
    ck_assert_int_ne(process_kit.end.status, 0);
    ck_assert_str_eq(process_kit_output(), "");
}
END_TEST

/* On machines that allow less, less is what it gets. */
static void run_with_less(const void *context)
{
    struct error error = ERROR_INIT;
    const struct rlimit less = { 100, 100 };
    (void)context;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &less) == 0);
    store_kit_drop_rights();
    REQUIRE(process_run(&process_kit.process, &process_kit.end, &error));
    REQUIRE(strcmp(process_kit_errors(), "") == 0);
    REQUIRE(strcmp(process_kit_output(), "100 100\n") == 0);
}

START_TEST(limits_below_ours)
{
    process_kit_script("#!/bin/sh\necho $(ulimit -Sn) $(ulimit -Hn)\n");
    ck_assert_int_eq(store_kit_run(run_with_less, NULL), 0);
}
END_TEST

/* Where no process can be made. */

static void run_without_room(const void *context)
{
    const int *room = context;
    struct error error = ERROR_INIT;
    int before = process_kit_descriptors();
    const struct rlimit limit = { (rlim_t)*room, 1000 };
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    bool ran = process_run(&process_kit.process, &process_kit.end, &error);
    const struct rlimit enough = { 1000, 1000 };
    REQUIRE(setrlimit(RLIMIT_NOFILE, &enough) == 0);
    REQUIRE(process_kit_descriptors() == before);
    if (!ran)
        REQUIRE(error.kind == ERROR_INTERNAL && strstr(error.text, strerror(EMFILE)) != NULL);
    _exit(ran ? 10 : 11);
}

/* With every number of descriptors it starts or says that it cannot, and leaves none open. */
START_TEST(too_few_descriptors)
{
    int failed = 0;
    process_kit_script("#!/bin/sh\nexit 0\n");
    int first = process_kit.process.executable + 1;
    for (int room = first; room < first + 12; room++) {
        int status = store_kit_run(run_without_room, &room);
        ck_assert_msg(status == 10 || status == 11, "%d of %d: %d", room - first, 12, status);
        failed += status == 11;
    }
    ck_assert_int_gt(failed, 0);
    ck_assert_int_lt(failed, 12);
}
END_TEST

static void run_without_processes(const void *context)
{
    const struct rlimit none = { 0, 0 };
    struct error error = ERROR_INIT;
    (void)context;
    store_kit_drop_rights();
    REQUIRE(setrlimit(RLIMIT_NPROC, &none) == 0);
    REQUIRE(!process_run(&process_kit.process, &process_kit.end, &error));
    REQUIRE(error.kind == ERROR_INTERNAL);
    REQUIRE(strstr(error.text, strerror(EAGAIN)) != NULL);
}

START_TEST(no_processes)
{
    process_kit_script("#!/bin/sh\nexit 0\n");
    ck_assert_int_eq(store_kit_run(run_without_processes, NULL), 0);
}
END_TEST

static void fill(Suite *suite)
{
    process_kit_add(suite, "lasts too long", lasts_too_long, COUNT(endless));
    process_kit_add(suite, "leaves its group", leaves_its_group, 1);
    process_kit_add(suite, "never stops writing", never_stops_writing, 3);
    process_kit_add(suite, "leaves something behind", leaves_something_behind, COUNT(left_behind));
    process_kit_add(suite, "starts a daemon", starts_a_daemon, 1);
    process_kit_add(suite, "gives notice", gives_notice, COUNT(notices));
    process_kit_add(suite, "limits are set", limits_are_set, 1);
    process_kit_add(suite, "is greedy", is_greedy, COUNT(greedy));
    process_kit_add(suite, "limits below ours", limits_below_ours, 1);
    process_kit_add(suite, "too few descriptors", too_few_descriptors, 1);
    process_kit_add(suite, "no processes", no_processes, 1);
}

SUITE_MAIN("process end", fill)
