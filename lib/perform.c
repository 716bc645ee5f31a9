#include "perform.h"

#include <stdlib.h>

#include "action.h"
#include "alert_chat.h"
#include "buf.h"
#include "error.h"
#include "event.h"
#include "folder.h"
#include "memory.h"
#include "reply.h"
#include "run.h"
#include "service.h"
#include "unfinished.h"
#include "words.h"
#include "work.h"

static void perform_answer(struct work *work)
{
    work_answer(work, work->action->text);
}

/* The built-ins, and the folder commands that this person may run here. */
static void perform_help(struct work *work)
{
    const struct config *config = work->service->config;
    struct buf list = BUF_INIT(65536);
    size_t count = 0;
    char **names = folder_names(config->command_directory, &count);
    for (size_t i = 0; i < count; i++) {
        if (action_may_run(work->event, config, names[i]))
            buf_add_format(&list, "%s%s", list.len > 0 ? "\n" : "", names[i]);
    }
    const bool operates = action_may_operate(work->event, config);
    char *help = words_say(config->language, PHRASE_HELP, WORDS(NULL));
    char *alerts =
        operates ? words_say(config->language, PHRASE_HELP_ALERTS, WORDS(NULL)) : memory_copy("");
    char *more = list.len == 0
                     ? memory_copy("")
                     : words_say(config->language, PHRASE_HELP_FOLDER, WORDS(buf_text(&list)));
    char *text = memory_format("%s%s%s", help, alerts, more);
    work_answer(work, text);
    free(text);
    free(more);
    free(alerts);
    free(help);
    buf_release(&list);
    folder_names_free(names, count);
}

static void (*const performers[])(struct work *work) = {
    [ACTION_ANSWER] = perform_answer,
    [ACTION_HELP] = perform_help,
    [ACTION_RUN] = run_command,
    [ACTION_ALERTS] = alert_chat,
};

void perform(struct service *service, const struct event *event, const struct action *action,
             void (*committed)(void), struct reply *reply, char message_id[static DELIVERY_ID_LEN])
{
    message_id[0] = '\0';
    if (action->kind == ACTION_NOTHING) {
        reply_set(reply, 200, action->reason);
        return;
    }
    bool is_message = event->kind == EVENT_MESSAGE;
    char *key =
        is_message ? unfinished_key(event->message.id) : memory_format("event:%s", event->id);
    const struct delivery_target target = {
        .key = key,
        .id = is_message ? event->message.id : event->id,
        .message_id = is_message ? event->message.id : NULL,
        .chat_id = event->chat_id,
    };
    struct work work = { .service = service,
                         .event = event,
                         .action = action,
                         .committed = committed,
                         .reply = reply,
                         .message_id = message_id };
    delivery_init(&work.delivery, &target);
    if (work_take(&work))
        performers[action->kind](&work);
    delivery_release(&work.delivery);
    free(key);
}
