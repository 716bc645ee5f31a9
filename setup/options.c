#include "options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

int options_wrong(const struct context *context, const char *command, const char *format, ...)
{
    va_list arguments;
    (void)fprintf(stderr, "%s: ", context->program);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fprintf(stderr, _("\n\"%s %s --help\" tells more.\n"), context->program, command);
    return EXIT_USAGE;
}

static void take(const struct option_row *row, const char *word)
{
    if (row->kind == OPTION_FLAG)
        *(bool *)row->value = true;
    else
        *(const char **)row->value = word;
}

/* The rows as getopt_long wants them. Caller frees. */
static struct option *rows_of_getopt(const struct option_row *rows, size_t count)
{
    struct option *options = memory_zero(count + 1, sizeof(*options));
    for (size_t i = 0; i < count; i++) {
        options[i].name = rows[i].name;
        options[i].has_arg = rows[i].kind == OPTION_TEXT ? required_argument : no_argument;
    }
    return options;
}

/* The row whose name is the word's, up to its "="; NULL if there is none. */
static const struct option_row *find_row(const struct option_row *rows, size_t count,
                                         const char *word, size_t len)
{
    for (size_t i = 0; i < count && strncmp(word, "--", 2) == 0; i++) {
        if (strlen(rows[i].name) == len - 2 && memcmp(rows[i].name, word + 2, len - 2) == 0)
            return &rows[i];
    }
    return NULL;
}

/* Refuses letters, and beginnings of names, which getopt_long takes: "--app-secret" is not
 * --app-secret-file, and nobody's secret belongs on the command line. What stands behind the name
 * is not said. */
static bool names_are_known(const struct context *context, int argc, char **argv,
                            const struct option_row *rows, size_t count)
{
    enum { LETTER_LEN = 2 };
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (argv[i][0] != '-' || argv[i][1] == '\0')
            continue;
        const size_t len = argv[i][1] == '-' ? strcspn(argv[i], "=") : LETTER_LEN;
        const struct option_row *row = find_row(rows, count, argv[i], len);
        if (row == NULL) {
            char *name = memory_copy_bytes(argv[i], len);
            (void)options_wrong(context, argv[0], _("there is no option %s"), name);
            free(name);
            return false;
        }
        if (row->kind == OPTION_TEXT && argv[i][len] == '\0')
            i++; /* its value, whatever that begins with */
    }
    return true;
}

int options_take(const struct context *context, int argc, char **argv,
                 const struct option_row *rows, size_t count, int most)
{
    struct option *options = rows_of_getopt(rows, count);
    const char *command = argv[0];
    int found;
    int index = 0;
    if (!names_are_known(context, argc, argv, rows, count)) {
        free(options);
        return -1;
    }
    optind = 0; /* as GNU's getopt wants it for another argv */
    while ((found = getopt_long(argc, argv, ":", options, &index)) == 0)
        take(&rows[index], optarg);
    free(options);
    if (found != -1) {
        (void)options_wrong(context, command,
                            found == ':' ? _("%s needs a value") : _("there is no option %s"),
                            argv[optind - 1]);
        return -1;
    }
    if (argc - optind > most) {
        (void)options_wrong(context, command, _("\"%s\" is one word too many"),
                            argv[optind + most]);
        return -1;
    }
    for (int i = optind; i <= argc; i++)
        argv[i - optind + 1] = argv[i];
    return argc - optind;
}
