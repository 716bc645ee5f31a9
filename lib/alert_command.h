/* Pure. What people write in a receiver's chat to handle its alerts. */
#ifndef FEISHU_ALERT_COMMAND_H
#define FEISHU_ALERT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "matcher.h"
#include "words.h"

struct command_line;
struct config;

enum alert_command_kind {
    ALERT_COMMAND_ALERTS,     /* list what is not over, as far as it fits the filter */
    ALERT_COMMAND_SILENCES,   /* list the Alertmanager's silences */
    ALERT_COMMAND_SILENCE,    /* make one */
    ALERT_COMMAND_UNSILENCE,  /* end one */
    ALERT_COMMAND_ACKNOWLEDGE /* say that one cares for an incident */
};

struct alert_command {
    enum alert_command_kind kind;
    struct matcher *matchers; /* of a filter, of a silence; owned */
    size_t matcher_count;
    char *text;         /* words of a filter, a comment, a silence's id; "" for none; owned */
    int64_t silence_ms; /* how long */
    uint64_t number;    /* of the incident in the last list; 0: the card that is replied to */
};

/* The longest silence: a year. */
#define ALERT_COMMAND_SILENCE_MS (INT64_C(366) * 24 * 3600 * 1000)

/* Whether the word, in lower case, is one of them. */
bool alert_command_is_word(const char *word, enum alert_command_kind *kind);

/* Whether the chat is one in which they are understood. */
bool alert_command_is_chat(const struct config *config, const char *chat_id);

/* What it is called in audit lines. */
const char *alert_command_name(enum alert_command_kind kind);

/* Whether it changes anything. */
bool alert_command_acts(enum alert_command_kind kind);

/* How it is written, for people who wrote something else. */
enum phrase alert_command_usage(enum alert_command_kind kind);

/* Reads the line, whose first word is one of the words. False: it is not written as
 * alert_command_usage says; nothing to release then. Else the caller releases.
 *
 * Matchers are written as amtool takes them: a first word without an operator is the alert's name.
 * Of the words of `silence` the first that is a length of time ends them; the rest is the comment.
 * Without matchers it is about the card that is replied to. */
bool alert_command_read(const struct command_line *line, struct alert_command *command)
    __attribute__((warn_unused_result));
void alert_command_release(struct alert_command *command);

#endif
