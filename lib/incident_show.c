#include "incident_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alert_card.h"
#include "buf.h"
#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "content.h"
#include "error.h"
#include "memory.h"
#include "service.h"
#include "tree.h"

#define DAY_MS INT64_C(86400000)

enum { OPEN_DAYS = 30, OVER_DAYS = 2, UPDATE_DAYS = 14, CLAIM_PAUSE_MS = 25 };

/* From the card as it should be to what is accepted whatever alerts hold: each is tried when the
 * one before it was refused for its content. */
enum plainness { CARD_FULL, CARD_WITHOUT_MENTIONS, CARD_BARE, PLAINNESS_COUNT };

static const char *const purposes[PLAINNESS_COUNT] = { "card", "card-calm", "card-bare" };

char *incident_button_key(const char *id)
{
    return memory_format("button:%s", id);
}

enum store_result incident_claim(const struct incident_work *work, int64_t until_ms,
                                 struct store_claim *claim)
{
    struct service *service = work->service;
    struct error error = ERROR_INIT;
    enum store_result result;
    while ((result = store_claim(service->store, work->key, service->config->lease_s * 1000,
                                 clock_wall_ms(), claim, &error)) == STORE_TAKEN &&
           clock_steady_ms() < until_ms)
        (void)nanosleep(&(const struct timespec){ 0, CLAIM_PAUSE_MS * 1000000L }, NULL);
    return result;
}

static bool store_button(struct incident_work *work, struct error *error)
{
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    struct json_object *tree = tree_new_object();
    char *key = incident_button_key(work->incident.id);
    tree_set_text(tree, "incident", work->key);
    tree_set_text(tree, "receiver", work->receiver->name);
    tree_print(tree, &text);
    const bool done = store_put(work->service->store, key, buf_text(&text), text.len,
                                OPEN_DAYS * DAY_MS, clock_wall_ms(), error) == STORE_OK;
    free(key);
    tree_free(tree);
    buf_release(&text);
    return done;
}

/* An entry of the index is on the disk at once, which takes its time: it is renewed but daily. */
static bool enter_index(struct incident_work *work, int64_t now_ms, struct error *error)
{
    struct incident *incident = &work->incident;
    if (incident->stage == INCIDENT_OVER || now_ms - incident->indexed_ms < DAY_MS)
        return true;
    if (store_index_add(work->service->store, INCIDENT_KIND, work->key, OPEN_DAYS * DAY_MS, now_ms,
                        error) != STORE_OK)
        return false;
    incident->indexed_ms = now_ms;
    return true;
}

static bool put(const struct incident_work *work, int64_t now_ms, struct error *error)
{
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    const int64_t days = work->incident.stage == INCIDENT_OVER ? OVER_DAYS : OPEN_DAYS;
    incident_print(&work->incident, &text);
    const bool done = !text.failed && store_put(work->service->store, work->key, buf_text(&text),
                                                text.len, days * DAY_MS, now_ms, error) == STORE_OK;
    buf_release(&text);
    return done;
}

/* A crash leaves an entry too many rather than an incident that cannot be found. */
bool incident_store(struct incident_work *work, struct error *error)
{
    struct incident *incident = &work->incident;
    const int64_t now_ms = clock_wall_ms();
    if (work->unrecorded)
        return true;
    if (!enter_index(work, now_ms, error))
        return false;
    const bool leaves = incident->stage == INCIDENT_OVER && incident->indexed_ms != 0;
    incident->stored_ms = now_ms;
    if (leaves)
        incident->indexed_ms = 0;
    if (!put(work, now_ms, error))
        return false;
    return !leaves ||
           store_index_remove(work->service->store, INCIDENT_KIND, work->key, error) == STORE_OK;
}

enum store_result incident_load(struct service *service, const char *key, struct incident *incident,
                                struct error *error)
{
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    enum store_result result = store_get(service->store, key, clock_wall_ms(), &text, error);
    if (result == STORE_OK && !incident_parse(buf_text(&text), text.len, incident, error))
        result = STORE_FAILED;
    buf_release(&text);
    return result;
}

static struct json_object *make_card(const struct incident_work *work, enum plainness plainness)
{
    struct config_receiver receiver = *work->receiver;
    const bool is_app = receiver.chat[0] != '\0';
    const struct alert_card_view view = {
        .receiver = &receiver,
        .way = is_app ? ALERT_CARD_APP : ALERT_CARD_CUSTOM,
        .can_act =
            is_app && !work->unrecorded && secret_is_set(&work->service->config->app.encrypt_key),
        .can_silence = receiver.alertmanager[0] != '\0' && work->incident.group.listed,
        .button = work->incident.id,
        .is_bare = plainness == CARD_BARE,
        .now_ms = clock_wall_ms(),
    };
    if (plainness != CARD_FULL)
        receiver.mention_count = 0;
    return alert_card(&work->incident, &view);
}

