#include "incident_ring.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card.h"
#include "buf.h"
#include "clock.h"
#include "config.h"
#include "content.h"
#include "incident_show.h"

enum { MINUTE_MS = 60000 };

/* What tells one change from the next: alerts join by turns, be it with the same start. The same
 * change, told again after a crash, is the same. Caller releases. */
static struct buf purpose_of(const struct incident *incident, const struct incident_change *change,
                             const char *what)
{
    struct buf purpose = BUF_INIT(SIZE_MAX / 4);
    buf_add_text(&purpose, what);
    /* An incident ends once, whoever finds that out first. */
    if (incident_is_over(incident))
        return purpose;
    if (change->repeated) {
        buf_add_format(&purpose, ":%" PRId64, clock_wall_ms() / MINUTE_MS);
        return purpose;
    }
    for (size_t i = 0; i < incident->group.count; i++) {
        const struct alert *alert = &incident->group.alerts[i];
        if (alert->firing)
            buf_add_format(&purpose, ":%s:%" PRId64, alert->fingerprint, alert->starts_ms);
    }
    return purpose;
}

static bool rings(const struct config_receiver *receiver, const char *what)
{
    for (size_t i = 0; i < receiver->ring.count; i++) {
        if (strcmp(receiver->ring.items[i], what) == 0)
            return true;
    }
    return false;
}

/* What the thread is told of a change, or NULL: updating a card is silent. */
static const char *ring_of(const struct incident_work *work, const struct incident_change *change)
{
    const bool over = incident_is_over(&work->incident);
    const char *what = over ? "resolved" : change->joined > 0 ? "new" : "repeat";
    const bool is_change = change->joined > 0 || (over && change->resolved > 0);
    if (!is_change && (over || !change->repeated))
        return NULL;
    return rings(work->receiver, what) ? what : NULL;
}

enum card_post_result incident_ring(struct incident_work *work,
                                    const struct incident_change *change, struct error *error)
{
    char uuid[CONTENT_UUID_LEN];
    const struct incident *incident = &work->incident;
    const char *what = ring_of(work, change);
    if (what == NULL || work->receiver->chat[0] == '\0')
        return CARD_POST_DONE;
    struct buf purpose = purpose_of(incident, change, what);
    content_uuid(incident->id, buf_text(&purpose), uuid);
    char *text = alert_card_note(incident, work->receiver->language, change->joined);
    const enum card_post_result result =
        card_post_note(work->service, work->receiver, incident->message_id, text, uuid,
                       work->deadline_ms, &work->wait_s, error);
    free(text);
    buf_release(&purpose);
    return result;
}
