#include "action.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config.h"
#include "error.h"
#include "event.h"
#include "memory.h"
#include "operator.h"
#include "text.h"
#include "words.h"

/* What a decision is made from. */
struct situation {
    const struct event *event;
    const struct config *config;
    const char *bot_open_id;
    int64_t now_ms;
};

static void answer(struct action *action, char *text)
{
    action->kind = ACTION_ANSWER;
    action->text = text;
}

static void nothing(struct action *action, const char *reason)
{
    action->kind = ACTION_NOTHING;
    action->reason = reason;
}

/* The phrase as a text that mentions nobody: its arguments come from people. Caller frees. */
static char *say(const struct config *config, enum phrase phrase, const char *const *arguments)
{
    char *said = words_say(config->language, phrase, arguments);
    char *inert = text_inert(said);
    free(said);
    return inert;
}

static void decide_help(const struct situation *situation, struct action *action)
{
    (void)situation;
    action->kind = ACTION_HELP;
}

static void decide_ping(const struct situation *situation, struct action *action)
{
    char ms[24];
    const int64_t created_ms = situation->event->message.created_ms;
    if (created_ms == 0) {
        answer(action, say(situation->config, PHRASE_PONG_TIMELESS, WORDS(NULL)));
        return;
    }
    const int64_t since = situation->now_ms - created_ms;
    (void)snprintf(ms, sizeof(ms), "%" PRId64, since > 0 ? since : 0);
    answer(action, say(situation->config, PHRASE_PONG, WORDS(ms)));
}

static void decide_id(const struct situation *situation, struct action *action)
{
    const struct event_message *message = &situation->event->message;
    struct buf others = BUF_INIT(65536);
    for (size_t i = 0; i < message->mention_count; i++) {
        const struct event_mention *mention = &message->mentions[i];
        if (mention->open_id[0] != '\0' && strcmp(mention->open_id, situation->bot_open_id) != 0)
            buf_add_format(&others, "%s%s: %s", others.len > 0 ? "\n" : "", mention->name,
                           mention->open_id);
    }
    const char *chat = situation->event->chat_id;
    if (others.len > 0)
        answer(action, say(situation->config, PHRASE_ID_OTHER, WORDS(chat, buf_text(&others))));
    else
        answer(action, say(situation->config, PHRASE_ID, WORDS(chat, message->sender_id)));
    buf_release(&others);
}

static const struct {
    const char *name;
    void (*decide)(const struct situation *situation, struct action *action);
} built_ins[] = {
    { "help", decide_help },
    { "帮助", decide_help },
    { "ping", decide_ping },
    { "id", decide_id },
};

bool action_may_run(const struct event *event, const struct config *config, const char *name)
{
    return secret_is_set(&config->app.encrypt_key) && event->message.own_tenant &&
           config_rule_allows(config_rule(config, name), event->message.sender_id, event->chat_id);
}

/* The first word after the command that begins with "-", or NULL. */
static const char *option_word(const struct command_line *line)
{
    for (size_t i = 1; i < line->count; i++) {
        if (line->words[i][0] == '-')
            return line->words[i];
    }
    return NULL;
}

static void deny(struct action *action, const char *reason, char *text)
{
    action->reason = reason;
    action->denial = text;
}

/* Denies where anybody could have written it, and to strangers. */
static void judge_origin(const struct situation *situation, const char *name, struct action *action)
{
    const struct config *config = situation->config;
    if (!secret_is_set(&config->app.encrypt_key))
        deny(action, "no encrypt_key", say(config, PHRASE_NO_KEY, WORDS(name)));
    else if (!situation->event->message.own_tenant)
        deny(action, "foreign tenant", say(config, PHRASE_FOREIGN, WORDS(name)));
}

static void judge_permission(const struct situation *situation, const char *name, bool permitted,
                             struct action *action)
{
    const struct event *event = situation->event;
    if (!permitted)
        deny(action, "not permitted",
             say(situation->config, PHRASE_DENIED,
                 WORDS(name, event->message.sender_id, event->chat_id)));
}

static void judge_age(const struct situation *situation, const char *name, int64_t max_delay_s,
                      struct action *action)
{
    char seconds[24];
    const int64_t late_ms = situation->now_ms - situation->event->message.created_ms;
    (void)snprintf(seconds, sizeof(seconds), "%" PRId64, late_ms / 1000);
    if (late_ms > max_delay_s * 1000)
        deny(action, "too old to run", say(situation->config, PHRASE_LATE, WORDS(name, seconds)));
}

/* Sets the denial if the words in action may not be run by who wrote them, there and now. */
static void judge_command(const struct situation *situation, struct action *action)
{
    const struct config *config = situation->config;
    const char *name = action->line.words[0];
    const struct config_rule *rule = config_rule(config, name);
    const char *option = rule->options ? NULL : option_word(&action->line);
    judge_origin(situation, name, action);
    if (action->denial == NULL)
        judge_permission(situation, name,
                         config_rule_allows(rule, situation->event->message.sender_id,
                                            situation->event->chat_id),
                         action);
    if (action->denial == NULL && option != NULL)
        deny(action, "option refused", say(config, PHRASE_OPTION, WORDS(name, option)));
    if (action->denial == NULL)
        judge_age(situation, name, rule->max_delay_s, action);
}

