#include "responder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot.h"
#include "clock.h"
#include "error.h"
#include "host.h"
#include "responder_library.h"
#include "serve.h"

struct responder {
    struct host host; /* first, so that one is the other */
    struct responder_library fcgi;
    FCGX_Request request;
    int epoll;
    sigset_t waiting; /* the mask while it waits for a request: signals come then and only then */
};

static volatile sig_atomic_t stopping;

static int socket_option(int option)
{
    int value = 0;
    socklen_t len = sizeof(value);
    return getsockopt(STDIN_FILENO, SOL_SOCKET, option, &value, &len) == 0 ? value : -1;
}

bool responder_is_wanted(void)
{
    return socket_option(SO_ACCEPTCONN) == 1;
}

static const char *get_variable(void *context, const char *name)
{
    const struct responder *responder = context;
    return responder->fcgi.get_param(name, responder->request.envp);
}

static long read_body(void *context, char *data, size_t len)
{
    const struct responder *responder = context;
    return responder->fcgi.get_str(data, (int)len, responder->request.in);
}

static void write_answer(struct host *host, const char *bytes, size_t len)
{
    const struct responder *responder = (struct responder *)host;
    (void)responder->fcgi.put_str(bytes, (int)len, responder->request.out);
}

static void let_go(struct host *host)
{
    struct responder *responder = (struct responder *)host;
    responder->fcgi.finish(&responder->request);
}

static void stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
}

/* Its coming is all that matters: it ends the wait. */
static void wake(int signal_number)
{
    (void)signal_number;
}

static void arrange_signals(struct responder *responder)
{
    static const struct {
        int number;
        void (*handle)(int signal_number);
    } signals[] = {
        { SIGTERM, stop },
        { SIGINT, stop },
        { SIGUSR1, stop }, /* multiwatch's word for it */
        { SIGCHLD, wake },
    };
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct sigaction action = { .sa_handler = signals[i].handle };
        sigemptyset(&action.sa_mask);
        (void)sigaction(signals[i].number, &action, NULL);
        sigaddset(&blocked, signals[i].number);
    }
    (void)sigprocmask(SIG_BLOCK, &blocked, &responder->waiting);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        sigdelset(&responder->waiting, signals[i].number);
}

/* Of the processes that wait at the socket, a request wakes one. */
static bool arrange_waiting(struct responder *responder, struct error *error)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
    const int flags = fcntl(STDIN_FILENO, F_GETFL);
    responder->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (flags >= 0 && fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) == 0 &&
        responder->epoll >= 0 &&
        epoll_ctl(responder->epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) == 0)
        return true;
    return error_set(error, ERROR_INTERNAL, "no waiting at the socket: %s", strerror(errno));
}

/* Runners and processes for chores that have come to their end. */
static void bury_children(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

/* Whether a request may be there. */
static bool wait_for_request(const struct responder *responder)
{
    struct epoll_event event;
    const int count = epoll_pwait(responder->epoll, &event, 1, -1, &responder->waiting);
    bury_children();
    return count == 1 && stopping == 0;
}

/* Whether the socket will do for the next one after accept has ended with status. */
static bool is_passing(int status)
{
    /* Another process was faster; the web server went away again. */
    return status == -EAGAIN || status == -EINTR || status == -ECONNABORTED;
}

static bool prepare(struct responder *responder, struct error *error)
{
    if (socket_option(SO_DOMAIN) != AF_UNIX) {
        error_set(
            error, ERROR_CONFIG,
            "standard input listens on a network; only a unix socket is served, which the web "
            "server alone can reach");
        return false;
    }
    if (!responder_library_load(&responder->fcgi, error) || !arrange_waiting(responder, error))
        return false;
    arrange_signals(responder);
    /* Before it closes a connection libfcgi waits up to two seconds for the web server to do so.
     * That saves a reset over TCP; what was written to a unix socket is read all the same. */
    (void)setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
    return (responder->fcgi.init() == 0 &&
            responder->fcgi.init_request(&responder->request, STDIN_FILENO,
                                         FCGI_FAIL_ACCEPT_ON_INTR) == 0) ||
           error_set(error, ERROR_INTERNAL, "libfcgi does not start");
}

/* Serves until it is to stop; the exit status. */
static int run(struct responder *responder, struct bots *bots)
{
    int status = 0;
    while (stopping == 0 && (status == 0 || is_passing(status))) {
        status = 0;
        if (!wait_for_request(responder))
            continue;
        status = responder->fcgi.accept(&responder->request);
        if (status != 0)
            continue;
        responder->host.environment = responder->request.envp;
        serve(&responder->host, bots, clock_steady_ms());
    }
    if (status == 0 || is_passing(status))
        return EXIT_SUCCESS;
    (void)fprintf(stderr, "feishu.cgi: no request can be taken: %s\n", strerror(-status));
    return EXIT_FAILURE;
}

int responder_main(void)
{
    struct bots bots = { NULL };
    struct error error = ERROR_INIT;
    struct responder responder = {
        .host = {
            .source = { &responder, get_variable, read_body },
            .stays = true,
            .write = write_answer,
            .let_go = let_go,
        },
    };
    if (!prepare(&responder, &error)) {
        (void)fprintf(stderr, "feishu.cgi: %s\n", error.text);
        return RESPONDER_REFUSED;
    }
    const int status = run(&responder, &bots);
    bots_release(&bots);
    return status;
}
