/* Pure. What the platform's client makes of a bot's answer to a callback. */
#ifndef SANDBOX_PRESS_ANSWER_H
#define SANDBOX_PRESS_ANSWER_H

#include <stdint.h>

struct courier_result;
struct json_object;

/* What people see by its number when a press fails. */
enum press_error {
    PRESS_FINE = 0,
    PRESS_NOT_CONFIGURED = 200340,
    PRESS_LATE = 200341,
    PRESS_NO_CONNECTION = 200342,
    PRESS_NO_HOST = 200343,
    PRESS_BROKEN = 200080,
    PRESS_STATUS = 200671,
    PRESS_BODY = 200672,
    PRESS_CARD = 200673,
    PRESS_SCHEMA = 200830
};

struct press_answer {
    enum press_error error;
    char detail[192];          /* why, "" if all is well */
    struct json_object *tree;  /* the answer, owned; NULL if it is none */
    struct json_object *toast; /* borrowed from it, or NULL */
    char *card;                /* that takes the old one's place, as JSON; owned, or NULL */
};

/* Judges what came back for a press on the card old, as JSON. Caller releases. */
struct press_answer press_answer_judge(const struct courier_result *result, const char *body,
                                       const char *old);

/* What the number means. Static. */
const char *press_answer_explain(enum press_error error);

void press_answer_release(struct press_answer *answer);

#endif
