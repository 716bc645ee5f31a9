#include "news.h"

#include <string.h>

#include "buf.h"
#include "clock.h"
#include "error.h"
#include "journal.h"
#include "mark.h"
#include "owner.h"
#include "scene.h"
#include "store.h"
#include "tree.h"

/* Reads the journal's text, and when a challenge came to this machine, as who may. */
static enum store_result read_journal(const struct scene *scene, struct buf *text,
                                      int64_t *marked_ms, struct error *error)
{
    struct owner owner;
    uid_t user = 0;
    gid_t group = 0;
    const char *url = scene->link.config.store_url.data;
    if (!place_user(&scene->place, &user, &group))
        user = 0;
    if (!owner_become(&owner, url, user, error))
        return STORE_FAILED;
    struct store *store = store_open(url);
    const enum store_result result = store_get(store, JOURNAL_KEY, clock_wall_ms(), text, error);
    store_close(store);
    *marked_ms = mark_get(scene->link.config.state_directory, JOURNAL_MARK);
    owner_return(&owner);
    return result;
}

bool news_read(const struct scene *scene, struct news *news, struct error *error)
{
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    *news = (struct news){ 0, 0, NULL };
    int64_t marked_ms = 0;
    const enum store_result result = read_journal(scene, &text, &marked_ms, error);
    if (result == STORE_OK)
        news->tree = tree_parse_object(buf_text(&text), text.len, error);
    (void)tree_int(news->tree, "challenge", &news->challenge_ms);
    (void)tree_int(news->tree, "event", &news->event_ms);
    if (news->challenge_ms < marked_ms)
        news->challenge_ms = marked_ms;
    buf_release(&text);
    return result == STORE_ABSENT || (result == STORE_OK && news->tree != NULL);
}

void news_release(struct news *news)
{
    tree_free(news->tree);
    *news = (struct news){ 0, 0, NULL };
}
