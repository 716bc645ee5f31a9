/* The CGI program. Request → envelope → event → action → reply: see serve.c, route.c, on_event.c.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cgi.h"
#include "chores.h"
#include "clock.h"
#include "exchange.h"
#include "responder.h"
#include "runner.h"
#include "watchdog.h"

/* The internal modes, by argv[0], which no client has a say in. */
static int run_mode(int argc, char **argv)
{
    if (argc == 1 && strcmp(argv[0], RUNNER_NAME) == 0)
        return runner_main();
    if (argc == 1 && strcmp(argv[0], CHORES_NAME) == 0)
        return chores_main();
    if (argc == 4 && strcmp(argv[0], WATCHDOG_NAME) == 0) {
        exchange_log_late(argv[1], argv[2], argv[3]);
        return EXIT_SUCCESS;
    }
    return -1;
}

/* Secrets are in our memory, and a runner's. */
static void forbid_core_dumps(void)
{
    static const struct rlimit none = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &none); /* less than allowed is always allowed */
}

int main(int argc, char **argv)
{
    int64_t started_ms = clock_steady_ms();
    forbid_core_dumps();
    int status = run_mode(argc, argv);
    if (status >= 0)
        return status;
    (void)signal(SIGPIPE, SIG_IGN); /* an answer that nobody reads must not end the work after it */
    (void)close_range(STDERR_FILENO + 1, ~0U, 0); /* fcgiwrap leaks the web server's connection */
    return responder_is_wanted() ? responder_main() : cgi_main(started_ms);
}
