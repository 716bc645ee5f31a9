#include "journal.h"

#include <string.h>

#include "buf.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "mark.h"
#include "service.h"
#include "store.h"
#include "tree.h"

enum {
    EVENTS_MAX = 20,
    TRIES_MAX = 50 /* against other processes that note at the same time */
};

static const char own_prefix[] = "feishu-setup-";
static const int64_t journal_life_ms = INT64_C(400) * 24 * 3600 * 1000;

static struct json_object *entry_tree(const struct journal_entry *entry, int64_t now_ms)
{
    struct json_object *tree = tree_new_object();
    tree_set_int(tree, "time", now_ms);
    tree_set_text(tree, "event_id", entry->event_id);
    tree_set_text(tree, "type", entry->type);
    tree_set_text(tree, "message_id", entry->message_id);
    tree_set_text(tree, "chat_id", entry->chat_id);
    tree_set_text(tree, "reply_id", entry->reply_id);
    tree_set_int(tree, "status", entry->status);
    tree_set_int(tree, "ms", entry->took_ms);
    return tree;
}

/* The last events of the old list, and the new one. */
static struct json_object *append_event(struct json_object *old, const struct journal_entry *entry,
                                        int64_t now_ms)
{
    struct json_object *events = tree_new_array();
    size_t count = tree_count(old);
    for (size_t i = count < EVENTS_MAX ? 0 : count - EVENTS_MAX + 1; i < count; i++)
        tree_append(events, tree_share(tree_at(old, i)));
    tree_append(events, entry_tree(entry, now_ms));
    return events;
}

/* The journal as stored, with the entry, into next. One that cannot be read starts anew. */
static void renew(const struct buf *stored, const struct journal_entry *entry, int64_t now_ms,
                  struct buf *next)
{
    struct error ignored = ERROR_INIT;
    struct json_object *journal = tree_parse_object(buf_text(stored), stored->len, &ignored);
    if (journal == NULL)
        journal = tree_new_object();
    tree_set_int(journal, entry->challenge ? "challenge" : "event", now_ms);
    if (!entry->challenge)
        tree_set(journal, "events", append_event(tree_array(journal, "events"), entry, now_ms));
    tree_print(journal, next);
    tree_free(journal);
}

/* Whether it has been noted, or cannot be. */
static bool try_to_note(struct service *service, const struct journal_entry *entry)
{
    struct error error = ERROR_INIT;
    struct buf stored = BUF_INIT(STORE_VALUE_MAX);
    struct buf next = BUF_INIT(STORE_VALUE_MAX);
    int64_t now_ms = clock_wall_ms();
    enum store_result result = store_get(service->store, JOURNAL_KEY, now_ms, &stored, &error);
    if (result != STORE_FAILED)
        renew(&stored, entry, now_ms, &next);
    if (result != STORE_FAILED && !next.failed) {
        const struct store_change change = {
            .old = result == STORE_OK ? buf_text(&stored) : NULL,
            .old_len = stored.len,
            .value = buf_text(&next),
            .len = next.len,
            .life_ms = journal_life_ms,
        };
        result = store_put_if(service->store, JOURNAL_KEY, &change, now_ms, &error);
    }
    buf_release(&stored);
    buf_release(&next);
    return result != STORE_TAKEN;
}

void journal_note(struct service *service, const struct journal_entry *entry)
{
    if (strncmp(entry->event_id, own_prefix, strlen(own_prefix)) == 0)
        return;
    if (entry->challenge)
        mark_set(service->config->state_directory, JOURNAL_MARK, clock_wall_ms());
    if (entry->challenge && !store_is_shared(service->store))
        return;
    for (int i = 0; i < TRIES_MAX && !try_to_note(service, entry); i++)
        continue;
}