bool action_may_operate(const struct event *event, const struct config *config)
{
    const struct operator_claim claim = operator_of(event);
    bool any = false;
    for (size_t i = 0; i < config->receiver_count && !any; i++)
        any = operator_is_one(&config->receivers[i], &claim);
    return any;
}

/* Lists are for operators; what acts needs all that folder commands need. */
static void judge_alerts(const struct situation *situation, enum alert_command_kind kind,
                         struct action *action)
{
    const struct config *config = situation->config;
    const char *name = action->line.words[0];
    const bool acts = alert_command_acts(kind);
    if (acts)
        judge_origin(situation, name, action);
    if (action->denial == NULL)
        judge_permission(situation, name, action_may_operate(situation->event, config), action);
    if (action->denial == NULL && acts)
        judge_age(situation, name, config->defaults.max_delay_s, action);
}

static void decide_alerts(const struct situation *situation, enum alert_command_kind kind,
                          struct action *action)
{
    judge_alerts(situation, kind, action);
    if (action->denial != NULL) {
        answer(action, action->denial);
        action->denial = NULL;
    } else if (alert_command_read(&action->line, &action->alerts)) {
        action->kind = ACTION_ALERTS;
    } else {
        answer(action, say(situation->config, alert_command_usage(kind), WORDS(NULL)));
    }
}

/* Decides by the words in action->line, of which there is at least one. */
static void decide_words(const struct situation *situation, struct action *action)
{
    enum alert_command_kind kind;
    char *name = action->line.words[0];
    for (char *at = name; *at != '\0'; at++) /* telephones begin a line with a capital letter */
        *at = (char)(isupper((unsigned char)*at) ? tolower((unsigned char)*at) : *at);
    for (size_t i = 0; i < sizeof(built_ins) / sizeof(built_ins[0]); i++) {
        if (strcmp(name, built_ins[i].name) == 0) {
            built_ins[i].decide(situation, action);
            return;
        }
    }
    if (alert_command_is_chat(situation->config, situation->event->chat_id) &&
        alert_command_is_word(name, &kind)) {
        decide_alerts(situation, kind, action);
        return;
    }
    if (!command_line_is_name(name)) {
        answer(action, say(situation->config, PHRASE_UNKNOWN, WORDS(name)));
        return;
    }
    action->kind = ACTION_RUN;
    judge_command(situation, action);
}

static void decide_message(const struct situation *situation, struct action *action)
{
    const struct event_message *message = &situation->event->message;
    const char *bot = situation->bot_open_id;
    struct error error = ERROR_INIT;
    if (!message->from_person) {
        nothing(action, "from a bot");
        return;
    }
    if (!message->private && !event_mentions(message, bot)) {
        nothing(action, "bot not mentioned");
        return;
    }
    if (!message->readable) {
        if (message->private)
            answer(action, say(situation->config, PHRASE_UNSUPPORTED, WORDS(NULL)));
        else
            nothing(action, "not a text");
        return;
    }
    char *words = event_words(message, bot);
    if (!command_line_parse(words, &action->line, &error))
        answer(action, say(situation->config, PHRASE_OPEN_QUOTE, WORDS(NULL)));
    else if (action->line.count == 0)
        decide_help(situation, action);
    else
        decide_words(situation, action);
    free(words);
}

static void decide_bot_added(const struct situation *situation, struct action *action)
{
    answer(action, say(situation->config, PHRASE_GREETING, WORDS(situation->event->chat_id)));
}

static void decide_other(const struct situation *situation, struct action *action)
{
    (void)situation;
    nothing(action, "nothing to do");
}

static void (*const deciders[])(const struct situation *situation, struct action *action) = {
    [EVENT_OTHER] = decide_other,
    [EVENT_MESSAGE] = decide_message,
    [EVENT_BOT_ADDED] = decide_bot_added,
};

bool action_needs_bot(const struct event *event)
{
    return event->kind == EVENT_MESSAGE && event->message.from_person &&
           event->message.mention_count > 0;
}

void action_decide(const struct event *event, const struct config *config, const char *bot_open_id,
                   int64_t now_ms, struct action *action)
{
    const struct situation situation = { event, config, bot_open_id, now_ms };
    *action = (struct action){ .kind = ACTION_NOTHING, .reason = "" };
    deciders[event->kind](&situation, action);
}

void action_release(struct action *action)
{
    free(action->text);
    free(action->denial);
    command_line_release(&action->line);
    alert_command_release(&action->alerts);
    *action = (struct action){ .kind = ACTION_NOTHING, .reason = "" };
}
