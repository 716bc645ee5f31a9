/* Effect. What the platform tells an app about itself: whether it is enabled, and its versions. */
#ifndef SETUP_APP_STATE_H
#define SETUP_APP_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct api_answer;
struct finding;
struct link;

/* As application/v6 counts them. */
enum app_state_status { APP_STATE_DISABLED = 0, APP_STATE_ENABLED = 1, APP_STATE_NOT_YET = 2 };
enum app_state_verdict {
    APP_STATE_UNKNOWN = 0,
    APP_STATE_APPROVED = 1,
    APP_STATE_REJECTED = 2,
    APP_STATE_IN_REVIEW = 3,
    APP_STATE_NOT_SUBMITTED = 4
};

struct app_state_version {
    bool there;
    bool readable; /* else nothing below is known, and number is the id */
    char id[64];
    char number[64]; /* "1.0.0" */
    int64_t verdict; /* enum app_state_verdict */
    bool messages;   /* it has subscribed to im.message.receive_v1 */
    bool greetings;  /* … to im.chat.member.bot.added_v1 */
};

struct app_state {
    int64_t status; /* enum app_state_status */
    struct app_state_version online;
    struct app_state_version waiting; /* the one that is not online yet, or was rejected */
};

/* Asks the platform. False, with answer telling why, if it does not say. answer is overwritten;
 * caller releases it. */
bool app_state_read(struct link *link, struct app_state *state, struct api_answer *answer);

/* A finding for when it does not say: a skip with the scope that lets us see, if that is why. */
void app_state_explain(const struct link *link, const struct api_answer *answer,
                       struct finding *finding);

/* The skip alone: for a version that is not readable. */
void app_state_explain_scope(const struct link *link, struct finding *finding);

#endif
