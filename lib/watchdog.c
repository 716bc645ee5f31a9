#include "watchdog.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "reply.h"

enum {
    ANSWER_MAX = 512,
    LOG_S = 2 /* for what comes after the answer */
};

/* A signal handler has nothing but what is static. */
static char answers[2][ANSWER_MAX];
static size_t answer_lens[2];
static volatile sig_atomic_t committed;

static char id_copy[32];
static char config_path_copy[PATH_MAX];
static char *const *environment;
static bool answers_itself;
static bool armed; /* the handler is there */

static void answer_and_end(int signal_number)
{
    static char name[] = WATCHDOG_NAME;
    static char statuses[2][4] = { "503", "200" };
    static char none_given[] = "502";
    const int which = committed != 0;
    char *const words[] = { name, id_copy, answers_itself ? statuses[which] : none_given,
                            config_path_copy, NULL };
    sigset_t none;
    (void)signal_number;
    if (answers_itself && write(STDOUT_FILENO, answers[which], answer_lens[which]) < 0)
        _exit(2);
    close(STDIN_FILENO);
    close(STDOUT_FILENO); /* the host takes this for the end of the answer, */
    (void)close_range(STDERR_FILENO + 1, ~0U, 0); /* and the web server this */
    watchdog_limit(LOG_S);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve("/proc/self/exe", words, environment);
    _exit(1);
}

static void prepare(int which, int status)
{
    struct reply reply = REPLY_INIT;
    struct buf bytes = BUF_INIT(ANSWER_MAX);
    reply_set(&reply, status, "");
    reply_render(&reply, &bytes);
    memcpy(answers[which], buf_text(&bytes), bytes.len);
    answer_lens[which] = bytes.len;
    buf_release(&bytes);
    reply_release(&reply);
}

static void set_timer(int64_t ms)
{
    const struct itimerval timer = { { 0, 0 }, { ms / 1000, ms % 1000 * 1000 } };
    (void)setitimer(ITIMER_REAL, &timer, NULL); /* fails for invalid times alone */
}

void watchdog_start(const struct watchdog *watchdog)
{
    struct sigaction action = { .sa_handler = answer_and_end };
    int64_t left_ms = watchdog->at_ms - clock_steady_ms();
    committed = 0;
    (void)snprintf(id_copy, sizeof(id_copy), "%s", watchdog->id);
    (void)snprintf(config_path_copy, sizeof(config_path_copy), "%s", watchdog->config_path);
    environment = watchdog->environment;
    answers_itself = watchdog->answers;
    if (answers_itself) {
        prepare(0, 503);
        prepare(1, 200);
    }
    sigemptyset(&action.sa_mask);
    if (!armed)
        (void)sigaction(SIGALRM, &action, NULL);
    armed = true;
    set_timer(left_ms > 0 ? left_ms : 1);
}

void watchdog_commit(void)
{
    committed = 1;
}

void watchdog_stop(void)
{
    set_timer(0);
}

void watchdog_limit(unsigned seconds)
{
    (void)signal(SIGALRM, SIG_DFL);
    armed = false;
    (void)alarm(seconds);
}
