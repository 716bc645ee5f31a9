#include "commands.h"

#include <stdio.h>

#include "alert.h"
#include "bridge.h"
#include "clock.h"
#include "error.h"
#include "intake.h"
#include "options.h"
#include "payload.h"
#include "reply.h"
#include "tree.h"

static const char help[] =
    N_("alert --receiver NAME [FILE]\n\n"
       "Takes the payload in FILE, else that on standard input, as if it had been posted\n"
       "to the receiver: a card is posted, or brought up to date. Prints the card's\n"
       "message_id. Exit status 1: Feishu has not accepted it.\n\n"
       "  --receiver NAME     a receiver of the configuration\n");

/* The message's id, if the reply holds one. */
static void print_reply(const struct reply *reply)
{
    struct error error = ERROR_INIT;
    struct json_object *tree = tree_parse_object(buf_text(&reply->body), reply->body.len, &error);
    const char *id = tree_text(tree, "message_id");
    (void)printf("%s\n", id == NULL ? reply->reason : id);
    tree_free(tree);
}

static int send(struct bridge *bridge, const struct config_receiver *receiver, const char *path,
                const struct buf *text)
{
    struct alert_group group;
    struct reply reply = REPLY_INIT;
    if (!payload_read(path, text, receiver, &group))
        return EXIT_CHECK_FAILED;
    intake(&bridge->service, receiver, &group, clock_steady_ms() + ALERT_ANSWER_MS, &reply);
    const bool done = reply.status == 200;
    if (done)
        print_reply(&reply);
    else
        (void)fprintf(stderr, _("not posted: %s\n"), reply.reason);
    reply_release(&reply);
    return done ? EXIT_WELL : EXIT_CHECK_FAILED;
}

/* As the user whom the CGI runs as. */
static int act(const struct context *context, const char *name, const char *path,
               const struct buf *text)
{
    struct bridge bridge;
    struct error error = ERROR_INIT;
    if (!bridge_open(&bridge, context, &error)) {
        (void)fprintf(stderr, "%s\n", error.text);
        return EXIT_CHECK_FAILED;
    }
    const struct config_receiver *receiver = config_receiver(&bridge.config, name);
    const int status = receiver == NULL
                           ? options_wrong(context, "alert", _("%s has no receiver '%s'"),
                                           context->config_path, name)
                           : send(&bridge, receiver, path, text);
    bridge_close(&bridge);
    return status;
}

static int run(const struct context *context, int argc, char **argv)
{
    const char *name = NULL;
    struct buf text = PAYLOAD_INIT;
    const struct option_row rows[] = { { "receiver", OPTION_TEXT, &name } };
    const int words = options_take(context, argc, argv, rows, 1, 1);
    if (words < 0)
        return EXIT_USAGE;
    if (name == NULL)
        return options_wrong(context, "alert", _("name the receiver: --receiver NAME"));
    const char *path = words == 1 ? argv[1] : "-";
    const int status =
        payload_load(path, &text) ? act(context, name, path, &text) : EXIT_CHECK_FAILED;
    buf_release(&text);
    return status;
}

const struct command command_alert = { "alert", run, N_("post a payload of alerts as a card"),
                                       help };
