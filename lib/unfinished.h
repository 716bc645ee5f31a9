/* Effect. Folder commands whose runner is gone: people are told what is known, once. */
#ifndef FEISHU_UNFINISHED_H
#define FEISHU_UNFINISHED_H

#include <stdint.h>

#include "delivery.h"

struct error;
struct service;

#define UNFINISHED_KIND "commands" /* of the store's index */

/* The key of a message's record. Caller frees. */
char *unfinished_key(const char *message_id);

/* Goes on with a loaded record in the stage RECORD_BEGUN or RECORD_FINISHED whose runner does not
 * live and whose key this process has claimed: posts that the command was interrupted, or its
 * stored output. Results and message_id as of delivery_post. */
enum delivery_result unfinished_resume(struct service *service, struct delivery *delivery,
                                       int64_t deadline_ms, char message_id[static DELIVERY_ID_LEN],
                                       struct error *error);

/* Ends the claimed record of a folder command, which is DELIVERY_SENT or DELIVERY_DROPPED: it is
 * done, and no longer unfinished. */
void unfinished_end(struct service *service, struct delivery *delivery);

/* Looks for unfinished commands whose runner does not live, and goes on with each. For after an
 * answer: it takes as long as the platform takes. */
void unfinished_sweep(struct service *service);

#endif
