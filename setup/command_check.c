#include "commands.h"

#include <stddef.h>
#include <stdlib.h>

#include "address.h"
#include "knock.h"
#include "memory.h"
#include "options.h"
#include "report.h"
#include "scene.h"

/* What is examined, in an order in which each step can rely on those before it. */
static const struct step {
    const char *name;
    const char *title;
    probe *run;
    bool needs_config;
    bool needs_network;
} steps[] = {
    { "config", N_("configuration"), probe_config, false, false },
    /* Before the program, which makes a store that is not there. */
    { "store", N_("store"), probe_store, true, false },
    { "program", N_("CGI program"), probe_program, false, false },
    { "commands", N_("folder of commands"), probe_commands, true, false },
    { "lists", N_("who may run commands"), probe_lists, true, false },
    { "nginx", N_("nginx"), probe_nginx, true, false },
    { "workers", N_("socket and workers"), probe_workers, true, false },
    { "alert-workers", N_("socket and workers for alerts"), probe_alert_workers, true, false },
    { "certificate", N_("TLS certificate"), probe_certificate, true, true },
    { "token", N_("App ID and App Secret"), probe_token, true, true },
    { "clock", N_("clock"), probe_clock, true, true },
    { "bot", N_("bot"), probe_bot, true, true },
    { "scopes", N_("permissions"), probe_scopes, true, true },
    { "version", N_("version"), probe_version, true, true },
    { "events", N_("events"), probe_events, true, true },
    { "genuine", N_("last genuine event"), probe_genuine, true, false },
};

static const char help[] =
    N_("check [--offline] [--url URL] [--connect-to HOST:PORT] [--json]\n"
       "\n"
       "Examines everything that the bot needs, and changes nothing. Run it as root: only\n"
       "root sees all of it as the CGI's user does. Exit status 1: something failed.\n"
       "\n"
       "  --offline               leave out what asks the network\n"
       "  --url URL               where Feishu reaches the bot; else app.event_url\n"
       "  --connect-to HOST:PORT  connect there in place of the URL's address\n"
       "  --json                  print one JSON object\n"
       "  --cgi FILE              the program, in place of the installed one\n"
       "  --user NAME             whom it runs as\n"
       "  --socket FILE           where fcgiwrap listens\n"
       "  --nginx FILE, --nginx-config FILE, --nginx-prefix FOLDER\n"
       "                          another nginx than the system's\n");

static void run_step(const struct step *step, struct scene *scene, bool offline,
                     struct report *report)
{
    struct finding finding = { 0 };
    report_step(report, step->name, _(step->title));
    if (step->needs_config && !scene->configured)
        finding_set(&finding, FINDING_SKIP, memory_copy(_("needs the configuration")), NULL);
    else if (step->needs_network && offline)
        finding_set(&finding, FINDING_SKIP, memory_copy(_("left out by --offline")), NULL);
    else
        step->run(scene, &finding);
    report_end(report, &finding);
}

/* EXIT_WELL, or what is wrong with the options is said. */
static int check_options(const struct context *context, const char *url, const char *connect_to)
{
    struct address ignored;
    const char *trouble = url == NULL ? NULL : knock_url_trouble(url);
    if (trouble != NULL)
        return options_wrong(context, "check", _("\"%s\" is no URL that Feishu could call: %s"),
                             url, trouble);
    if (connect_to != NULL && !address_read_pair(connect_to, &ignored))
        return options_wrong(context, "check",
                             _("--connect-to \"%s\" is not HOST:PORT, as 127.0.0.1:443"),
                             connect_to);
    return EXIT_WELL;
}

static int run(const struct context *context, int argc, char **argv)
{
    struct scene scene;
    struct report report;
    struct place place = PLACE_INIT;
    bool offline = false;
    bool json = false;
    const char *url = NULL;
    const char *connect_to = NULL;
    const struct option_row rows[] = {
        { "offline", OPTION_FLAG, &offline },
        { "json", OPTION_FLAG, &json },
        { "url", OPTION_TEXT, &url },
        { "connect-to", OPTION_TEXT, &connect_to },
        PLACE_OPTIONS(place),
    };
    if (options_take(context, argc, argv, rows, sizeof(rows) / sizeof(rows[0]), 0) < 0 ||
        check_options(context, url, connect_to) != EXIT_WELL)
        return EXIT_USAGE;
    scene_open(&scene, context, &place, url, connect_to);
    report_begin(&report, json);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        run_step(&steps[i], &scene, offline, &report);
    scene_close(&scene);
    return report_finish(&report, NULL);
}

const struct command command_check = { "check", run,
                                       N_("examine everything that the bot needs; changes nothing"),
                                       help };
