#include "storm_send.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "content.h"
#include "error.h"
#include "memory.h"
#include "service.h"
#include "store.h"
#include "storm_lines.h"
#include "tree.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    INT64_C(86400000)

/* A digest to which nothing was added for some time belongs to an earlier storm: a new card is seen
 * where an update is not. */
enum { JOIN_MINUTES = 10, UPDATE_DAYS = 13, STORED_DAYS = 30 };

/* The lines, and the digest of each, by its place in the storm. */
struct plan {
    const struct digest_line **lines; /* what matters most first */
    size_t count;
    size_t *places;
};

enum { NOWHERE = -1 };

static bool store(struct storm_sending *sending, struct error *error)
{
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    storm_print(&sending->storm, &text);
    const bool done =
        !text.failed && store_put(sending->service->store, sending->key, buf_text(&text), text.len,
                                  STORED_DAYS * DAY_MS, clock_wall_ms(), error) == STORE_OK;
    buf_release(&text);
    return done;
}

/* Whether more lines may be added to the digest. */
static bool is_open(const struct digest *digest, int64_t now_ms)
{
    return digest->joined_ms > now_ms - JOIN_MINUTES * MINUTE_MS;
}

/* Finds a place for each line that has none. */
static void place_others(struct storm *storm, struct plan *plan, int64_t now_ms)
{
    size_t used = 0;
    size_t last = storm->count;
    if (storm->count > 0 && is_open(&storm->digests[storm->count - 1], now_ms))
        last = storm->count - 1;
    for (size_t i = 0; i < plan->count; i++)
        used += plan->places[i] == last ? digest_line_cost(plan->lines[i]) : 0;
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->places[i] != (size_t)NOWHERE)
            continue;
        const size_t cost = digest_line_cost(plan->lines[i]);
        if (last == storm->count || used + cost > DIGEST_LINES_BYTES) {
            (void)storm_begin(storm);
            last = storm->count - 1;
            used = 0;
        }
        used += cost;
        plan->places[i] = last;
        storm->digests[last].joined_ms = now_ms;
    }
}

static struct plan make_plan(struct storm *storm, const struct storm_lines *lines)
{
    struct plan plan = {
        .lines = memory_zero(lines->count + 1, sizeof(struct digest_line *)),
        .count = lines->count,
        .places = memory_zero(lines->count + 1, sizeof(*plan.places)),
    };
    for (size_t i = 0; i < lines->count; i++)
        plan.lines[i] = &lines->lines[i];
    qsort(plan.lines, plan.count, sizeof(struct digest_line *), digest_line_compare);
    for (size_t i = 0; i < plan.count; i++) {
        const struct digest *digest = storm_find(storm, plan.lines[i]->incident);
        plan.places[i] = digest == NULL ? (size_t)NOWHERE : (size_t)(digest - storm->digests);
    }
    place_others(storm, &plan, clock_wall_ms());
    return plan;
}

static void release_plan(struct plan *plan)
{
    free(plan->lines);
    free(plan->places);
}

static bool is_same(struct json_object *one, struct json_object *other)
{
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    struct buf other_text = BUF_INIT(STORE_VALUE_MAX);
    tree_print(one, &text);
    tree_print(other, &other_text);
    const bool same = strcmp(buf_text(&text), buf_text(&other_text)) == 0;
    buf_release(&text);
    buf_release(&other_text);
    return same;
}

/* The digest gets a new message: another id, so that no uuid is used twice. */
static void begin_anew(struct digest *digest)
{
    cipher_random_hex(digest->id, (INCIDENT_ID_LEN - 1) / 2);
    free(digest->message_id);
    digest->message_id = NULL;
    digest->sending_ms = 0;
}

/* A POST, and what it came to. *repeated: an earlier one of unknown outcome may have shown
 * something else. */
