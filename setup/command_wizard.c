#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "config.h"
#include "error.h"
#include "memory.h"
#include "number.h"
#include "options.h"
#include "wizard.h"

enum { WAIT_S = 120, WAIT_MAX_S = 3600 };

static const char help[] =
    N_("[wizard] [OPTION…]\n\n"
       "Leads through all of it, from the app in Feishu's console to a bot that answers.\n"
       "Each step is verified before the next one. It can be stopped at any time and run\n"
       "again: what is right already is recognised and passed over.\n\n"
       "Answers beforehand; a question that has one is not asked:\n"
       "  --host feishu|lark|URL          where the app was made\n"
       "  --app-id cli_…                  App ID\n"
       "  --app-secret-file FILE          file that holds the App Secret\n"
       "  --proxy http://HOST:PORT        if Feishu is reached through one only; or none\n"
       "  --verification-token-file FILE  file that holds the Verification Token\n"
       "  --encrypt-key-file FILE         file that holds the Encrypt Key\n"
       "  --url URL                       where Feishu reaches the bot\n"
       "  --reload yes|no                 reload nginx after a change\n"
       "  --change-app yes|no             let the app set its URL and events itself, where\n"
       "                                  it may (application:application:patch)\n"
       "  --answers FILE                  the same as lines app-id = 'cli_…', without the\n"
       "                                  dashes; with rights 0600, as it may hold secrets\n"
       "  --yes                           ask nothing: what needs a person is passed over\n\n"
       "  --connect-to HOST:PORT          connect there in place of the URL's host, if this\n"
       "                                  machine cannot reach its own public address\n"
       "  --wait SECONDS                  how long to wait for the first event (120)\n"
       "  --certificate DIR               folder of fullchain.pem and privkey.pem\n"
       "  --cgi FILE, --user NAME, --socket FILE\n"
       "                                  the CGI program, whom it runs as, its socket\n"
       "  --nginx PROGRAM, --nginx-config FILE, --nginx-prefix DIR\n"
       "                                  the nginx that is looked at\n");

static const struct {
    const char *title;
    wizard_step *run;
} steps[] = {
    { N_("The app"), wizard_app },
    { N_("The bot"), wizard_bot },
    { N_("Permissions"), wizard_scopes },
    { N_("Verification Token and Encrypt Key"), wizard_keys },
    { N_("The public URL"), wizard_url },
    { N_("Feishu calls the bot"), wizard_console },
    { N_("The first message"), wizard_event },
    { N_("Summary"), wizard_summary },
};

enum { STEP_COUNT = sizeof(steps) / sizeof(steps[0]) };

/* What may stand in the file of --answers. */
static const char *const names[] = {
    "host",        "app-id",
    "app-secret",  "app-secret-file",
    "proxy",       "verification-token",
    "encrypt-key", "verification-token-file",
    "url",         "encrypt-key-file",
    "reload",      "change-app",
    NULL,
};

static void introduce(const struct wizard *wizard)
{
    (void)printf(
        _("This sets a Feishu bot up, in %d steps and about ten minutes. It needs\n"
          "  - root, for %s and for nginx\n"
          "  - Feishu's developer console in a browser: https://open.feishu.cn/app, for Lark\n"
          "    https://open.larksuite.com/app\n"
          "  - in the end somebody who may approve the app's version (租户管理员 · administrator)\n"
          "Stop with Ctrl-C whenever you like, and run it again: what is right is not asked "
          "again.\n"),
        STEP_COUNT, wizard->context->config_path);
    if (geteuid() != 0)
        (void)printf(_("You are not root: the file becomes yours alone, and what only root sees or "
                       "does is passed over.\n"));
}

