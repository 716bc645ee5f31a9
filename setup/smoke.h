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

enum {
    SMOKE_ALL_MS = 9500,   /* what is promised to be over in less than 10 s */
    SMOKE_STEPS_MS = 7000, /* of these, all but the last step: less if the platform is slow */
    SMOKE_EVENT_MS = 3000, /* so long the platform waits for an answer to an event */
    SMOKE_REPLIES_MAX = 8
};

struct smoke {
    struct scene scene;
    struct knock knock; /* open if knocking */
    bool knocking;
    const char *chat;
    int64_t began_ms;     /* clock_steady_ms */
    int64_t steps_end_ms; /* likewise: when the last step begins at the latest */
    int64_t call_ms;      /* how long a call of the platform's API takes */

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

/* How long until the last step has to begin. */
int64_t smoke_left_ms(const struct smoke *smoke);

/* The finding for a step for which no time is left. */
void smoke_explain_late(struct finding *finding);

/* Keeps the reply in mind, so that it is recalled. */
void smoke_remember(struct smoke *smoke, const char *reply_id);

#endif
