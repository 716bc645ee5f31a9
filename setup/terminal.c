#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "buf.h"

/* What handlers of signals need. */
static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t hidden;
static struct termios shown; /* the terminal as it was, while hidden */
static struct sigaction before;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* A signal that ends or stops the process first gives the terminal back. */
static void on_end(int number)
{
    const int why = errno;
    struct termios silent;
    const int was_hidden = hidden;
    if (was_hidden != 0) {
        (void)tcgetattr(STDIN_FILENO, &silent);
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &shown);
    }
    if (number == SIGTSTP) {
        (void)raise(SIGSTOP);
        if (was_hidden != 0)
            (void)tcsetattr(STDIN_FILENO, TCSANOW, &silent);
        errno = why;
        return;
    }
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static const int ends[] = { SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

enum { ENDS = sizeof(ends) / sizeof(ends[0]) };

bool terminal_is_there(void)
{
    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
}

void terminal_catch_interrupts(void)
{
    const struct sigaction action = { .sa_handler = on_interrupt }; /* no SA_RESTART: reads end */
    interrupted = 0;
    (void)sigaction(SIGINT, NULL, &before);
    /* In the background of a script Ctrl-C is meant for others. */
    if (before.sa_handler != SIG_IGN || terminal_is_there())
        (void)sigaction(SIGINT, &action, NULL);
}

bool terminal_is_interrupted(void)
{
    return interrupted != 0;
}

void terminal_release_interrupts(void)
{
    (void)sigaction(SIGINT, &before, NULL);
}

static void hide(struct sigaction old[static ENDS])
{
    struct termios silent;
    const struct sigaction action = { .sa_handler = on_end };
    if (tcgetattr(STDIN_FILENO, &shown) != 0)
        return;
    silent = shown;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    for (size_t i = 0; i < ENDS; i++) {
        (void)sigaction(ends[i], NULL, &old[i]);
        if (old[i].sa_handler != SIG_IGN)
            (void)sigaction(ends[i], &action, NULL);
    }
    hidden = 1;
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
}

static void show(const struct sigaction old[static ENDS])
{
    if (hidden == 0)
        return;
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &shown);
    hidden = 0;
    for (size_t i = 0; i < ENDS; i++)
        (void)sigaction(ends[i], &old[i], NULL);
    (void)putchar('\n'); /* the one that was typed was not echoed */
}

/* A Ctrl-C that comes just before the waiting ends it as well. */
static void wait_for_input(void)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    sigset_t interrupts;
    sigset_t allowed;
    (void)sigemptyset(&interrupts);
    (void)sigaddset(&interrupts, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &interrupts, &allowed);
    if (interrupted == 0)
        (void)ppoll(&input, 1, NULL, &allowed);
    (void)sigprocmask(SIG_SETMASK, &allowed, NULL);
}

/* What does not fit is read too, or it would pass for the next answer. */
static bool read_line(struct buf *line)
{
    char character;
    for (;;) {
        wait_for_input();
        if (interrupted != 0)
            return false;
        const ssize_t count = read(STDIN_FILENO, &character, 1);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        if (character == '\n')
            return true;
        buf_add(line, &character, 1);
    }
}

bool terminal_read_line(struct buf *line, bool secret)
{
    struct sigaction old[ENDS];
    buf_clear(line);
    if (secret)
        hide(old); /* before the question is seen: whoever answers at once is not echoed either */
    (void)fflush(stdout);
    const bool done = read_line(line);
    if (secret)
        show(old);
    return done;
}
