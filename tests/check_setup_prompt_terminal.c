/* Questions to a person, on a pseudo-terminal: what is seen, and what the terminal is afterwards.
 */
#include "suite.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "context.h"
#include "error.h"
#include "prompt.h"

enum { PATIENCE_MS = 10000, LONG = 5000, PARTS = 5 };

static const struct context context = { .program = "feishu-setup" };

/* The terminal as the person has it, and what it has shown. */
static int terminal;
static pid_t child;
static char screen[4 * LONG];
static size_t shown;

static const char *check(const char *answer)
{
    return strcmp(answer, "bad") == 0 ? "that is bad" : NULL;
}

/* What the program does at the terminal: its status is the result, the answer stands behind it. */
static int ask(bool secret, const char *value)
{
    struct error error = ERROR_INIT;
    struct prompt prompt;
    struct buf answer = BUF_INIT(64);
    const struct question question = {
        .name = "name", .text = "Name", .value = value, .secret = secret, .check = check
    };
    if (!prompt_open(&prompt, &context, NULL, NULL, false, &error))
        return 99;
    const enum prompt_result result = prompt_ask(&prompt, &question, &answer);
    const bool interrupted = prompt_interrupted(&prompt);
    (void)printf("<%zu:%s>%s\n", answer.len, secret ? "" : buf_text(&answer),
                 interrupted ? "interrupted" : "");
    (void)fflush(stdout);
    buf_wipe(&answer);
    prompt_close(&prompt);
    return (int)result;
}

static int ask_plain(void)
{
    return ask(false, "shown");
}

static int ask_secret(void)
{
    return ask(true, NULL);
}

/* A terminal without lines gives more than a line has room for. */
static int ask_long(void)
{
    struct termios raw;
    (void)tcgetattr(STDIN_FILENO, &raw);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    return ask(false, NULL);
}

static int ask_where_stops_are_ignored(void)
{
    (void)signal(SIGTSTP, SIG_IGN);
    return ask(true, NULL);
}

static int pause_and_confirm(void)
{
    struct error error = ERROR_INIT;
    struct prompt prompt;
    bool yes = false;
    if (!prompt_open(&prompt, &context, NULL, NULL, false, &error))
        return 99;
    enum prompt_result result = prompt_pause(&prompt, "Enter: ");
    if (result == PROMPT_ANSWERED)
        result = prompt_confirm(&prompt, "name", NULL, "Sure", true, &yes);
    (void)printf("<%s>\n", yes ? "yes" : "no");
    (void)fflush(stdout);
    prompt_close(&prompt);
    return (int)result;
}

static const int meant[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

static void begin(int (*program)(void))
{
    shown = 0;
    screen[0] = '\0';
    (void)fflush(NULL);
    child = forkpty(&terminal, NULL, NULL, NULL);
    ck_assert_int_ge(child, 0);
    if (child != 0)
        return;
    /* Whoever runs the tests may have them ignored. */
    for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++)
        (void)signal(meant[i], SIG_DFL);
    _exit(program());
}

/* Takes what the terminal shows; false at its end. */
static bool look(void)
{
    struct pollfd output = { .fd = terminal, .events = POLLIN };
    ck_assert_msg(poll(&output, 1, PATIENCE_MS) == 1, "nothing more is shown:\n%s", screen);
    const ssize_t count = read(terminal, screen + shown, sizeof(screen) - 1 - shown);
    if (count <= 0)
        return false;
    shown += (size_t)count;
    screen[shown] = '\0';
    return true;
}

/* Waits until the text stands there so many times. */
static void see(const char *text, int times)
{
    for (;;) {
        int count = 0;
        for (const char *at = screen; (at = strstr(at, text)) != NULL; at++)
            count++;
        if (count >= times)
            return;
        ck_assert_msg(look(), "never shown: %s\n%s", text, screen);
    }
}

static void type(const char *text)
{
    ck_assert_int_eq(write(terminal, text, strlen(text)), (int)strlen(text));
}

static bool echoes(void)
{
    struct termios state;
    ck_assert_int_eq(tcgetattr(terminal, &state), 0);
    return (state.c_lflag & ECHO) != 0;
}

static void wait_for_echo(bool wanted)
{
    const struct timespec moment = { .tv_nsec = 1000000 };
    for (int i = 0; echoes() != wanted; i++) {
        ck_assert_int_lt(i, PATIENCE_MS);
        (void)nanosleep(&moment, NULL);
    }
}

/* How the program ended, as waitpid tells; the terminal is asked before it goes. */
static int end(void)
{
    int status = 0;
    while (look())
        continue;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(echoes());
    ck_assert_int_eq(close(terminal), 0);
    return status;
}

static void ends_with(enum prompt_result result)
{
    const int status = end();
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == (int)result, "%d\n%s", status,
                  screen);
}

START_TEST(an_answer)
{
    begin(ask_plain);
    see("Name [shown]: ", 1);
    ck_assert(echoes());
    type(" \xe3\x80\x80 an answer \n");
    ends_with(PROMPT_ANSWERED);
    ck_assert_ptr_nonnull(strstr(screen, "<9:an answer>"));
}
END_TEST

START_TEST(an_empty_answer_is_the_value_shown)
{
    begin(ask_plain);
    see(": ", 1);
    type(" \n");
    ends_with(PROMPT_ANSWERED);
    ck_assert_ptr_nonnull(strstr(screen, "<5:shown>"));
}
END_TEST

