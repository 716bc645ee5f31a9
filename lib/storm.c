#include "storm.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "config.h"
#include "digest.h"
#include "error.h"
#include "incident_show.h"
#include "log.h"
#include "memory.h"
#include "rate.h"
#include "service.h"
#include "storm_lines.h"
#include "storm_send.h"

#define MINUTE_MS INT64_C(60000)
#define SECOND_MS INT64_C(1000)

enum { OWN_CARDS_A_MINUTE = 10, UPDATES_A_SECOND = 1 };

static bool takes(const struct service *service, const char *what,
                  const struct config_receiver *receiver, int64_t window_ms, int64_t most)
{
    int64_t wait_ms;
    char *name = memory_format("%s:%s", what, receiver->chat);
    const struct rate rate = { name, window_ms, most };
    const bool allowed = rate_take(service->store, &rate, clock_wall_ms(), &wait_ms);
    free(name);
    return allowed;
}

bool storm_admits(const struct incident_work *work)
{
    return work->unrecorded || work->receiver->chat[0] == '\0' ||
           takes(work->service, "incidents", work->receiver, MINUTE_MS, OWN_CARDS_A_MINUTE);
}

static char *storm_key(const struct config_receiver *receiver)
{
    return memory_format("storm:%s", receiver->chat);
}

/* The chat's storm; an empty one if there is none, or none that can be read. */
static void load(struct service *service, const char *key, struct storm *storm)
{
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    const enum store_result found = store_get(service->store, key, clock_wall_ms(), &text, &error);
    *storm = (struct storm){ NULL, 0 };
    if (found == STORE_FAILED ||
        (found == STORE_OK && !storm_parse(buf_text(&text), text.len, storm, &error)))
        log_error(service->log, "digests are begun anew: %s", error.text);
    buf_release(&text);
}

/* With the claim of the chat's storm. */
static enum card_post_result paint(struct storm_sending *sending, struct error *error)
{
    struct storm_lines lines;
    enum card_post_result result = CARD_POST_LATER;
    load(sending->service, sending->key, &sending->storm);
    if (!storm_lines_collect(&lines, sending->service, sending->receiver, error))
        return CARD_POST_LATER;
    if (lines.count == 0 && sending->storm.count == 0)
        result = CARD_POST_DONE;
    else if (takes(sending->service, "digests", sending->receiver, SECOND_MS, UPDATES_A_SECOND))
        result = storm_send(sending, &lines, error);
    else
        (void)error_set(error, ERROR_NETWORK, "the digest was updated a moment ago");
    storm_lines_release(&lines);
    return result;
}

/* Leaves in *storm what the chat's digests show. */
static enum card_post_result update(struct service *service, const struct config_receiver *receiver,
                                    int64_t deadline_ms, struct storm *storm, int64_t *wait_s,
                                    struct error *error)
{
    struct store_claim claim;
    enum card_post_result result = CARD_POST_LATER;
    char *key = storm_key(receiver);
    struct storm_sending sending = {
        .service = service,
        .receiver = receiver,
        .key = key,
        .deadline_ms = deadline_ms,
        .wait_s = 1,
    };
    const enum store_result claimed = store_claim(
        service->store, key, service->config->lease_s * SECOND_MS, clock_wall_ms(), &claim, error);
    if (claimed == STORE_OK) {
        struct error ignored = ERROR_INIT;
        result = paint(&sending, error);
        (void)store_release(service->store, key, &claim, clock_wall_ms(), &ignored);
    } else if (claimed == STORE_TAKEN) {
        (void)error_set(error, ERROR_NETWORK, "another process updates the digest");
    }
    *storm = sending.storm;
    *wait_s = sending.wait_s;
    free(key);
    return result;
}

static bool is_shown(const struct storm *storm, const struct incident *incident,
                     enum language language)
{
    if (incident_is_over(incident))
        return storm_find(storm, incident->id) == NULL;
    struct digest_line line = digest_line(incident, language);
    const bool shown = storm_shows(storm, &line);
    digest_line_release(&line);
    return shown;
}

enum card_post_result storm_show(struct incident_work *work, struct error *error)
{
    struct storm storm;
    struct incident *incident = &work->incident;
    const enum language language = work->receiver->language;
    char *key = storm_key(work->receiver);
    enum card_post_result result = CARD_POST_DONE;
    load(work->service, key, &storm);
    free(key);
    if (!is_shown(&storm, incident, language)) {
        storm_release(&storm);
        if (!incident_store(work, error))
            return CARD_POST_LATER;
        result =
            update(work->service, work->receiver, work->deadline_ms, &storm, &work->wait_s, error);
        if (is_shown(&storm, incident, language))
            result = CARD_POST_DONE;
        else if (result == CARD_POST_DONE)
            result = CARD_POST_LATER;
    }
    storm_release(&storm);
    if (result == CARD_POST_DONE && incident_is_over(incident))
        incident->stage = INCIDENT_OVER;
    return result;
}

enum card_post_result storm_refresh(struct service *service, const struct config_receiver *receiver,
                                    int64_t deadline_ms, struct error *error)
{
    int64_t wait_s;
    struct storm storm;
    const enum card_post_result result =
        update(service, receiver, deadline_ms, &storm, &wait_s, error);
    storm_release(&storm);
    return result;
}
