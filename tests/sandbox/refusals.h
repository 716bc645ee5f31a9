/* Pure. How the Open API says no: the codes it gives here, each with its HTTP status and message.
 */
#ifndef SANDBOX_REFUSALS_H
#define SANDBOX_REFUSALS_H

#include <stdint.h>

struct exchange;

enum refusal {
    REFUSAL_BAD_REQUEST = 9499,
    REFUSAL_TOKEN_PARAM = 10003,
    REFUSAL_NO_APP = 10014,
    REFUSAL_SECRET = 10015,
    REFUSAL_PARAM = 230001,
    REFUSAL_NOT_IN_CHAT = 230002,
    REFUSAL_RECALLED = 230011,
    REFUSAL_NOT_OWNER = 230017,
    REFUSAL_CHAT_RATE = 230020,
    REFUSAL_TOO_LONG = 230025,
    REFUSAL_RECALL = 230026,
    REFUSAL_RECEIVER = 230034,
    REFUSAL_CARD = 230099,
    REFUSAL_EMOJI = 231001,
    REFUSAL_NO_MESSAGE = 231003,
    REFUSAL_NO_REACTION = 231011,
    REFUSAL_PATH = 99991201,
    REFUSAL_API_RATE = 99991400,
    REFUSAL_NO_TOKEN = 99991661,
    REFUSAL_TENANT_TOKEN = 99991663,
    REFUSAL_APP_TOKEN = 99991664,
    REFUSAL_USER_TOKEN = 99991668,
    REFUSAL_TOKEN_KIND = 99991671,
    REFUSAL_OPEN_ID = 99992351,
    REFUSAL_FIELD = 99992402
};

/* Answers the code with the HTTP status that is its own (400 if it is not known here). detail is
 * added to the message, "" for none. A rate refusal also tells when there is more. */
void refusals_answer(struct exchange *exchange, int64_t code, const char *detail);

/* REFUSAL_FIELD: which field, and what is wrong with it. */
void refusals_answer_field(struct exchange *exchange, const char *field, const char *wrong);

#endif
