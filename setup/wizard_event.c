/* Steps 7 and 8: a message of somebody's comes and is answered; and what there is now. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "chat.h"
#include "config.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "news.h"
#include "silence.h"
#include "tree.h"
#include "wizard.h"

enum { CHATS_MAX = 20 };

static const char title[] = N_("a message of somebody's");

/* The last event that the bot noted. Borrowed; NULL if there is none. */
static struct json_object *last_event(const struct news *news)
{
    struct json_object *events = tree_array(news->tree, "events");
    const size_t count = tree_count(events);
    return count == 0 ? NULL : tree_at(events, count - 1);
}

static const char *text_or_empty(struct json_object *object, const char *key)
{
    const char *text = tree_text(object, key);
    return text == NULL ? "" : text;
}

/* What came, and what the bot made of it. */
static void judge(const struct news *news, struct finding *finding)
{
    struct json_object *event = last_event(news);
    const char *chat = text_or_empty(event, "chat_id");
    const char *reply = text_or_empty(event, "reply_id");
    int64_t took_ms = 0;
    char *ago = wizard_ago(news->event_ms);
    (void)tree_int(event, "ms", &took_ms);
    if (reply[0] != '\0')
        finding_set(finding, FINDING_PASS,
                    memory_format(_("it came %s, in the chat %s, and was answered with %s after "
                                    "%" PRId64 " ms"),
                                  ago, chat, reply, took_ms),
                    NULL);
    else
        finding_set(finding, FINDING_WARN,
                    memory_format(_("%s came %s, in the chat %s, and there was nothing to reply"),
                                  text_or_empty(event, "type"), ago, chat),
                    memory_copy(_("Feishu reaches the bot. In a group mention it: @bot ping; if "
                                  "that stays silent, journalctl -t feishu says why")));
    free(ago);
}

static void ask_for_message(const struct wizard *wizard)
{
    const char *name = wizard->scene.bot.name[0] == '\0' ? "bot" : wizard->scene.bot.name;
    wizard_say(_("Now write to the bot in Feishu, as a person:\n"
                 "  in a private chat (search for %s):  ping\n"
                 "  in a group:  @%s ping\n"
                 "To add it to a group: 设置 → 群机器人 → 添加机器人 · Settings → Bots → Add Bot."),
               name, name);
    (void)printf("\n");
}

/* Waits for an event, once. */
static enum wizard_result wait_for_event(struct wizard *wizard)
{
    struct error error = ERROR_INIT;
    struct news news;
    struct finding finding = { 0 };
    report_step(&wizard->report, "message", _(title));
    const enum wizard_wait wait =
        wizard_wait(wizard, wizard_event_came, wizard->patience_ms, &news, &error);
    if (prompt_interrupted(&wizard->prompt)) {
        (void)printf("\n");
        news_release(&news);
        return WIZARD_INTERRUPTED;
    }
    if (wait == WIZARD_CAME)
        judge(&news, &finding);
    else if (wait == WIZARD_BLIND)
        finding_set(&finding, FINDING_FAIL, memory_copy(error.text),
                    memory_copy(_("The bot notes in its store what arrives: mend the store")));
    else
        silence_explain(&wizard->scene, &finding);
    wizard->status = finding.status;
    report_end(&wizard->report, &finding);
    news_release(&news);
    return WIZARD_ON;
}

/* Whether an event came earlier, or does not have to be asked for. */
static bool came_already(struct wizard *wizard)
{
    struct error ignored = ERROR_INIT;
    struct news news;
    struct finding finding = { 0 };
    const bool came =
        news_read(&wizard->scene, &news, &ignored) && wizard_event_came(wizard, &news);
    if (came) {
        judge(&news, &finding);
        wizard_show(wizard, "message", _(title), &finding);
    }
    news_release(&news);
    return came;
}

static void leave_to_people(struct wizard *wizard)
{
    struct finding finding = { 0 };
    char *command = wizard_command(wizard, "check");
    finding_set(&finding, FINDING_SKIP, memory_copy(_("it needs a person who writes to the bot")),
                memory_format(_("Write \"@bot ping\" to it, then run: %s"), command));
    free(command);
    wizard_show(wizard, "message", _(title), &finding);
}

enum wizard_result wizard_event(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    if (came_already(wizard))
        return WIZARD_ON;
    if (wizard->prompt.unattended) {
        leave_to_people(wizard);
        return WIZARD_ON;
    }
    ask_for_message(wizard);
    while (result == WIZARD_ON && again) {
        again = false;
        result = wait_for_event(wizard);
        if (result == WIZARD_ON && wizard->status == FINDING_FAIL)
            result = wizard_after_failure(wizard, &again);
    }
    return result;
}

/* The chat of the last message that came, or else one of the bot's; "" if there is none. */
static void print_chats(struct wizard *wizard, char first[static CHAT_ID_LEN])
{
    struct error ignored = ERROR_INIT;
    struct api_answer answer = API_ANSWER_INIT;
    struct news news;
    struct chat chats[CHATS_MAX];
    const size_t count = chat_list(&wizard->scene.link, chats, CHATS_MAX, &answer);
    api_answer_release(&answer);
    (void)!news_read(&wizard->scene, &news, &ignored);
    const char *seen = text_or_empty(last_event(&news), "chat_id");
    (void)snprintf(first, CHAT_ID_LEN, "%s",
                   chat_is_id(seen) ? seen
                   : count > 0      ? chats[0].id
                                    : "");
    news_release(&news);
    bool listed = first[0] == '\0';
    (void)printf(first[0] == '\0' ? _("  The bot is in no chat yet.\n") : _("  Its chats:\n"));
    for (size_t i = 0; i < count; i++) {
        (void)printf("    %s  %s\n", chats[i].id, chats[i].name);
        listed = listed || strcmp(first, chats[i].id) == 0;
    }
    if (!listed)
        (void)printf(_("    %s  (private)\n"), first);
}

enum wizard_result wizard_summary(struct wizard *wizard)
{
    char chat[CHAT_ID_LEN];
    const struct config *config = &wizard->scene.link.config;
    char *smoke = wizard_command(wizard, "smoke");
    char *check = wizard_command(wizard, "check");
    (void)printf(_("  The app %s has the bot %s, at %s.\n"), config->app.id, wizard->scene.bot.name,
                 wizard->scene.url);
    print_chats(wizard, chat);
    (void)printf(_("  Commands are programs in %s. Who may run them, say in\n"
                   "  %s, with the ids that \"@bot id\" tells:\n"
                   "    commands { people = {'ou_…'} }\n"),
                 config->command_directory, wizard->context->config_path);
    (void)printf(_("  Next, the proof from end to end:  %s --chat %s\n"), smoke,
                 chat[0] == '\0' ? "oc_…" : chat);
    (void)printf(_("  Whenever something is wrong:      %s\n"), check);
    free(smoke);
    free(check);
    return prompt_interrupted(&wizard->prompt) ? WIZARD_INTERRUPTED : WIZARD_ON;
}
