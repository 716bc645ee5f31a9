#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "chat.h"
#include "error.h"
#include "halt.h"
#include "memory.h"
#include "number.h"
#include "options.h"
#include "prompt.h"
#include "report.h"
#include "scene.h"

enum { CHATS_MAX = 200 };

static const char help[] =
    N_("test-reply [--chat oc_…] [--recall]\n\n"
       "Sends a message to a chat and then a reply to it, through the platform's API:\n"
       "what the bot needs in order to answer. Without --chat the chats that the bot is\n"
       "in are listed, to choose from; a single one is taken. Private chats are not\n"
       "listed: write \"id\" to the bot there.\n\n"
       "  --chat oc_…         the chat\n"
       "  --recall            take both messages back");

struct trial {
    struct scene scene;
    struct report report;
    const char *chat; /* NULL until it is chosen */
    bool recall;
    struct chat *chats;
    size_t count; /* of chats */
    char message_id[CHAT_ID_LEN];
    char reply_id[CHAT_ID_LEN];
    bool failed;
};

typedef void trial_step(struct trial *trial, struct finding *finding);

/* What receiving needs and sending does not is no concern here. */
static void try_config(struct trial *trial, struct finding *finding)
{
    const struct scene *scene = &trial->scene;
    probe_config(&trial->scene, finding);
    if (scene->configured)
        finding_set(
            finding, FINDING_PASS,
            memory_format(_("%s, app %s"), scene->context->config_path, scene->link.config.app.id),
            NULL);
}

static void try_token(struct trial *trial, struct finding *finding)
{
    probe_token(&trial->scene, finding);
}

static void list_chats(struct trial *trial, struct finding *finding)
{
    struct link *link = &trial->scene.link;
    struct api_answer answer = API_ANSWER_INIT;
    trial->chats = memory_zero(CHATS_MAX, sizeof(*trial->chats));
    trial->count = chat_list(link, trial->chats, CHATS_MAX, &answer);
    if (answer.outcome != API_ACCEPTED)
        link_explain(link, &answer, finding);
    else if (trial->count == 0)
        finding_set(finding, FINDING_FAIL, memory_copy(_("the bot is in no group")),
                    memory_copy(_("Add it to one: 设置 → 群机器人 → 添加机器人 · Settings → Bots → "
                                  "Add Bot; or name a private chat with --chat")));
    else if (trial->count == 1)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("the bot is in one: %s, \"%s\""), trial->chats[0].id,
                                  trial->chats[0].name),
                    NULL);
    else
        finding_set(finding, FINDING_PASS,
                    memory_format(_("the bot is in %zu groups"), trial->count), NULL);
    api_answer_release(&answer);
}

static void send_message(struct trial *trial, struct finding *finding)
{
    struct link *link = &trial->scene.link;
    struct api_answer answer = API_ANSWER_INIT;
    if (chat_send(link, trial->chat, _("feishu-setup: a test message."), trial->message_id,
                  &answer))
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s is in %s"), trial->message_id, trial->chat), NULL);
    else
        link_explain(link, &answer, finding);
    api_answer_release(&answer);
}

static void send_reply(struct trial *trial, struct finding *finding)
{
    struct link *link = &trial->scene.link;
    struct api_answer answer = API_ANSWER_INIT;
    if (chat_reply(link, trial->message_id, _("feishu-setup: a reply to the test message."),
                   trial->reply_id, &answer))
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s is there, as a reply to the message"), trial->reply_id),
                    NULL);
    else
        link_explain(link, &answer, finding);
    api_answer_release(&answer);
}

static void recall(struct trial *trial, struct finding *finding)
{
    const char *const ids[] = { trial->reply_id, trial->message_id };
    struct link *link = &trial->scene.link;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct api_answer answer = API_ANSWER_INIT;
        if (ids[i][0] != '\0' && !chat_recall(link, ids[i], &answer))
            link_explain(link, &answer, finding);
        api_answer_release(&answer);
    }
}

/* Runs the step and tells how it went; after Ctrl-C nothing but a recall is run. */
static void run_step(struct trial *trial, const char *name, const char *title, trial_step *step)
{
    struct finding finding = { FINDING_PASS, NULL, NULL };
    report_step(&trial->report, name, title);
    if (halt_came() && step != recall)
        finding_set(&finding, FINDING_FAIL, memory_copy(_("interrupted")), NULL);
    else
        step(trial, &finding);
    trial->failed = trial->failed || finding.status == FINDING_FAIL;
    report_end(&trial->report, &finding);
}

