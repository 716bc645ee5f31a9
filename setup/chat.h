/* Effect. Messages and chats, as test-reply, smoke and the wizard use them. */
#ifndef SETUP_CHAT_H
#define SETUP_CHAT_H

#include <stdbool.h>
#include <stddef.h>

#include "api.h"

struct link;

enum { CHAT_ID_LEN = 129 };

struct chat {
    char id[CHAT_ID_LEN]; /* oc_… */
    char name[128];
};

/* The chats that the bot is in, at most `most`; how many. 0 with the answer set if the platform
 * refuses or there are none. answer is overwritten; caller releases it. */
size_t chat_list(struct link *link, struct chat *chats, size_t most, struct api_answer *answer);

/* Sends a text, to a chat or as a reply to a message, and takes it back. message_id gets the new
 * message's id. False with answer telling why. answer is overwritten; caller releases it. */
bool chat_send(struct link *link, const char *chat_id, const char *text,
               char message_id[static CHAT_ID_LEN], struct api_answer *answer);
bool chat_reply(struct link *link, const char *to, const char *text,
                char message_id[static CHAT_ID_LEN], struct api_answer *answer);
bool chat_recall(struct link *link, const char *message_id, struct api_answer *answer);

#endif
