#include "commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bridge.h"
#include "clock.h"
#include "error.h"
#include "options.h"
#include "store.h"
#include "tick.h"
#include "unfinished.h"

enum { TICK_MS = 50000 }; /* then the next one is near */

static const char help[] =
    N_("tick\n\n"
       "For a timer, once a minute: compares the open incidents with Alertmanager and\n"
       "brings their cards up to date, tells of folder commands that were interrupted,\n"
       "and removes what is over from the store. Prints nothing unless to a terminal.\n"
       "Exit status 1: a store, an Alertmanager or the platform could not be asked.\n");

static int run(const struct context *context, int argc, char **argv)
{
    struct tick result;
    struct bridge bridge;
    struct error error = ERROR_INIT;
    if (options_take(context, argc, argv, NULL, 0, 0) < 0)
        return EXIT_USAGE;
    if (!bridge_open(&bridge, context, &error)) {
        (void)fprintf(stderr, "%s\n", error.text);
        return EXIT_CHECK_FAILED;
    }
    /* Without a store there are neither incidents nor commands. */
    if (strcmp(bridge.config.store_url.data, "none") == 0) {
        bridge_close(&bridge);
        return EXIT_WELL;
    }
    tick(&bridge.service, clock_steady_ms() + TICK_MS, &result);
    unfinished_sweep(&bridge.service);
    const bool cleaned = store_clean(bridge.service.store, clock_wall_ms(), &error) == STORE_OK;
    bridge_close(&bridge);
    if (isatty(STDOUT_FILENO))
        (void)printf(_("%zu open incidents compared, %zu cards changed, %zu put off\n"),
                     result.looked_at, result.updated, result.put_off);
    return cleaned && !result.failed && result.put_off == 0 ? EXIT_WELL : EXIT_CHECK_FAILED;
}

const struct command command_tick = { "tick", run,
                                      N_("once a minute: bring the cards of alerts up to date"),
                                      help };
