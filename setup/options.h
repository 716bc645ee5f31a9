/* Effect: complains on standard error. The options of a subcommand, a row each. */
#ifndef SETUP_OPTIONS_H
#define SETUP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "context.h"

enum option_kind {
    OPTION_FLAG, /* [bool] set to true */
    OPTION_TEXT  /* [const char *] set to the word behind it, which stays argv's */
};

struct option_row {
    const char *name; /* without the "--" */
    enum option_kind kind;
    void *value; /* what is in brackets */
};

/* Takes the options of a subcommand from argv, wherever they stand ("--name value", "--name=value";
 * "--" ends them), and moves what is left to argv[1] and on. Returns how many words are left, which
 * is at most `most`; or -1 after one line that says what is wrong: the caller returns EXIT_USAGE.
 */
int options_take(const struct context *context, int argc, char **argv,
                 const struct option_row *rows, size_t count, int most)
    __attribute__((warn_unused_result));

/* Says on standard error what is wrong with the command line, and where help is. Returns
 * EXIT_USAGE. */
int options_wrong(const struct context *context, const char *command, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