static void print_chats(const struct trial *trial)
{
    (void)printf("\n");
    for (size_t i = 0; i < trial->count; i++)
        (void)printf("  %3zu  %s  %s\n", i + 1, trial->chats[i].id, trial->chats[i].name);
    (void)printf("\n");
    (void)fflush(stdout);
}

/* Asks which one of those listed, until the answer is one. */
static enum prompt_result ask_number(struct trial *trial, struct prompt *prompt)
{
    const struct question question = { .name = "chat",
                                       .text = _("Number of the chat to test in"),
                                       .value = "1" };
    struct buf answer = BUF_INIT(64);
    enum prompt_result result = PROMPT_ANSWERED;
    while (trial->chat == NULL &&
           (result = prompt_ask(prompt, &question, &answer)) == PROMPT_ANSWERED) {
        uint64_t number = 0;
        if (number_parse(buf_text(&answer), 1, trial->count, &number))
            trial->chat = trial->chats[number - 1].id;
        else
            (void)printf(_("  a number from 1 to %zu\n"), trial->count);
    }
    buf_release(&answer);
    return result;
}

/* Lets the person at the terminal choose; without one, says what to write. EXIT_WELL if a chat is
 * chosen. */
static int choose(struct trial *trial)
{
    struct prompt prompt;
    struct error error = ERROR_INIT;
    const struct context *context = trial->scene.context;
    if (trial->count == 1) {
        trial->chat = trial->chats[0].id;
        return EXIT_WELL;
    }
    print_chats(trial);
    enum prompt_result result = PROMPT_ABSENT;
    if (prompt_open(&prompt, context, NULL, NULL, false, &error)) {
        if (!prompt.unattended)
            result = ask_number(trial, &prompt);
        prompt_close(&prompt);
    }
    if (result == PROMPT_ANSWERED)
        return EXIT_WELL;
    if (result == PROMPT_INTERRUPTED)
        return EXIT_INTERRUPTED;
    return options_wrong(context, "test-reply", _("choose a chat: %s test-reply --chat %s"),
                         context->program, trial->chats[0].id);
}

/* Finds the chat; EXIT_WELL if there is one. */
static int prepare(struct trial *trial)
{
    run_step(trial, "config", _("Configuration"), try_config);
    if (!trial->failed)
        run_step(trial, "token", _("App ID and App Secret"), try_token);
    if (!trial->failed && trial->chat == NULL)
        run_step(trial, "chats", _("Chats"), list_chats);
    if (trial->failed)
        return EXIT_CHECK_FAILED;
    return trial->chat != NULL ? EXIT_WELL : choose(trial);
}

static int try_reply(struct trial *trial)
{
    int status = prepare(trial);
    if (status == EXIT_USAGE || status == EXIT_INTERRUPTED) {
        report_release(&trial->report);
        return status;
    }
    halt_catch();
    if (!trial->failed)
        run_step(trial, "message", _("Message into the chat"), send_message);
    if (!trial->failed)
        run_step(trial, "reply", _("Reply in the chat"), send_reply);
    if (trial->recall && trial->message_id[0] != '\0')
        run_step(trial, "recall", _("Messages recalled"), recall);
    status = report_finish(&trial->report, NULL);
    return halt_came() ? EXIT_INTERRUPTED : status;
}

static int run(const struct context *context, int argc, char **argv)
{
    static const struct place place = PLACE_INIT;
    struct trial trial = { .chat = NULL };
    const struct option_row rows[] = {
        { "chat", OPTION_TEXT, &trial.chat },
        { "recall", OPTION_FLAG, &trial.recall },
    };
    if (options_take(context, argc, argv, rows, sizeof(rows) / sizeof(rows[0]), 0) < 0)
        return EXIT_USAGE;
    if (trial.chat != NULL && !chat_is_id(trial.chat))
        return options_wrong(context, "test-reply",
                             _("\"%s\" is no chat's id: those begin with oc_"), trial.chat);
    scene_open(&trial.scene, context, &place, NULL, NULL);
    report_begin(&trial.report, false);
    int status = try_reply(&trial);
    scene_close(&trial.scene);
    free(trial.chats);
    return status;
}

const struct command command_test_reply = { "test-reply", run,
                                            N_("send a message to a chat, and a reply to it"),
                                            help };
