/* Effect. The steps of smoke: the end-to-end proof, and the end of what it left in the chat. */
#ifndef SETUP_SMOKE_H
#define SETUP_SMOKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chat.h"
#include "knock.h"
#include "scene.h"

struct finding;

/* All of it is over in less than 10 s: so long the steps may take, and so long everything. */
enum { SMOKE_STEPS_MS = 6500, SMOKE_ALL_MS = 9500, SMOKE_REPLIES_MAX = 8 };

struct smoke {
    struct scene scene;
    struct knock knock; /* open if knocking */
    bool knocking;
    const char *chat;
    int64_t began_ms; /* clock_steady_ms */

    char uuid[CHAT_UUID_LEN];      /* of the message */
    bool posted;                   /* the message is in the chat, or may be */
    char message_id[CHAT_ID_LEN];  /* "" while it is not known */
    char event_id[KNOCK_ID_LEN];   /* of the event about it */
    bool uncertain;                /* whether the event was answered in the chat is not known */
    char answered_id[CHAT_ID_LEN]; /* of the reply, as the bot's URL says; or "" */
    bool may_read;                 /* the platform has shown that reply */
    char replies[SMOKE_REPLIES_MAX][CHAT_ID_LEN]; /* all that are known */
    size_t reply_count;
};

/* A step fills finding. Each wants those before it to have passed, or warned; but for the last one,
 * which takes back whatever there is. */
typedef void smoke_step(struct smoke *smoke, struct finding *finding);
smoke_step smoke_config;
smoke_step smoke_token;
smoke_step smoke_bot;
smoke_step smoke_message;
smoke_step smoke_event;
smoke_step smoke_reply;
smoke_step smoke_repeat;
smoke_step smoke_recall;

/* Posts the message; again, it is the same one, whose id becomes known. answer is overwritten;
 * caller releases it. */
bool smoke_post(struct smoke *smoke, struct api_answer *answer);

/* Posts the event about the message. True if the bot took it, as it takes what the platform sends;
 * reply_id then gets the reply that it names, or "". Else finding fails. */
bool smoke_knock(struct smoke *smoke, char reply_id[static CHAT_ID_LEN], struct finding *finding);

/* The finding for a step for which no time is left. */
void smoke_explain_late(struct finding *finding);

/* Keeps the reply in mind, so that it is recalled. */
void smoke_remember(struct smoke *smoke, const char *reply_id);

#endif
