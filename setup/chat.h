/* Effect. Messages and chats, as test-reply, smoke and the wizard use them. */
#ifndef SETUP_CHAT_H
#define SETUP_CHAT_H

#include <stdbool.h>
#include <stddef.h>

#include "api.h"

struct link;

enum {
    CHAT_ID_LEN = 129,  /* of chats and messages, with the final NUL */
    CHAT_UUID_LEN = 51, /* with the final NUL */
    CHAT_NAME_LEN = 128 /* bytes, with the final NUL */
};

struct chat {
    char id[CHAT_ID_LEN]; /* oc_… */
    char name[CHAT_NAME_LEN];
};

/* The chats that the bot is in, at most `most`; how many. 0 with the answer set if the platform
 * refuses or there are none. answer is overwritten; caller releases it. */
size_t chat_list(struct link *link, struct chat *chats, size_t most, struct api_answer *answer);

/* Whether the text can be a chat's id, a message's id. */
bool chat_is_id(const char *text);
bool chat_is_message_id(const char *text);

/* Sends a text, to a chat or as a reply to a message; once more if the answer is lost, which posts
 * no second message. message_id gets the new message's id. chat_recall takes a message back, with
 * three tries where that may help; one that is gone already is fine. False with answer telling why.
 * answer is overwritten; caller releases it. */
bool chat_send(struct link *link, const char *chat_id, const char *text,
               char message_id[static CHAT_ID_LEN], struct api_answer *answer);
bool chat_reply(struct link *link, const char *to, const char *text,
                char message_id[static CHAT_ID_LEN], struct api_answer *answer);
bool chat_recall(struct link *link, const char *message_id, struct api_answer *answer);

/* A new uuid, which begins with "feishu-setup-". What is sent again with the same uuid within the
 * hour is not posted again, and the answer is the first one's: that is how the id of a message
 * becomes known whose answer was lost. */
void chat_new_uuid(char uuid[static CHAT_UUID_LEN]);

/* As chat_send and chat_reply, but sent once, with a uuid of the caller's. */
bool chat_send_as(struct link *link, const char *chat_id, const char *text, const char *uuid,
                  char message_id[static CHAT_ID_LEN], struct api_answer *answer);
bool chat_reply_as(struct link *link, const char *to, const char *text, const char *uuid,
                   char message_id[static CHAT_ID_LEN], struct api_answer *answer);

/* What the platform tells of a message. */
struct chat_message {
    char id[CHAT_ID_LEN];
    char parent_id[CHAT_ID_LEN]; /* what it replies to; "" if it is no reply */
    bool own;                    /* the bot has written it */
    bool recalled;
};

/* Reads one message. False with answer telling why. answer is overwritten; caller releases it. */
bool chat_read(struct link *link, const char *message_id, struct chat_message *message,
               struct api_answer *answer);

/* The bot's own replies to a message, among the newest of its chat: at most `most` that are not
 * recalled; how many. 0 with the answer set if the platform does not say. In groups of topics it
 * shows none. answer is overwritten; caller releases it. */
size_t chat_replies(struct link *link, const char *chat_id, const char *to,
                    struct chat_message *replies, size_t most, struct api_answer *answer);

/* Whether the answer says that the app lacks the permission to read messages. */
bool chat_may_not_read(const struct api_answer *answer);

#endif
