/* What a command is given, and what is kept of what it gives. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "memory.h"
#include "process.h"
#include "process_kit.h"
#include "store_kit.h"
#include "suite.h"

/* Input, words, environment, place. */

START_TEST(is_given_its_words)
{
    static const char *const words[] = { "restart",   "a b", "",       "-n", "*",
                                         "$(id)`id`", "\"",  "line\n", NULL };
    process_kit.process.words = process_kit_list(words);
    process_kit_shell("for word; do echo \"[$word]\"; done");
    ck_assert_str_eq(process_kit_output(), "[a b]\n[]\n[-n]\n[*]\n[$(id)`id`]\n[\"]\n[line\n]\n");
    ck_assert_int_eq(process_kit.end.status, 0);
    ck_assert_str_eq(process_kit_errors(), "");
    ck_assert(!process_kit.end.timed_out);
}
END_TEST

START_TEST(is_called_by_its_name)
{
    static const char *const words[] = { "restart", "--no-such-option", NULL };
    process_kit.process.words = process_kit_list(words);
    process_kit_program("/bin/cat");
    process_kit_run();
    ck_assert_int_eq(strncmp(process_kit_errors(), "restart: ", strlen("restart: ")), 0);
}
END_TEST

START_TEST(is_given_its_environment)
{
    static const char *const environment[] = { "A=1", "B=two words", "C=", "PATH=/bin", NULL };
    ck_assert_int_eq(setenv("FEISHU_SECRET", "x", 1), 0);
    process_kit.process.environment = process_kit_list(environment);
    process_kit_program("/usr/bin/env");
    process_kit_run();
    ck_assert_str_eq(process_kit_output(), "A=1\nB=two words\nC=\nPATH=/bin\n");
}
END_TEST

START_TEST(is_in_the_root_folder)
{
    process_kit_program("/bin/pwd");
    process_kit_run();
    ck_assert_str_eq(process_kit_output(), "/\n");
}
END_TEST

START_TEST(is_given_its_input)
{
    static const size_t lens[] = { 0, 1, 1000, 65536, 3000000 };
    size_t len = lens[_i];
    char *input = memory_zero(len + 1, 1);
    for (size_t i = 0; i < len; i++)
        input[i] = (char)(i * 7 % 251);
    process_kit.process.input = input;
    process_kit.process.input_len = len;
    process_kit_program("/bin/cat");
    process_kit_run();
    size_t kept = len < PROCESS_OUTPUT_MAX ? len : PROCESS_OUTPUT_MAX;
    ck_assert_uint_eq(process_kit.end.output.len, kept);
    ck_assert_uint_eq(process_kit.end.output_left_out, len - kept);
    if (kept > 0)
        ck_assert_int_eq(memcmp(process_kit.end.output.data, input, kept), 0);
    free(input);
}
END_TEST

/* It has its input, its outputs and its own file, whatever we have open, and may leave the input
 * alone. */
START_TEST(has_no_other_descriptors)
{
    static const int ours[] = { 7, 8, 50, 200 };
    for (int i = 0; i < COUNT(ours); i++)
        ck_assert_int_eq(dup2(STDERR_FILENO, ours[i]), ours[i]);
    process_kit_shell("exec /bin/ls /proc/self/fd");
    /* ls has the folder open itself. */
    ck_assert_str_eq(process_kit_output(), "0\n1\n2\n3\n4\n");
    for (int i = 0; i < COUNT(ours); i++)
        close(ours[i]);
}
END_TEST

