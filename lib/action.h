/* Pure. From an event to what is to be done about it; nothing is done here. */
#ifndef FEISHU_ACTION_H
#define FEISHU_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "alert_command.h"
#include "command_line.h"

struct config;
struct event;

enum action_kind {
    ACTION_NOTHING, /* acknowledge, and that is all */
    ACTION_ANSWER,  /* post a text: a reply, or a greeting into the event's chat */
    ACTION_HELP,    /* reply with what there is; the folder commands are not known here */
    ACTION_RUN,     /* run a folder command, if it exists and `denial` is NULL */
    ACTION_ALERTS   /* handle the alerts of the chat, as `alerts` says */
};

struct action {
    enum action_kind kind;
    const char *reason;          /* for the log: why nothing, or why denied; static */
    char *text;                  /* of ACTION_ANSWER; owned */
    char *denial;                /* of ACTION_RUN: what to say instead of running; owned */
    struct command_line line;    /* of ACTION_RUN; owned */
    struct alert_command alerts; /* of ACTION_ALERTS; owned */
};

/* Whether the bot's own open_id is needed to decide. */
bool action_needs_bot(const struct event *event);

/* Decides. bot_open_id: "" if not needed. now_ms: wall clock. Caller releases action. */
void action_decide(const struct event *event, const struct config *config, const char *bot_open_id,
                   int64_t now_ms, struct action *action);

/* Whether the sender of the message may run the folder command called name here at all, whatever
 * its words: for lists of commands. */
bool action_may_run(const struct event *event, const struct config *config, const char *name);

/* Whether the sender of the message is an operator of the chat's alerts. */
bool action_may_operate(const struct event *event, const struct config *config);

/* Frees what the action owns. */
void action_release(struct action *action);

#endif