static enum card_post_result post(struct storm_sending *sending, struct digest *digest,
                                  struct json_object *card, bool calm, bool *repeated,
                                  struct error *error)
{
    char uuid[CONTENT_UUID_LEN];
    char message_id[DELIVERY_ID_LEN];
    const int64_t now_ms = clock_wall_ms();
    const int64_t uuid_life_ms = sending->service->config->uuid_life_s * 1000;
    if (digest->sending_ms != 0 && now_ms - digest->sending_ms > uuid_life_ms)
        begin_anew(digest);
    *repeated = digest->sending_ms != 0;
    if (!*repeated)
        digest->sending_ms = now_ms;
    if (!store(sending, error))
        return CARD_POST_LATER;
    content_uuid(digest->id, calm ? "digest-calm" : "digest", uuid);
    const enum card_post_result result =
        card_post(sending->service, sending->receiver, card, uuid, sending->deadline_ms, message_id,
                  &sending->wait_s, error);
    if (result == CARD_POST_DONE) {
        digest->message_id = memory_copy(message_id);
        digest->posted_ms = now_ms;
        digest->sending_ms = 0;
    } else if (!*repeated && result != CARD_POST_UNKNOWN) {
        digest->sending_ms = 0;
    }
    return result;
}

/* is_last: there is nothing more to say than that it is over, which needs no new card. */
static enum card_post_result send_card(struct storm_sending *sending, struct digest *digest,
                                       struct json_object *card, bool calm, bool is_last,
                                       struct error *error)
{
    bool repeated = true;
    enum card_post_result result = CARD_POST_GONE;
    const bool is_young = digest->posted_ms > clock_wall_ms() - UPDATE_DAYS * DAY_MS;
    if (digest->message_id != NULL && is_young)
        result = card_post_update(sending->service, sending->receiver, digest->message_id, card,
                                  sending->deadline_ms, &sending->wait_s, error);
    if (result != CARD_POST_GONE)
        return result;
    if (is_last)
        return CARD_POST_DONE;
    *error = (struct error)ERROR_INIT;
    if (digest->message_id != NULL)
        begin_anew(digest);
    result = post(sending, digest, card, calm, &repeated, error);
    if (result == CARD_POST_DONE && repeated)
        result = card_post_update(sending->service, sending->receiver, digest->message_id, card,
                                  sending->deadline_ms, &sending->wait_s, error);
    return result;
}

/* Shows the lines on the digest; where it is refused, without its mentions. */
static enum card_post_result show(struct storm_sending *sending, struct digest *digest,
                                  const struct digest_line *const *lines, size_t count,
                                  const struct storm_lines *all, struct error *error)
{
    enum card_post_result result = CARD_POST_CONTENT;
    for (int calm = 0; calm <= 1 && result == CARD_POST_CONTENT; calm++) {
        const struct digest_view view = {
            .language = sending->receiver->language,
            .url = all->url,
            .people = all->people,
            .people_count = calm ? 0 : all->people_count,
        };
        struct json_object *card = digest_card(lines, count, &view);
        *error = (struct error)ERROR_INIT;
        result = send_card(sending, digest, card, calm, count == 0, error);
        tree_free(card);
    }
    return result;
}

/* One digest of the storm. */
static enum card_post_result settle(struct storm_sending *sending, size_t place,
                                    const struct plan *plan, const struct storm_lines *all,
                                    struct error *error)
{
    enum card_post_result result = CARD_POST_DONE;
    struct digest *digest = &sending->storm.digests[place];
    struct json_object *shown = tree_new_object();
    const struct digest_line **lines = memory_zero(plan->count + 1, sizeof(struct digest_line *));
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        char said[DIGEST_SAID_LEN];
        if (plan->places[i] != place)
            continue;
        lines[count++] = plan->lines[i];
        digest_said(plan->lines[i], said);
        tree_set_text(shown, plan->lines[i]->incident, said);
    }
    if (!is_same(shown, digest->shown))
        result = show(sending, digest, lines, count, all, error);
    if (result == CARD_POST_DONE) {
        tree_free(digest->shown);
        digest->shown = tree_share(shown);
    }
    tree_free(shown);
    free(lines);
    return result;
}

enum card_post_result storm_send(struct storm_sending *sending, const struct storm_lines *lines,
                                 struct error *error)
{
    enum card_post_result result = CARD_POST_DONE;
    struct plan plan = make_plan(&sending->storm, lines);
    for (size_t i = 0; i < sending->storm.count && result == CARD_POST_DONE; i++)
        result = settle(sending, i, &plan, lines, error);
    release_plan(&plan);
    storm_tidy(&sending->storm);
    if (!store(sending, error))
        result = CARD_POST_LATER;
    return result;
}