START_TEST(a_wrong_answer_is_asked_for_again)
{
    static const struct {
        const char *wrong;
        const char *said;
    } cases[] = {
        { "bad\n", "  that is bad" },
        { "\x1b[D\n", "  there are control characters in it" },
        { "\xff\xfe\n", "  this is no text" },
    };
    begin(ask_plain);
    for (int i = 0; i < COUNT(cases); i++) {
        see(": ", i + 1);
        type(cases[i].wrong);
        see(cases[i].said, 1);
    }
    see("Name [shown]: ", COUNT(cases) + 1);
    type("good\n");
    ends_with(PROMPT_ANSWERED);
    ck_assert_ptr_nonnull(strstr(screen, "<4:good>"));
}
END_TEST

START_TEST(a_secret_is_not_shown)
{
    begin(ask_secret);
    see("Name: ", 1);
    ck_assert(!echoes());
    type("\n");
    see("an answer is needed", 1);
    see("Name: ", 2);
    type("bad\n");
    see("Name: ", 3);
    type("hidden42\n");
    ends_with(PROMPT_ANSWERED);
    ck_assert_ptr_nonnull(strstr(screen, "\r\n<8:>"));
    ck_assert_ptr_null(strstr(screen, "hidden42"));
}
END_TEST

static const struct {
    int (*program)(void);
    const char *keys;
    const char *said;
} leaving[] = {
    { ask_plain, "\x03", "<0:>interrupted" },
    { ask_plain, "\x04", "<0:>\r" },
    { ask_plain, "half\x03", "<0:>interrupted" },
    { ask_secret, "\x03", "<0:>interrupted" },
    { ask_secret, "\x04", "<0:>\r" },
    { ask_secret, "half\x03", "<0:>interrupted" },
    { pause_and_confirm, "\x03", "<no>" },
    { pause_and_confirm, "\x04", "<no>" },
};

START_TEST(it_can_be_left)
{
    begin(leaving[_i].program);
    see(": ", 1);
    type(leaving[_i].keys);
    ends_with(PROMPT_INTERRUPTED);
    ck_assert_msg(strstr(screen, leaving[_i].said) != NULL, "%s", screen);
}
END_TEST

static const int deadly[] = { SIGTERM, SIGHUP, SIGQUIT };

START_TEST(a_signal_gives_the_terminal_back)
{
    begin(ask_secret);
    see(": ", 1);
    ck_assert(!echoes());
    ck_assert_int_eq(kill(child, deadly[_i]), 0);
    const int status = end();
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), deadly[_i]);
}
END_TEST

START_TEST(so_does_a_stop_until_it_goes_on)
{
    int status = 0;
    begin(ask_secret);
    see(": ", 1);
    ck_assert_int_eq(kill(child, SIGTSTP), 0);
    ck_assert_int_eq(waitpid(child, &status, WUNTRACED), child);
    ck_assert(WIFSTOPPED(status));
    ck_assert(echoes());
    ck_assert_int_eq(kill(child, SIGCONT), 0);
    wait_for_echo(false);
    type("hidden42\n");
    ends_with(PROMPT_ANSWERED);
    ck_assert_ptr_nonnull(strstr(screen, "<8:>"));
    ck_assert_ptr_null(strstr(screen, "hidden42"));
}
END_TEST

START_TEST(what_is_ignored_stays_ignored)
{
    begin(ask_where_stops_are_ignored);
    see(": ", 1);
    ck_assert_int_eq(kill(child, SIGTSTP), 0);
    type("hidden42\n");
    ends_with(PROMPT_ANSWERED);
}
END_TEST

START_TEST(what_is_too_long_is_no_answer_to_the_next_question)
{
    char part[LONG / PARTS + 1] = "";
    memset(part, 'x', sizeof(part) - 1);
    begin(ask_long);
    see(": ", 1);
    for (int i = 0; i < PARTS; i++)
        type(part);
    type("\n");
    see("this is no text", 1);
    see(": ", 2);
    type("short\n");
    see("<5:short>", 1);
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(close(terminal), 0);
    ck_assert_int_eq(WEXITSTATUS(status), PROMPT_ANSWERED);
}
END_TEST

static const struct {
    const char *typed;
    const char *said;
} decisions[] = {
    { "\n", "<yes>" },  { "y\n", "<yes>" },  { "No\n", "<no>" },
    { "否\n", "<no>" }, { "是\n", "<yes>" },
};

START_TEST(yes_or_no)
{
    begin(pause_and_confirm);
    see("Enter: ", 1);
    type("\n");
    see("Sure [yes]: ", 1);
    type("perhaps\n");
    see("  answer yes or no", 1);
    see("Sure [yes]: ", 2);
    type(decisions[_i].typed);
    ends_with(PROMPT_ANSWERED);
    ck_assert_ptr_nonnull(strstr(screen, decisions[_i].said));
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "an answer", an_answer, 1);
    suite_add(suite, "an empty answer", an_empty_answer_is_the_value_shown, 1);
    suite_add(suite, "a wrong answer", a_wrong_answer_is_asked_for_again, 1);
    suite_add(suite, "a secret", a_secret_is_not_shown, 1);
    suite_add(suite, "it can be left", it_can_be_left, COUNT(leaving));
    suite_add(suite, "a signal", a_signal_gives_the_terminal_back, COUNT(deadly));
    suite_add(suite, "a stop", so_does_a_stop_until_it_goes_on, 1);
    suite_add(suite, "an ignored stop", what_is_ignored_stays_ignored, 1);
    suite_add(suite, "too long", what_is_too_long_is_no_answer_to_the_next_question, 1);
    suite_add(suite, "yes or no", yes_or_no, COUNT(decisions));
}

SUITE_MAIN("setup prompt at a terminal", fill)
