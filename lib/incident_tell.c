#include "incident_tell.h"

#include <stddef.h>

#include "error.h"
#include "incident_ring.h"
#include "incident_show.h"
#include "storm.h"

/* The digest lists it no more; if that cannot be shown now, a tick does it. */
static void leave(struct incident_work *work)
{
    int64_t wait_s;
    struct error ignored = ERROR_INIT;
    (void)storm_refresh(work->service, work->receiver, work->deadline_ms, &wait_s, &ignored);
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
    if (result == CARD_POST_DONE && was_shown)
        result = incident_ring(work, change, error);
    if (result == CARD_POST_DONE && was_gathered)
        leave(work);
    return result;
}
