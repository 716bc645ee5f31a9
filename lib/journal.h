/* Effect. What the setup tool wants to know of the past: when the last challenge and the last event
 * came, and the last 20 events handled. Ids and times only, never a text. That a challenge came is
 * a mark of this machine; it is in the store as well where machines share that. */
#ifndef FEISHU_JOURNAL_H
#define FEISHU_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

struct service;

#define JOURNAL_MARK "challenge" /* in the state folder */
#define JOURNAL_KEY  "journal"   /* in the store: {"challenge":ms,"event":ms,"events":[…]} */

/* What is noted of one request. Texts may be "". */
struct journal_entry {
    bool challenge; /* a url_verification; else an event */
    const char *event_id;
    const char *type;
    const char *message_id;
    const char *chat_id;
    const char *reply_id;
    int status;
    int64_t took_ms;
};

/* Notes the entry. One that our own tools caused (its event id begins with "feishu-setup-") is left
 * out. A store that fails costs the note, not more. */
void journal_note(struct service *service, const struct journal_entry *entry);

#endif
