/* The CGI program. Request → envelope → event → action → reply: see route.c, on_event.c. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "exchange.h"
#include "route.h"
#include "runner.h"

/* Whether this is the runner of a folder command. No client can have a say in argv[0]. */
static bool is_runner(char **argv)
{
    return argv[0] != NULL && strcmp(argv[0], RUNNER_NAME) == 0 && getenv("REQUEST_METHOD") == NULL;
}

int main(int argc, char **argv)
{
    int64_t started_ms = clock_steady_ms();
    struct exchange exchange = EXCHANGE_INIT;
    (void)argc;
    if (is_runner(argv))
        return runner_main();
    (void)signal(SIGPIPE, SIG_IGN); /* an answer that nobody reads must not end the work after it */
    (void)close_range(STDERR_FILENO + 1, ~0U, 0); /* fcgiwrap leaks the web server's connection */
    route_serve(&exchange, started_ms);
    exchange_answer(&exchange);
    exchange_afterwards(&exchange);
    exchange_release(&exchange);
    return EXIT_SUCCESS;
}
