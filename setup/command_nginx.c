#include "commands.h"

#include <stddef.h>

static int run(const struct context *context, int argc, char **argv)
{
    (void)context;
    (void)argc;
    (void)argv;
    return EXIT_CHECK_FAILED;
}

const struct command command_nginx = { "nginx", run, "", "" };
