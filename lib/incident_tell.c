#include "incident_tell.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "incident_ring.h"
#include "incident_show.h"
#include "log.h"
#include "memory.h"
#include "service.h"
#include "storm.h"

/* The digest lists it no more; if that cannot be shown now, a tick does it. */
static void leave(struct incident_work *work)
{
    struct error ignored = ERROR_INIT;
    (void)storm_refresh(work->service, work->receiver, work->deadline_ms, &ignored);
}

static void replace(char **text, const char *by)
{
    free(*text);
    *text = by == NULL ? NULL : memory_copy(by);
}

/* The card shows the change and its thread has not been told: that comes again, and is found by
 * what is stored of the alerts. What is known of the card is stored all the same: otherwise each
 * attempt would use up on the card what the platform's rates leave for the thread. */
static void keep_card(const struct incident_work *work)
{
    struct error error = ERROR_INIT;
    const struct incident *now = &work->incident;
    struct incident_work before = *work;
    before.incident = (struct incident){ .stage = INCIDENT_OPENING };
    if (incident_load(work->service, work->key, &before.incident, &error) == STORE_OK) {
        struct incident *incident = &before.incident;
        memcpy(incident->id, now->id, sizeof(incident->id));
        replace(&incident->message_id, now->message_id);
        replace(&incident->shown, now->shown);
        incident->posted_ms = now->posted_ms;
        incident->sending_ms = now->sending_ms;
        incident->stage = INCIDENT_OPEN;
        if (!incident_store(&before, &error))
            log_error(work->service->log, "an incident is not recorded: %s", error.text);
    }
    incident_release(&before.incident);
}

enum card_post_result incident_tell(struct incident_work *work,
                                    const struct incident_change *change, struct error *error)
{
    struct incident *incident = &work->incident;
    const bool was_gathered = incident->stage == INCIDENT_GATHERED;
    const bool was_shown = incident->message_id != NULL;
    const bool changed = change->joined > 0 || change->resolved > 0;
    if (was_gathered && changed && storm_admits(work))
        incident->stage = INCIDENT_OPENING;
    if (incident->stage == INCIDENT_GATHERED)
        return storm_show(work, error);
    enum card_post_result result = incident_show(work, error);
    if (result == CARD_POST_DONE && was_shown) {
        result = incident_ring(work, change, error);
        if (result != CARD_POST_DONE)
            keep_card(work);
    }
    if (result == CARD_POST_DONE && was_gathered)
        leave(work);
    return result;
}
