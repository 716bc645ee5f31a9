/* feishu-sandbox: a stand-in for the Feishu Open Platform, to try and develop without one. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "courier.h"
#include "error.h"
#include "loopback.h"
#include "options.h"
#include "server.h"
#include "world.h"

enum { EXIT_USAGE = 2 };

/* Signals that end the sandbox come to the one thread that waits for them. */
static void hold_signals(sigset_t *ending)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    (void)sigemptyset(ending);
    (void)sigaddset(ending, SIGTERM);
    (void)sigaddset(ending, SIGINT);
    if (pthread_sigmask(SIG_BLOCK, ending, NULL) != 0 || sigaction(SIGPIPE, &ignore, NULL) != 0)
        abort();
}

/* ADDRESS:PORT with the port that is really listened on. */
static bool announce(const struct options *options, uint16_t port)
{
    int len = (int)(strrchr(options->listen, ':') - options->listen);
    return printf("listening on %s://%.*s:%u\n", options->certificate != NULL ? "https" : "http",
                  len, options->listen, (unsigned int)port) > 0 &&
           fflush(stdout) == 0;
}

/* Serves until a signal ends it. */
static bool serve(const struct config *config, const struct options *options, struct error *error)
{
    struct world world;
    sigset_t ending;
    int signal_number = 0;
    uint16_t port = 0;
    struct server *server = NULL;
    hold_signals(&ending);
    world_init(&world, config, options);
    world.courier = courier_start(&world, error);
    if (world.courier != NULL)
        server = server_start(&world, &port, error);
    if (server != NULL && !announce(options, port))
        error_set(error, ERROR_INTERNAL, "standard output cannot be written");
    if (error->kind == ERROR_NONE)
        (void)sigwait(&ending, &signal_number);
    world_stop(&world);
    server_stop(server);
    courier_stop(world.courier);
    world_release(&world);
    return error->kind == ERROR_NONE;
}

/* The configuration, if it is fit for a sandbox. */
static bool load(const char *path, struct config *config, struct error *error)
{
    if (!config_load(path, config, error))
        return false;
    if (loopback_url(config->app.base_url))
        return true;
    error_set(error, ERROR_CONFIG,
              "%s: app.base_url is %s: the sandbox wants a configuration of its own, with "
              "app.base_url on loopback, as http://127.0.0.1:8080",
              path, config->app.base_url);
    config_release(config);
    return false;
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    struct options options;
    struct config config;
    if (!options_read(argc, argv, &options, &error)) {
        (void)fprintf(stderr, "feishu-sandbox: %s\nTry: feishu-sandbox --help\n", error.text);
        return EXIT_USAGE;
    }
    if (options.help) {
        options_print_help(stdout);
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    bool served = false;
    if (load(options.config, &config, &error)) {
        served = serve(&config, &options, &error);
        config_release(&config);
    }
    if (!served)
        (void)fprintf(stderr, "feishu-sandbox: %s\n", error.text);
    return served ? EXIT_SUCCESS : EXIT_FAILURE;
}