struct json_object *incident_card(const struct incident_work *work)
{
    return make_card(work, CARD_FULL);
}

/* The incident gets a new message: another id, so that no uuid is used twice. */
static void begin_anew(struct incident *incident)
{
    cipher_random_hex(incident->id, (INCIDENT_ID_LEN - 1) / 2);
    free(incident->message_id);
    free(incident->shown);
    incident->message_id = NULL;
    incident->shown = NULL;
    incident->sending_ms = 0;
    incident->stage = INCIDENT_OPENING;
}

static void remember_shown(struct incident *incident, struct json_object *card)
{
    free(incident->shown);
    incident->shown = alert_card_digest(card);
}

void incident_remember(struct incident_work *work, struct json_object *card)
{
    remember_shown(&work->incident, card);
}

/* What a POST came to. */
static void settle_post(struct incident *incident, enum card_post_result result, bool first,
                        const char *message_id, struct json_object *card)
{
    if (result == CARD_POST_DONE) {
        incident->message_id = memory_copy(message_id);
        incident->posted_ms = clock_wall_ms();
        incident->sending_ms = 0;
        incident->stage = INCIDENT_OPEN;
        /* A POST that was repeated may have found the card of the first one there. */
        if (first)
            remember_shown(incident, card);
        return;
    }
    if (first && result != CARD_POST_UNKNOWN)
        incident->sending_ms = 0;
}

static enum card_post_result post_as(struct incident_work *work, enum plainness plainness,
                                     struct error *error)
{
    char uuid[CONTENT_UUID_LEN];
    char message_id[DELIVERY_ID_LEN];
    struct incident *incident = &work->incident;
    const bool first = incident->sending_ms == 0;
    if (first)
        incident->sending_ms = clock_wall_ms();
    if (!work->unrecorded && (!store_button(work, error) || !incident_store(work, error)))
        return CARD_POST_LATER;
    struct json_object *card = make_card(work, plainness);
    content_uuid(incident->id, purposes[plainness], uuid);
    const enum card_post_result result =
        card_post(work->service, work->receiver, card, uuid, work->deadline_ms, message_id,
                  &work->wait_s, error);
    settle_post(incident, result, first, message_id, card);
    tree_free(card);
    return result;
}

/* Calls what posts or updates with ever plainer cards, until one is not refused for its content. */
static enum card_post_result
try_plainer(struct incident_work *work,
            enum card_post_result (*attempt)(struct incident_work *work, enum plainness plainness,
                                             struct error *error),
            struct error *error)
{
    enum card_post_result result = CARD_POST_CONTENT;
    for (int i = 0; i < PLAINNESS_COUNT && result == CARD_POST_CONTENT; i++) {
        *error = (struct error)ERROR_INIT;
        result = attempt(work, (enum plainness)i, error);
        if (result == CARD_POST_CONTENT)
            log_error(work->service->log, "a plainer card is tried: %s", error->text);
    }
    return result;
}

static enum card_post_result post(struct incident_work *work, struct error *error)
{
    struct incident *incident = &work->incident;
    const int64_t uuid_life_ms = work->service->config->uuid_life_s * 1000;
    /* Better a second card than none. */
    if (incident->sending_ms != 0 && clock_wall_ms() - incident->sending_ms > uuid_life_ms)
        begin_anew(incident);
    return try_plainer(work, post_as, error);
}

static enum card_post_result update_as(struct incident_work *work, enum plainness plainness,
                                       struct error *error)
{
    struct incident *incident = &work->incident;
    struct json_object *card = make_card(work, plainness);
    char *digest = alert_card_digest(card);
    enum card_post_result result = CARD_POST_DONE;
    if (incident->shown == NULL || strcmp(incident->shown, digest) != 0)
        result = card_post_update(work->service, work->receiver, incident->message_id, card,
                                  work->deadline_ms, &work->wait_s, error);
    if (result == CARD_POST_DONE)
        remember_shown(incident, card);
    free(digest);
    tree_free(card);
    return result;
}

static bool is_too_old(const struct incident *incident)
{
    return clock_wall_ms() - incident->posted_ms > UPDATE_DAYS * DAY_MS;
}

enum card_post_result incident_show(struct incident_work *work, struct error *error)
{
    struct incident *incident = &work->incident;
    enum card_post_result result = CARD_POST_GONE;
    if (incident->message_id != NULL && !is_too_old(incident))
        result = try_plainer(work, update_as, error);
    if (result == CARD_POST_GONE) {
        *error = (struct error)ERROR_INIT;
        if (incident->message_id != NULL)
            begin_anew(incident);
        result = post(work, error);
        const bool is_app = work->receiver->chat[0] != '\0';
        if (result == CARD_POST_DONE && is_app && incident->shown == NULL)
            result = try_plainer(work, update_as, error);
    }
    if (incident->stage == INCIDENT_OPEN && incident_is_over(incident) && result == CARD_POST_DONE)
        incident->stage = INCIDENT_OVER;
    return result;
}
