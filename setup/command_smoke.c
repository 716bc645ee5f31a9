#include "commands.h"

#include <stdio.h>

#include "address.h"
#include "chat.h"
#include "clock.h"
#include "halt.h"
#include "memory.h"
#include "options.h"
#include "report.h"
#include "smoke.h"
#include "tree.h"

static const char help[] =
    N_("smoke --chat oc_… [OPTION…]\n\n"
       "Proves from end to end that the bot answers: writes a message into the chat,\n"
       "sends the event about it to the bot's public URL as Feishu would, reads the\n"
       "reply back, sends the event again, which must not be answered again, and recalls\n"
       "what was written, also after Ctrl-C. Takes less than 10 seconds; fit for\n"
       "monitoring. Feishu shows in the chat that messages were recalled.\n\n"
       "  --chat oc_…         the chat to test in; \"test-reply\" lists the chats\n"
       "  --url URL           of the bot, with /event at its end; else app.event_url\n"
       "  --connect-to HOST:PORT\n"
       "                      connect there, where this server cannot reach its own\n"
       "                      public address\n"
       "  --json              print one JSON object");

static const struct step {
    const char *name;
    const char *title;
    smoke_step *run;
    bool always; /* whatever failed before */
} steps[] = {
    { "config", N_("Configuration"), smoke_config, false },
    { "token", N_("App ID and App Secret"), smoke_token, false },
    { "bot", N_("Bot"), smoke_bot, false },
    { "message", N_("Message into the chat"), smoke_message, false },
    { "event", N_("Event about it to the bot's URL"), smoke_event, false },
    { "reply", N_("Reply in the chat"), smoke_reply, false },
    { "repeat", N_("The same event again"), smoke_repeat, false },
    { "recall", N_("Messages recalled"), smoke_recall, true },
};

static const char limits[] =
    N_("That Feishu itself reaches the bot is not proven by this: \"check\" shows the last event "
       "that came from Feishu.");

/* Runs the step, or says why not. *stopped: a step has failed, or is the first that is not run. */
static void run_step(struct smoke *smoke, const struct step *step, bool *stopped,
                     struct finding *finding)
{
    const bool late = smoke_left_ms(smoke) <= 0;
    if (step->always)
        step->run(smoke, finding);
    else if (*stopped)
        finding_set(finding, FINDING_SKIP,
                    memory_copy(_("not tried, since a step above has failed")), NULL);
    else if (halt_came())
        finding_set(finding, FINDING_FAIL, memory_copy(_("interrupted")), NULL);
    else if (late)
        smoke_explain_late(finding);
    else
        step->run(smoke, finding);
    *stopped = *stopped || finding->status == FINDING_FAIL;
}

static int run_steps(struct smoke *smoke, bool json)
{
    struct report report;
    bool stopped = false;
    struct json_object *more = tree_new_object();
    report_begin(&report, json);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct finding finding = { FINDING_PASS, NULL, NULL };
        report_step(&report, steps[i].name, _(steps[i].title));
        run_step(smoke, &steps[i], &stopped, &finding);
        report_end(&report, &finding);
    }
    tree_set_text(more, "note", _(limits));
    int status = report_finish(&report, more);
    if (!json)
        (void)printf("%s\n", _(limits));
    return halt_came() ? EXIT_INTERRUPTED : status;
}

/* What is wrong with the options; EXIT_WELL if nothing is. */
static int check_options(const struct context *context, const char *chat, const char *url,
                         const char *connect_to)
{
    struct address address;
    if (chat == NULL)
        return options_wrong(context, "smoke",
                             _("--chat oc_… is needed: \"%s test-reply\" lists the chats"),
                             context->program);
    if (!chat_is_id(chat))
        return options_wrong(context, "smoke", _("\"%s\" is no chat's id: those begin with oc_"),
                             chat);
    if (url != NULL && !address_read(url, &address))
        return options_wrong(context, "smoke", _("\"%s\" is no URL: https://HOST/feishu/event"),
                             url);
    if (connect_to != NULL && !address_read_pair(connect_to, &address))
        return options_wrong(context, "smoke", _("\"%s\" is not HOST:PORT"), connect_to);
    return EXIT_WELL;
}

static int run(const struct context *context, int argc, char **argv)
{
    static const struct place place = PLACE_INIT;
    struct smoke smoke = { .began_ms = clock_steady_ms() };
    smoke.steps_end_ms = smoke.began_ms + SMOKE_STEPS_MS;
    const char *url = NULL;
    const char *connect_to = NULL;
    bool json = false;
    const struct option_row rows[] = {
        { "chat", OPTION_TEXT, &smoke.chat },
        { "url", OPTION_TEXT, &url },
        { "connect-to", OPTION_TEXT, &connect_to },
        { "json", OPTION_FLAG, &json },
    };
    if (options_take(context, argc, argv, rows, sizeof(rows) / sizeof(rows[0]), 0) < 0 ||
        check_options(context, smoke.chat, url, connect_to) != EXIT_WELL)
        return EXIT_USAGE;
    halt_catch();
    scene_open(&smoke.scene, context, &place, url, connect_to);
    int status = run_steps(&smoke, json);
    if (smoke.knocking)
        knock_close(&smoke.knock);
    scene_close(&smoke.scene);
    return status;
}

const struct command command_smoke = { "smoke", run,
                                       N_("prove end to end that the bot answers; for monitoring"),
                                       help };
