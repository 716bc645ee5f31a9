/* Pure. What every subcommand works with. */
#ifndef SETUP_CONTEXT_H
#define SETUP_CONTEXT_H

#include <libintl.h>
#include <stdbool.h>

#include "words.h"

struct context {
    const char *program;     /* as it was called: "feishu-setup", "feishuctl" */
    const char *config_path; /* --config, else FEISHU_CONFIG, else the default */
    enum language language;  /* of what people read; by locale or --language */
};

/* Exit statuses of the program. */
enum { EXIT_WELL = 0, EXIT_CHECK_FAILED = 1, EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

/* One subcommand. argv[0] is its name. run returns the exit status. */
struct command {
    const char *name;
    int (*run)(const struct context *context, int argc, char **argv);
    const char *summary; /* one line, marked with N_() */
    const char *help; /* what follows "Usage: PROGRAM ": "NAME [OPTION…]", an empty line, what it
                         does, an empty line, its own options; marked likewise */
};

/* For gettext: _() translates, N_() marks what is translated where it is used. */
#define _(text)  gettext(text)
#define N_(text) text

#endif