/* Where our own low descriptors are closed, those of the program are made all the same. */
START_TEST(low_descriptors_are_free)
{
    int saved[3];
    int executable;
    const char *script = "#!/bin/sh\ncat; echo out; echo err >&2\n";
    process_kit_script(script);
    executable = process_kit.process.executable;
    process_kit.process.executable = fcntl(executable, F_DUPFD, 20);
    process_kit.process.input = "in\n";
    process_kit.process.input_len = 3;
    for (int i = 0; i < 3; i++) {
        saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 30);
        close(i);
    }
    struct error error = ERROR_INIT;
    bool ran = process_run(&process_kit.process, &process_kit.end, &error);
    for (int i = 0; i < 3; i++) {
        (void)dup2(saved[i], i);
        close(saved[i]);
    }
    close(executable);
    ck_assert(ran);
    ck_assert_str_eq(process_kit_output(), "in\nout\n");
    ck_assert_str_eq(process_kit_errors(), "err\n");
}
END_TEST

/* Signals are as a program expects them, whatever we ignore or hold back. */
START_TEST(signals_are_blocked_no_more)
{
    static const char *const words[] = { "grep", "SigBlk", "/proc/self/status", NULL };
    sigset_t blocked;
    sigset_t before;
    sigfillset(&blocked);
    process_kit.process.words = process_kit_list(words);
    process_kit_program("/bin/grep"); /* shells do that by themselves */
    ck_assert_int_eq(sigprocmask(SIG_SETMASK, &blocked, &before), 0);
    process_kit_run();
    ck_assert_int_eq(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    ck_assert_str_eq(process_kit_output(), "SigBlk:\t0000000000000000\n");
}
END_TEST

START_TEST(a_closed_pipe_is_the_end)
{
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    process_kit_shell("kill -PIPE $$");
    ck_assert(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    ck_assert(WIFSIGNALED(process_kit.end.status));
    ck_assert_int_eq(WTERMSIG(process_kit.end.status), SIGPIPE);
}
END_TEST

/* What is kept. */

/* Scripts that write `printed` bytes. */
static const struct {
    const char *name;
    const char *script;
    size_t printed;
} outputs[] = {
    { "nothing", ":", 0 },
    { "one less than is kept", "head -c 65535 /dev/zero | tr '\\0' x", 65535 },
    { "what is kept", "head -c 65536 /dev/zero | tr '\\0' x", 65536 },
    { "one more", "head -c 65537 /dev/zero | tr '\\0' x", 65537 },
    { "much more", "head -c 5000000 /dev/zero | tr '\\0' x", 5000000 },
    { "in pieces", "for i in 1 2 3 4 5 6 7; do head -c 10000 /dev/zero | tr '\\0' x; done", 70000 },
};

START_TEST(keeps_the_beginning_of_the_output)
{
    process_kit_shell(outputs[_i].script);
    size_t printed = outputs[_i].printed;
    size_t kept = printed < PROCESS_OUTPUT_MAX ? printed : PROCESS_OUTPUT_MAX;
    ck_assert_uint_eq(process_kit.end.output.len, kept);
    ck_assert_uint_eq(strspn(process_kit_output(), "x"), kept);
    ck_assert_uint_eq(process_kit.end.output_left_out, printed - kept);
    ck_assert(!process_kit.end.output.failed);
}
END_TEST

START_TEST(keeps_which_end)
{
    process_kit_shell("echo first; head -c 100000 /dev/zero; echo last");
    ck_assert_int_eq(strncmp(process_kit_output(), "first\n", 6), 0);
    ck_assert_uint_eq(process_kit.end.output_left_out, 6 + 100000 + 5 - PROCESS_OUTPUT_MAX);
}
END_TEST

static const struct {
    const char *name;
    const char *script;
    const char *first; /* what the kept errors begin with */
    size_t kept;
} errors[] = {
    { "nothing", ":", "", 0 },
    { "a line", "echo no >&2", "no\n", 3 },
    { "as much as is kept", "{ printf a; head -c 2042 /dev/zero | tr '\\0' x; echo last; } >&2",
      "ax", 2048 },
    { "one more", "{ printf a; head -c 2043 /dev/zero | tr '\\0' x; echo last; } >&2", "xx", 2048 },
    { "in pieces",
      "for i in 1 2 3; do printf %s a; head -c 1499 /dev/zero | tr '\\0' x; done >&2; "
      "echo last >&2",
      "xx", 2048 },
    { "very much", "{ head -c 3000000 /dev/zero | tr '\\0' x; echo last; } >&2", "xx", 2048 },
};

START_TEST(keeps_the_end_of_the_errors)
{
    process_kit_shell(errors[_i].script);
    const char *kept = process_kit_errors();
    ck_assert_uint_eq(strlen(kept), errors[_i].kept);
    ck_assert_msg(strncmp(kept, errors[_i].first, strlen(errors[_i].first)) == 0, "%s: %s",
                  errors[_i].name, kept);
    if (errors[_i].kept > 10)
        ck_assert_str_eq(kept + errors[_i].kept - 6, "xlast\n");
    ck_assert_uint_eq(process_kit.end.output.len, 0);
    ck_assert(!process_kit.end.errors.failed);
}
END_TEST

/* What is cut off its beginning are whole characters. */
static const struct {
    const char *character;
    int count;
    const char *last;
    size_t kept;
} characters[] = {
    { "中", 1000, "", 2046 }, { "中", 1000, "1", 2047 }, { "中", 1000, "12", 2048 },
    { "😀", 1000, "", 2048 },  { "😀", 1000, "1", 2045 },  { "😀", 1000, "12", 2046 },
    { "é", 2000, "1", 2047 },
};

START_TEST(errors_begin_at_a_character)
{
    const char *character = characters[_i].character;
    char *script =
        memory_format("for i in $(seq %d); do printf %%s '%s'; done >&2; printf %%s '%s' >&2",
                      characters[_i].count, character, characters[_i].last);
    process_kit_shell(script);
    ck_assert_uint_eq(process_kit.end.errors.len, characters[_i].kept);
    ck_assert_uint_eq(strlen(process_kit_errors()), characters[_i].kept);
    ck_assert_int_eq(strncmp(process_kit_errors(), character, strlen(character)), 0);
    free(script);
}
END_TEST

/* Both pipes full at a time: neither makes the program wait for ever. */
START_TEST(both_at_a_time)
{
    process_kit_shell("head -c 1000000 /dev/zero & head -c 1000000 /dev/zero >&2; wait");
    ck_assert_int_eq(process_kit.end.status, 0);
    ck_assert_uint_eq(process_kit.end.output.len + process_kit.end.output_left_out, 1000000);
    ck_assert_uint_eq(process_kit.end.errors.len, PROCESS_ERRORS_MAX);
}
END_TEST

START_TEST(closed_outputs)
{
    process_kit_shell("echo before; exec >&- 2>&-; echo more; "
                      "exit 7");
    ck_assert_str_eq(process_kit_output(), "before\n");
    ck_assert(WIFEXITED(process_kit.end.status));
    ck_assert_int_eq(WEXITSTATUS(process_kit.end.status), 7);
}
END_TEST

/* How it ended. */

static const struct {
    const char *script;
    int status;
    int signal;
} ends[] = {
    { "exit 0", 0, 0 },
    { "exit 1", 1, 0 },
    { "exit 255", 255, 0 },
    { "kill -TERM $$", 0, SIGTERM },
    { "kill -KILL $$", 0, SIGKILL },
    { "kill -SEGV $$", 0, SIGSEGV },
    { "no-such-program", 127, 0 },
};

START_TEST(how_it_ended)
{
    process_kit_shell(ends[_i].script);
    int status = process_kit.end.status;
    ck_assert_msg(WIFSIGNALED(status) == (ends[_i].signal != 0), "%s", ends[_i].script);
    ck_assert_msg((WIFSIGNALED(status) ? WTERMSIG(status) : 0) == ends[_i].signal, "%s",
                  ends[_i].script);
    ck_assert_msg((WIFEXITED(status) ? WEXITSTATUS(status) : 0) == ends[_i].status, "%s",
                  ends[_i].script);
    ck_assert(!process_kit.end.timed_out);
}
END_TEST

/* What cannot be executed says why. */
static const struct {
    const char *name;
    const char *file;
    const char *reason;
} no_programs[] = {
    { "no interpreter", "#!/no/such/interpreter\n", "No such file or directory" },
    { "no first line", "echo hello\n", "Exec format error" },
    { "nothing", "", "Exec format error" },
    { "an interpreter that is a folder", "#!/tmp\n", "Permission denied" },
    { "half a program",
      "\x7f"
      "ELF",
      "Exec format error" },
};

START_TEST(cannot_be_executed)
{
    process_kit_script(no_programs[_i].file);
    process_kit_run();
    ck_assert(WIFEXITED(process_kit.end.status));
    ck_assert_int_eq(WEXITSTATUS(process_kit.end.status), 127);
    char *wanted = memory_format("cannot be executed: %s\n", no_programs[_i].reason);
    ck_assert_str_eq(process_kit_errors(), wanted);
    ck_assert_str_eq(process_kit_output(), "");
    free(wanted);
}
END_TEST

/* The first output belongs to one run alone. */
START_TEST(runs_twice)
{
    process_kit_shell("echo one; echo error >&2");
    process_kit_shell("echo two");
    ck_assert_str_eq(process_kit_output(), "two\n");
    ck_assert_str_eq(process_kit_errors(), "");
}
END_TEST

/* A descriptor with a text. */
START_TEST(a_text_to_read)
{
    static const size_t lens[] = { 0, 5, 2000000 };
    size_t len = lens[_i];
    char *text = memory_zero(len + 1, 1);
    char *read_back = memory_zero(len + 1, 1);
    size_t done = 0;
    ssize_t count;
    memset(text, 'x', len);
    int file = process_text(text, len);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(fcntl(file, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    while ((count = read(file, read_back + done, len - done + 1)) > 0)
        done += (size_t)count;
    ck_assert_uint_eq(done, len);
    ck_assert_str_eq(read_back, text);
    close(file);
    free(read_back);
    free(text);
}
END_TEST

static void fill(Suite *suite)
{
    process_kit_add(suite, "is given its words", is_given_its_words, 1);
    process_kit_add(suite, "is called by its name", is_called_by_its_name, 1);
    process_kit_add(suite, "is given its environment", is_given_its_environment, 1);
    process_kit_add(suite, "is in the root folder", is_in_the_root_folder, 1);
    process_kit_add(suite, "is given its input", is_given_its_input, 5);
    process_kit_add(suite, "has no other descriptors", has_no_other_descriptors, 1);
    process_kit_add(suite, "low descriptors are free", low_descriptors_are_free, 1);
    process_kit_add(suite, "signals are blocked no more", signals_are_blocked_no_more, 1);
    process_kit_add(suite, "a closed pipe is the end", a_closed_pipe_is_the_end, 1);
    process_kit_add(suite, "keeps the beginning of the output", keeps_the_beginning_of_the_output,
                    COUNT(outputs));
    process_kit_add(suite, "keeps which end", keeps_which_end, 1);
    process_kit_add(suite, "keeps the end of the errors", keeps_the_end_of_the_errors,
                    COUNT(errors));
    process_kit_add(suite, "errors begin at a character", errors_begin_at_a_character,
                    COUNT(characters));
    process_kit_add(suite, "both at a time", both_at_a_time, 1);
    process_kit_add(suite, "closed outputs", closed_outputs, 1);
    process_kit_add(suite, "how it ended", how_it_ended, COUNT(ends));
    process_kit_add(suite, "cannot be executed", cannot_be_executed, COUNT(no_programs));
    process_kit_add(suite, "runs twice", runs_twice, 1);
    process_kit_add(suite, "a text to read", a_text_to_read, 3);
}

SUITE_MAIN("process", fill)
