/* The setup tool: common options, then a subcommand from the table. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "commands.h"
#include "config.h"
#include "language.h"
#include "memory.h"

static const struct command *const commands[] = {
    &command_wizard, &command_check,   &command_verify_url, &command_test_reply, &command_smoke,
    &command_nginx,  &command_preview, &command_alert,      &command_tick,
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static void print_common(FILE *file)
{
    (void)fprintf(file,
                  _("\nOptions of every command:\n"
                    "  --config FILE     the bot's configuration; else $FEISHU_CONFIG, else\n"
                    "                    %s\n"
                    "  --language zh|en  in place of the locale's\n"
                    "  --help            this text\n"),
                  CONFIG_DEFAULT_PATH);
}

static void print_usage(const struct context *context, FILE *file)
{
    (void)fprintf(file, _("Usage: %s [COMMAND] [OPTION…]\n\nCommands:\n"), context->program);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        (void)fprintf(file, "  %-12s %s\n", commands[i]->name, _(commands[i]->summary));
    print_common(file);
    (void)fprintf(file, _("\nWithout a command: wizard. \"%s COMMAND --help\" tells more.\n"),
                  context->program);
}

static void print_help(const struct context *context, const struct command *command)
{
    const char *help = _(command->help);
    size_t len = strlen(help);
    while (len > 0 && help[len - 1] == '\n')
        len--;
    (void)printf(_("Usage: %s %.*s\n"), context->program, (int)len, help);
    print_common(stdout);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* The options that every command has. */
static bool take_config(struct context *context, const char *value)
{
    context->config_path = value;
    return true;
}

static bool take_language(struct context *context, const char *value)
{
    if (!words_language(value, &context->language))
        return false;
    language_choose(context->language);
    return true;
}

static const struct {
    const char *name;
    bool (*take)(struct context *context, const char *value);
} common[] = {
    { "--config", take_config },
    { "--language", take_language },
};

/* The value of the option in argv[at]: behind its "=", else the next word, or NULL. */
static const char *value_of(char **argv, int at, size_t name_len)
{
    return argv[at][name_len] == '=' ? argv[at] + name_len + 1 : argv[at + 1];
}

/* Takes the value of a common option; complains if it is missing or wrong. */
static bool take_value(struct context *context, size_t row, const char *value)
{
    const char *name = common[row].name;
    const bool given = value != NULL && value[0] != '\0';
    if (given && common[row].take(context, value))
        return true;
    char *words = given ? memory_format("%s %s", name, value) : memory_copy(name);
    (void)fprintf(stderr, "%s: ", context->program);
    (void)fprintf(stderr, given ? _("there is no option %s") : _("%s needs a value"), words);
    (void)fputc('\n', stderr);
    free(words);
    return false;
}

/* Takes a common option from argv[at], wherever it stands. How many words it is, 0 if it is none,
 * -1 if its value is missing or wrong, which is said. */
static int take_common(struct context *context, char **argv, int at)
{
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
        const size_t len = strlen(common[i].name);
        if (strncmp(argv[at], common[i].name, len) != 0 || strchr("=", argv[at][len]) == NULL)
            continue;
        if (!take_value(context, i, value_of(argv, at, len)))
            return -1;
        return argv[at][len] == '=' ? 1 : 2;
    }
    return 0;
}

/* Removes the common options from argv, up to a "--". The number of words that are left, or -1. */
static int strip_common(struct context *context, int argc, char **argv)
{
    int kept = 1;
    int at = 1;
    while (at < argc && strcmp(argv[at], "--") != 0) {
        int taken = take_common(context, argv, at);
        if (taken < 0)
            return -1;
        if (taken == 0)
            argv[kept++] = argv[at];
        at += taken == 0 ? 1 : taken;
    }
    while (at < argc)
        argv[kept++] = argv[at++];
    argv[kept] = NULL;
    return kept;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* As an option wherever it stands; as a word in front only, since behind an option it is a value.
 */
static bool asks_for_help(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "help") == 0)
        return true;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (is_help(argv[i]))
            return true;
    }
    return false;
}

/* Runs the command; argv[0] is its name. */
static int run(const struct context *context, const struct command *command, int argc, char **argv)
{
    if (asks_for_help(argc, argv)) {
        print_help(context, command);
        return EXIT_WELL;
    }
    return command->run(context, argc, argv);
}

/* Runs the command that argv, without common options, names. */
static int choose(const struct context *context, int argc, char **argv)
{
    static char wizard[] = "wizard";
    if (argc > 1 && (is_help(argv[1]) || strcmp(argv[1], "help") == 0)) {
        print_usage(context, stdout);
        return EXIT_WELL;
    }
    if (argc == 1 || argv[1][0] == '-') {
        argv[0] = wizard;
        return run(context, &command_wizard, argc, argv);
    }
    const struct command *command = find_command(argv[1]);
    if (command != NULL)
        return run(context, command, argc - 1, argv + 1);
    (void)fprintf(stderr, _("%s: there is no command \"%s\"\n"), context->program, argv[1]);
    print_usage(context, stderr);
    return EXIT_USAGE;
}

/* A core file would hold the secrets. */
static void forbid_core(void)
{
    const struct rlimit none = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &none); /* less than allowed is always allowed */
}

/* What could not be said was not well. */
static int status_of(int status)
{
    const bool said = fflush(stdout) == 0 && ferror(stdout) == 0;
    return status == EXIT_WELL && !said ? EXIT_CHECK_FAILED : status;
}

int main(int argc, char **argv)
{
    const char *path = getenv("FEISHU_CONFIG");
    struct context context = {
        .program = base_name(argv[0]),
        .config_path = path == NULL || path[0] == '\0' ? CONFIG_DEFAULT_PATH : path,
    };
    forbid_core();
    (void)signal(SIGPIPE, SIG_IGN);
    context.language = language_start();
    int count = strip_common(&context, argc, argv);
    if (count < 0) {
        print_usage(&context, stderr);
        return EXIT_USAGE;
    }
    return status_of(choose(&context, count, argv));
}
