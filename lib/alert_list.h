/* Effect. The incidents of a chat that are not over, as a list with numbers that people can use
 * afterwards. */
#ifndef FEISHU_ALERT_LIST_H
#define FEISHU_ALERT_LIST_H

#include <stdbool.h>
#include <stdint.h>

struct alert_command;
struct error;
struct operator_claim;
struct service;

/* The incidents of those receivers whose operator the person is, as far as they fit the command's
 * filter, what matters most first. Remembers the numbers for the chat. Caller frees; NULL if the
 * store cannot be used. */
char *alert_list(struct service *service, const struct operator_claim *claim,
                 const struct alert_command *command, struct error *error);

/* The key of the incident that the last list of the chat gave the number; NULL if it gave none.
 * Caller frees. */
char *alert_list_at(struct service *service, const char *chat_id, uint64_t number);

/* The key of the incident that is not over and whose card is one of the messages; NULL if there is
 * none. Caller frees. */
char *alert_list_find(struct service *service, const char *const *message_ids);

#endif