/* Whether the file can be written at all, said before anything is asked. */
static bool can_write(const struct wizard *wizard)
{
    char *folder = memory_copy(wizard->context->config_path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = '\0';
    const char *name = slash == NULL ? "." : folder;
    const bool there = access(name, F_OK) == 0;
    const bool fine = there && access(name, W_OK) == 0;
    if (!there)
        (void)fprintf(stderr, _("%s: there is no folder %s: make install makes it\n"),
                      wizard->context->program, name);
    else if (!fine)
        (void)fprintf(stderr, _("%s: you may not write in %s: run it as root, with sudo\n"),
                      wizard->context->program, name);
    free(folder);
    return fine;
}

/* What an early end leaves. */
static void say_stopped(struct wizard *wizard)
{
    char *command = wizard_command(wizard, "wizard");
    const char *left = _("Stopped. What is done so far stays done.");
    if (wizard_text_keep(wizard))
        left = _("Stopped. What was verified so far is kept.");
    else if (wizard->unsaved)
        left = _("Stopped. What was entered since is not kept.");
    wizard_say("%s", left);
    (void)printf(_("Go on later with: %s\n"), command);
    free(command);
}

static int status_of(struct wizard *wizard, enum wizard_result result)
{
    static const int statuses[] = {
        [WIZARD_STOP] = EXIT_CHECK_FAILED,
        [WIZARD_WRONG] = EXIT_USAGE,
        [WIZARD_INTERRUPTED] = EXIT_INTERRUPTED,
    };
    if (result == WIZARD_ON)
        return report_finish(&wizard->report, NULL);
    if (result != WIZARD_WRONG)
        say_stopped(wizard);
    report_release(&wizard->report);
    return statuses[result];
}

static int run_steps(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    if (!wizard->prompt.unattended)
        introduce(wizard);
    report_begin(&wizard->report, false);
    for (size_t i = 0; i < STEP_COUNT && result == WIZARD_ON; i++) {
        (void)printf("\n%s%zu/%d  %s%s\n", wizard->report.coloured ? "\033[1m" : "", i + 1,
                     STEP_COUNT, _(steps[i].title), wizard->report.coloured ? "\033[0m" : "");
        (void)fflush(stdout);
        result = steps[i].run(wizard);
    }
    return status_of(wizard, result);
}

static int run_with(struct wizard *wizard)
{
    struct error error = ERROR_INIT;
    const struct wizard_options *options = wizard->options;
    int status = EXIT_CHECK_FAILED;
    if (!can_write(wizard))
        return EXIT_CHECK_FAILED;
    if (!prompt_open(&wizard->prompt, wizard->context, options->answers, names, options->yes,
                     &error)) {
        (void)fprintf(stderr, "%s: --answers: %s\n", wizard->context->program, error.text);
        return EXIT_USAGE;
    }
    scene_open(&wizard->scene, wizard->context, &options->place, NULL, options->connect_to);
    if (wizard_text_load(wizard, &error))
        status = run_steps(wizard);
    else
        (void)fprintf(stderr, _("%s: %s\nMend it, or move it away: a new one is written then\n"),
                      wizard->context->program, error.text);
    scene_close(&wizard->scene);
    buf_wipe(&wizard->text);
    prompt_close(&wizard->prompt);
    return status;
}

/* Checks what no question checks. */
static int check_options(const struct context *context, const struct wizard_options *options,
                         int64_t *patience_ms)
{
    struct address ignored;
    uint64_t wait_s = WAIT_S;
    if (options->connect_to != NULL && !address_read_pair(options->connect_to, &ignored))
        return options_wrong(context, "wizard",
                             _("--connect-to \"%s\" is not HOST:PORT, as 127.0.0.1:443"),
                             options->connect_to);
    if (options->wait != NULL && !number_parse(options->wait, 0, WAIT_MAX_S, &wait_s))
        return options_wrong(context, "wizard", _("--wait \"%s\" is no number of seconds up to %d"),
                             options->wait, WAIT_MAX_S);
    *patience_ms = (int64_t)wait_s * 1000;
    return EXIT_WELL;
}

static int run(const struct context *context, int argc, char **argv)
{
    struct wizard_options options = { .place = PLACE_INIT };
    struct wizard wizard = { .context = context, .options = &options };
    const struct option_row rows[] = {
        { "yes", OPTION_FLAG, &options.yes },
        { "answers", OPTION_TEXT, &options.answers },
        { "host", OPTION_TEXT, &options.host },
        { "app-id", OPTION_TEXT, &options.app_id },
        { "app-secret-file", OPTION_TEXT, &options.app_secret_file },
        { "proxy", OPTION_TEXT, &options.proxy },
        { "verification-token-file", OPTION_TEXT, &options.token_file },
        { "encrypt-key-file", OPTION_TEXT, &options.key_file },
        { "url", OPTION_TEXT, &options.url },
        { "connect-to", OPTION_TEXT, &options.connect_to },
        { "certificate", OPTION_TEXT, &options.certificate },
        { "reload", OPTION_TEXT, &options.reload },
        { "change-app", OPTION_TEXT, &options.change_app },
        { "wait", OPTION_TEXT, &options.wait },
        PLACE_OPTIONS(options.place),
    };
    if (options_take(context, argc, argv, rows, sizeof(rows) / sizeof(rows[0]), 0) < 0)
        return EXIT_USAGE;
    const int status = check_options(context, &options, &wizard.patience_ms);
    return status == EXIT_WELL ? run_with(&wizard) : status;
}

const struct command command_wizard = { "wizard", run,
                                        N_("from an app in the console to a bot that answers"),
                                        help };
