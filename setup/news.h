/* Effect. What the bot noted of the requests it served: see JOURNAL_KEY in journal.h. */
#ifndef SETUP_NEWS_H
#define SETUP_NEWS_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct json_object;
struct scene;

struct news {
    int64_t challenge_ms;     /* when the last challenge came, since the epoch; 0: never */
    int64_t event_ms;         /* when the last event came; 0: never */
    struct json_object *tree; /* the whole journal, {"events":[…]}; NULL if there is none yet */
};

/* Reads the journal from the configured store, as its owner. All of news is 0 if nothing was noted
 * yet. ERROR_STORE if the store cannot be used, or there is none ("none"). Caller releases. */
bool news_read(const struct scene *scene, struct news *news, struct error *error)
    __attribute__((warn_unused_result));
void news_release(struct news *news);

#endif
