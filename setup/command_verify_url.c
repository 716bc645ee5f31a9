#include "commands.h"

#include <stddef.h>

#include "address.h"
#include "config.h"
#include "error.h"
#include "knock.h"
#include "memory.h"
#include "options.h"
#include "report.h"
#include "tree.h"

static const char help[] =
    N_("verify-url [URL] [OPTION…]\n\n"
       "Calls the bot as Feishu does when the URL is saved in the console: with a\n"
       "challenge, over IPv4, without following redirects, and with one second's time.\n"
       "Then as an attacker would: events that are not signed, wrongly signed, with a\n"
       "wrong token, or too old have to be refused. Nothing comes of any of them.\n"
       "URL is that of the console; without it, app.event_url of the configuration.\n\n"
       "  --connect-to HOST:PORT  connect to that address in place of the URL's, where\n"
       "                          the server cannot reach its own public address:\n"
       "                          --connect-to 127.0.0.1:443\n"
       "  --json                  print one object with every step\n");

/* What is asked for. */
struct wish {
    const char *url; /* NULL: as configured */
    const char *connect_to;
    bool json;
};

/* The challenge, unless there is no address to send it to. */
static void challenge(struct knock *knock, bool has_address, struct finding *finding)
{
    if (has_address || knock->connect_to != NULL)
        knock_challenge(knock, finding);
    else
        finding_set(finding, FINDING_SKIP, memory_copy(_("not tried: there is no address to call")),
                    NULL);
}

static int verify(struct knock *knock, struct report *report)
{
    struct finding finding = { 0 };
    struct json_object *more = tree_new_object();
    tree_set_text(more, "url", knock->url);
    report_step(report, "address", _("the URL's address"));
    knock_address(knock, &finding);
    const bool has_address = finding.status != FINDING_FAIL;
    report_end(report, &finding);
    report_step(report, "challenge", _("the challenge"));
    challenge(knock, has_address, &finding);
    report_end(report, &finding);
    knock_attacks(knock, report);
    return report_finish(report, more);
}

/* Verifies with a configuration that is there. */
static int run_with(const struct context *context, const struct wish *wish,
                    const struct config *config)
{
    struct knock knock;
    struct report report;
    const char *url = wish->url == NULL ? config->app.event_url : wish->url;
    if (url[0] == '\0')
        return options_wrong(context, "verify-url", "%s",
                             _("which URL? Give it, or set app.event_url in the configuration"));
    report_begin(&report, wish->json);
    knock_open(&knock, url, wish->connect_to, config);
    const int status = verify(&knock, &report);
    knock_close(&knock);
    return status;
}

/* Without a configuration there is nothing to call with. */
static int fail_without(const struct wish *wish, const struct error *error)
{
    struct report report;
    struct finding finding = { 0 };
    report_begin(&report, wish->json);
    report_step(&report, "config", _("configuration"));
    finding_set(&finding, FINDING_FAIL, memory_copy(error->text),
                memory_copy(_("Key and token for the calls are taken from it: mend it, or name "
                              "another with --config FILE")));
    report_end(&report, &finding);
    return report_finish(&report, NULL);
}

static int run(const struct context *context, int argc, char **argv)
{
    struct wish wish = { NULL, NULL, false };
    struct address ignored;
    struct config config;
    struct error error = ERROR_INIT;
    const struct option_row rows[] = {
        { "connect-to", OPTION_TEXT, &wish.connect_to },
        { "json", OPTION_FLAG, &wish.json },
    };
    const int count = options_take(context, argc, argv, rows, sizeof(rows) / sizeof(rows[0]), 1);
    if (count < 0)
        return EXIT_USAGE;
    wish.url = count == 1 ? argv[1] : NULL;
    const char *trouble = wish.url == NULL ? NULL : knock_url_trouble(wish.url);
    if (trouble != NULL)
        return options_wrong(context, "verify-url",
                             _("\"%s\" is no URL that Feishu could call: %s"), wish.url, trouble);
    if (wish.connect_to != NULL && !address_read_pair(wish.connect_to, &ignored))
        return options_wrong(context, "verify-url",
                             _("--connect-to \"%s\" is not HOST:PORT, as 127.0.0.1:443"),
                             wish.connect_to);
    if (!config_load(context->config_path, &config, &error))
        return fail_without(&wish, &error);
    const int status = run_with(context, &wish, &config);
    config_release(&config);
    return status;
}

const struct command command_verify_url = {
    "verify-url", run, N_("call the bot's URL as Feishu does, and as an attacker would"), help
};
