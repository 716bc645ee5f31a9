/* Pure. From trusted JSON to what happened, in either schema. */
#ifndef FEISHU_EVENT_H
#define FEISHU_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct json_object;

enum event_kind {
    EVENT_OTHER,     /* nothing that concerns us */
    EVENT_MESSAGE,   /* somebody wrote */
    EVENT_BOT_ADDED, /* the bot was added to a group */
    EVENT_PRESS      /* somebody pressed a button of a card */
};

enum { EVENT_MENTIONS_MAX = 256 }; /* of a message; any more are left out */

/* Somebody named in a message. */
struct event_mention {
    char *key;     /* "@_user_1": what stands for it in the text */
    char *open_id; /* "" if unknown */
    char *name;    /* "" if unknown */
};

struct event_message {
    const char *id;        /* om_… */
    bool private;          /* a chat with the bot alone */
    bool readable;         /* text or post; of others there is no text */
    bool from_person;      /* not from a bot */
    bool own_tenant;       /* the sender's tenant is the app's; false where that is not told */
    const char *sender_id; /* open_id */
    int64_t created_ms;    /* wall clock; 0 if not told */
    const char *parent_id; /* of the message that it replies to, of the first of its thread; "" */
    const char *root_id;
    char *text; /* owned; mentions stand in it as their keys; "" if not readable */
    struct event_mention *mentions; /* owned */
    size_t mention_count;
};

/* A button that was pressed. What its value says is the card author's, and nobody's promise. */
struct event_press {
    const char *person_id;  /* open_id */
    bool own_tenant;        /* the person's tenant is the app's */
    const char *message_id; /* of the card */
    const char *key;        /* value.key and value.act; "" if there are none */
    const char *act;
};

struct event {
    enum event_kind kind;
    const char *id;               /* event_id, or the v1 uuid */
    const char *type;             /* "im.message.receive_v1", v1: event.type; never NULL */
    const char *chat_id;          /* of all but EVENT_OTHER */
    struct json_object *body;     /* the `event` object; of EVENT_OTHER it may be NULL */
    struct event_message message; /* of EVENT_MESSAGE */
    struct event_press press;     /* of EVENT_PRESS */
};

/* Reads the tree of an envelope. Texts of the event that are not marked owned are borrowed from the
 * tree. An unknown type is EVENT_OTHER and never an error. ERROR_INVALID: the wrong shape, nothing
 * to release. Otherwise the caller releases. */
bool event_read(struct json_object *tree, struct event *event, struct error *error)
    __attribute__((warn_unused_result));

/* Frees what the event owns. */
void event_release(struct event *event);

/* Whether the message mentions open_id. A message to all mentions nobody in particular. */
bool event_mentions(const struct event_message *message, const char *open_id);

/* The message's text with the mentions of open_id removed and the others as "@NAME"; white space
 * around it trimmed. open_id may be "": nothing is removed. White space, quotes and backslashes of
 * a name are "_": people choose their names, and a name must stay one word of a command line. Who
 * has no name stays a key. Caller frees. */
char *event_words(const struct event_message *message, const char *open_id);

#endif
