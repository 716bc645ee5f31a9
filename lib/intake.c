#include "intake.h"

#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "incident_show.h"
#include "incident_tell.h"
#include "log.h"
#include "memory.h"
#include "reply.h"
#include "service.h"
#include "storm.h"
#include "transform.h"

bool intake_read(const struct config_receiver *receiver, const char *content_type,
                 const struct buf *body, struct alert_group *group, struct error *error)
{
    struct buf made = BUF_INIT(TRANSFORM_OUTPUT_MAX);
    const bool is_made = receiver->transform[0] != '\0';
    if (is_made && !transform(receiver->transform, body, &made, error)) {
        buf_release(&made);
        return false;
    }
    const struct buf *text = is_made ? &made : body;
    const bool done = alert_read(is_made ? "application/json" : content_type, buf_text(text),
                                 text->len, &receiver->severity, group, error);
    buf_release(&made);
    return done;
}

static void answer(struct incident_work *work, enum card_post_result result,
                   const struct error *error, struct reply *reply)
{
    const char *id = work->incident.message_id;
    if (result == CARD_POST_DONE) {
        if (id != NULL && id[0] != '\0')
            reply_set_message(reply, id);
        else
            reply_set(reply, 200, "posted");
        return;
    }
    reply_set(reply, 503, error->text);
    reply->retry_after_s = work->wait_s;
}

/* A card of its own for each payload: nothing can be remembered of it. */
static void post_plain(struct incident_work *work, struct alert_group *group, struct reply *reply)
{
    char id[INCIDENT_ID_LEN];
    struct error error = ERROR_INIT;
    cipher_random_hex(id, (INCIDENT_ID_LEN - 1) / 2);
    work->unrecorded = true;
    incident_open(&work->incident, id, clock_wall_ms(), group);
    answer(work, incident_show(work, &error), &error, reply);
}

/* Makes the stored incident and the group one. False if there is nothing to show. */
static bool take_in(struct incident_work *work, enum store_result found, struct alert_group *group,
                    struct incident_change *change)
{
    char id[INCIDENT_ID_LEN];
    *change = (struct incident_change){ 0 };
    if (found == STORE_OK && work->incident.stage != INCIDENT_OVER) {
        incident_merge(&work->incident, group, clock_wall_ms(), change);
        return true;
    }
    const bool fires = alert_count_firing(group->alerts, group->count) > 0;
    if (found == STORE_OK && !fires)
        return false;
    if (found == STORE_OK)
        incident_release(&work->incident);
    cipher_random_hex(id, (INCIDENT_ID_LEN - 1) / 2);
    incident_open(&work->incident, id, clock_wall_ms(), group);
    if (!storm_admits(work))
        work->incident.stage = INCIDENT_GATHERED;
    return true;
}

/* With the claim: loads, shows, tells, stores. */
static void work_on(struct incident_work *work, struct alert_group *group, struct reply *reply)
{
    struct incident_change change;
    struct error error = ERROR_INIT;
    const enum store_result found =
        incident_load(work->service, work->key, &work->incident, &error);
    if (found == STORE_FAILED) {
        log_error(work->service->log, "an incident gets a new card: %s", error.text);
        error = (struct error)ERROR_INIT;
    }
    if (!take_in(work, found, group, &change)) {
        reply_set(reply, 200, "it was over before");
        return;
    }
    const bool was_shown = work->incident.message_id != NULL;
    const enum card_post_result result = incident_tell(work, &change, &error);
    /* What an older card does not show is not stored either: the same payload comes again and does
     * the same. */
    struct error trouble = ERROR_INIT;
    const bool is_new = !was_shown || work->incident.message_id == NULL;
    if ((result == CARD_POST_DONE || is_new) && !incident_store(work, &trouble))
        log_error(work->service->log, "an incident is not recorded: %s", trouble.text);
    answer(work, result, &error, reply);
}

void intake(struct service *service, const struct config_receiver *receiver,
            struct alert_group *group, int64_t deadline_ms, struct reply *reply)
{
    struct store_claim claim;
    struct error error = ERROR_INIT;
    char *key = incident_key(receiver->name, group->key);
    struct incident_work work = {
        .service = service,
        .receiver = receiver,
        .key = key,
        .deadline_ms = deadline_ms,
        .wait_s = 1,
    };
    const bool remembers =
        receiver->chat[0] != '\0' && strcmp(service->config->store_url.data, "none") != 0;
    const enum store_result claimed =
        remembers ? store_claim(service->store, key, service->config->lease_s * 1000,
                                clock_wall_ms(), &claim, &error)
                  : STORE_FAILED;
    if (claimed == STORE_OK) {
        work_on(&work, group, reply);
        (void)store_release(service->store, key, &claim, clock_wall_ms(), &error);
    } else if (claimed == STORE_TAKEN) {
        reply_set(reply, 503, "another process works on this group");
        reply->retry_after_s = 1;
    } else {
        if (remembers)
            log_error(service->log, "an alert's card is posted without a record: %s", error.text);
        post_plain(&work, group, reply);
    }
    incident_release(&work.incident);
    alert_group_release(group);
    free(key);
}
