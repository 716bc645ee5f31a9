/* Pure. What the platform takes as the content of a message. */
#ifndef SANDBOX_RULES_H
#define SANDBOX_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

struct rules_verdict {
    int64_t code; /* 0: fine */
    char detail[160];
};

/* Judges a request of request_len bytes that sends content, as JSON text, as msg_type. */
struct rules_verdict rules_judge(const char *msg_type, const char *content, size_t request_len);

/* Whether the card, as JSON text, says that all see its changes: both cards of an update have to.
 */
bool rules_shared_card(const char *content);

#endif
