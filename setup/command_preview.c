#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert.h"
#include "alert_card.h"
#include "bridge.h"
#include "buf.h"
#include "card_rules.h"
#include "card_text.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "incident_show.h"
#include "options.h"
#include "payload.h"
#include "service.h"
#include "tree.h"

static const char help[] =
    N_("preview FILE [--receiver NAME] [--json]\n\n"
       "Prints the card for the payload in FILE (\"-\": standard input) and says whether\n"
       "it keeps the platform's rules for cards. Nothing is sent or stored. To a terminal\n"
       "the card is printed as text, else as JSON. Exit status 1: no card, or not one that\n"
       "the platform would take.\n\n"
       "  --receiver NAME     as this receiver of the configuration would get it; else as\n"
       "                      one with an Alertmanager, without the configuration\n"
       "  --json              JSON to a terminal, too\n");

struct preview {
    struct config config;
    bool configured;
    const struct config_receiver *receiver;
    struct config_receiver plain; /* where none is named */
};

/* A configuration of nothing but a receiver whose cards have all their buttons. */
static void stand_in(struct preview *preview, enum language language)
{
    static char empty[] = "";
    static char name[] = "preview";
    preview->plain = (struct config_receiver){ .name = name,
                                               .chat = name,
                                               .alertmanager = name,
                                               .transform = empty,
                                               .custom_bot.url = empty,
                                               .language = language };
    preview->receiver = &preview->plain;
    secret_set(&preview->config.app.encrypt_key, name, strlen(name));
}

/* EXIT_WELL, or what is wrong is said. */
static int prepare(struct preview *preview, const struct context *context, const char *name)
{
    struct error error = ERROR_INIT;
    if (name == NULL) {
        stand_in(preview, context->language);
        return EXIT_WELL;
    }
    if (!config_load(context->config_path, &preview->config, &error)) {
        (void)fprintf(stderr, "%s\n", error.text);
        return EXIT_CHECK_FAILED;
    }
    preview->configured = true;
    preview->receiver = config_receiver(&preview->config, name);
    if (preview->receiver == NULL)
        return options_wrong(context, "preview", _("%s has no receiver '%s'"), context->config_path,
                             name);
    /* Its transform may be run. */
    if (bridge_become(&preview->config, &error))
        return EXIT_WELL;
    (void)fprintf(stderr, "%s\n", error.text);
    return EXIT_CHECK_FAILED;
}

static void print_card(struct json_object *card, bool as_text)
{
    struct buf json = BUF_INIT(1 << 22);
    char *text = as_text ? card_text(card) : NULL;
    tree_print(card, &json);
    (void)printf("%s%s", as_text ? text : buf_text(&json), as_text ? "" : "\n");
    (void)fflush(stdout);
    buf_release(&json);
    free(text);
}

/* Says on standard error whether the platform would take it. */
static bool judge(struct json_object *card, bool is_app)
{
    const size_t size = alert_card_size(card, is_app ? ALERT_CARD_APP : ALERT_CARD_CUSTOM);
    const size_t most = is_app ? ALERT_CARD_APP_MAX : ALERT_CARD_CUSTOM_MAX;
    const char *schema = tree_text(card, "schema");
    if (size > most) {
        (void)fprintf(stderr, _("too large: about %zu bytes of %zu\n"), size, most);
        return false;
    }
    /* A transform may make another one. */
    if (schema == NULL || strcmp(schema, "2.0") != 0) {
        (void)fprintf(stderr, _("not a card of schema 2.0: only its size was checked\n"));
        return true;
    }
    const struct card_rules_verdict verdict = card_rules_judge(card);
    if (verdict.reason != 0) {
        (void)fprintf(stderr, _("against the rules: %d, %s\n"), verdict.reason, verdict.text);
        return false;
    }
    (void)fprintf(stderr, _("within the rules: about %zu bytes of %zu\n"), size, most);
    return true;
}

static int show(const struct preview *preview, const char *path, const struct buf *text,
                bool as_text)
{
    /* None of an incident's: the same payload makes the same card. */
    static const char id[INCIDENT_ID_LEN] = "00000000000000000000000000000000";
    struct alert_group group;
    struct service service = { .config = &preview->config };
    struct incident_work work = { .service = &service, .receiver = preview->receiver };
    if (!payload_read(path, text, preview->receiver, &group))
        return EXIT_CHECK_FAILED;
    incident_open(&work.incident, id, clock_wall_ms(), &group);
    struct json_object *card = incident_card(&work);
    print_card(card, as_text);
    const bool fine = judge(card, preview->receiver->chat[0] != '\0');
    tree_free(card);
    incident_release(&work.incident);
    return fine ? EXIT_WELL : EXIT_CHECK_FAILED;
}

static int run(const struct context *context, int argc, char **argv)
{
    bool json = false;
    const char *name = NULL;
    struct preview preview = { .configured = false };
    struct buf text = PAYLOAD_INIT;
    const struct option_row rows[] = {
        { "receiver", OPTION_TEXT, &name },
        { "json", OPTION_FLAG, &json },
    };
    const int words = options_take(context, argc, argv, rows, sizeof(rows) / sizeof(rows[0]), 1);
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0)
        return options_wrong(context, "preview", _("name the file of the payload"));
    int status =
        payload_load(argv[1], &text) ? prepare(&preview, context, name) : EXIT_CHECK_FAILED;
    if (status == EXIT_WELL)
        status = show(&preview, argv[1], &text, !json && isatty(STDOUT_FILENO));
    buf_release(&text);
    if (preview.configured)
        config_release(&preview.config);
    else
        secret_release(&preview.config.app.encrypt_key);
    return status;
}

const struct command command_preview = { "preview", run,
                                         N_("print the card for a stored payload of alerts"),
                                         help };
