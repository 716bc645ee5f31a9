#include "cgi.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "bot.h"
#include "chores.h"
#include "host.h"
#include "serve.h"
#include "watchdog.h"

static void write_answer(struct host *host, const char *bytes, size_t len)
{
    size_t done = 0;
    (void)host;
    while (done < len) {
        ssize_t count = write(STDOUT_FILENO, bytes + done, len - done);
        if (count <= 0)
            break;
        done += (size_t)count;
    }
}

/* The host waits until standard output and standard error are closed. */
static void let_go(struct host *host)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    (void)host;
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
        if (nothing < 0 || dup2(nothing, file) < 0)
            close(file);
    }
    if (nothing > STDERR_FILENO)
        close(nothing);
    watchdog_limit(CHORES_LIMIT_S);
}

int cgi_main(int64_t started_ms)
{
    struct bots bots = { NULL };
    struct host host = {
        .source = request_source_cgi(),
        .environment = environ,
        .write = write_answer,
        .let_go = let_go,
    };
    serve(&host, &bots, started_ms);
    bots_release(&bots);
    return EXIT_SUCCESS;
}
