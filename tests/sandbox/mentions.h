/* Pure. Who is named in a message: a text names people by keys, "@_user_1", and a list says who
 * they are. */
#ifndef SANDBOX_MENTIONS_H
#define SANDBOX_MENTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

struct mention {
    char *key;
    char *open_id; /* "" for everybody */
    char *name;
};

struct mentions {
    struct mention *list;
    size_t count;
};

/* What people call whoever has the open_id. Caller frees. */
char *mentions_name(const char *open_id, const char *bot_id);

/* Adds one to the list, everybody if open_id is "all", and returns its key. Borrowed: lives as long
 * as the list. bot_id: the open_id that is the bot's. */
const char *mentions_add(struct mentions *mentions, const char *open_id, const char *bot_id);

/* What somebody types into a chat: "@ou_…" names that person, "@all" everybody and, if bot_named,
 * "@bot" the bot. Returns the text with keys. Caller frees. */
char *mentions_from_typing(const char *text, bool bot_named, const char *bot_id,
                           struct mentions *mentions) __attribute__((nonnull));

/* What an app sends: <at user_id="ou_…">Name</at>. Returns the text with keys. Caller frees. */
char *mentions_from_markup(const char *text, const char *bot_id, struct mentions *mentions);

/* The text with its keys as schema 1.0 writes them, <at open_id="ou_…">@Name</at>; those of
 * left_out, which may be NULL, are dropped with the space behind them. Caller frees. */
char *mentions_to_markup(const char *text, const struct mentions *mentions, const char *left_out);

/* The text with its keys as people see them, @Name. Caller frees. */
char *mentions_to_names(const char *text, const struct mentions *mentions);

/* Whether open_id is in the list. */
bool mentions_has(const struct mentions *mentions, const char *open_id);

/* As an array of an API's answer. Caller frees. */
struct json_object *mentions_print(const struct mentions *mentions);

/* As an array of an event. Caller frees. */
struct json_object *mentions_print_event(const struct mentions *mentions, const char *bot_id);

void mentions_release(struct mentions *mentions);

#endif
