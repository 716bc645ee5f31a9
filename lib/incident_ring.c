#include "incident_ring.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card.h"
#include "clock.h"
#include "config.h"
#include "content.h"
#include "incident_show.h"
#include "memory.h"

/* The newest start that alerts tell of: with the number of them it tells one change from the next.
 */
static int64_t newest_ms(const struct incident *incident)
{
    int64_t newest = 0;
    for (size_t i = 0; i < incident->group.count; i++) {
        const struct alert *alert = &incident->group.alerts[i];
        if (alert->firing && alert->starts_ms > newest)
            newest = alert->starts_ms;
    }
    return newest;
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
    /* An incident ends once, whoever finds that out first. */
    char *purpose =
        incident_is_over(incident)
            ? memory_copy(what)
            : memory_format("%s:%zu:%" PRId64, what, change->joined,
                            change->repeated ? clock_wall_ms() / 60000 : newest_ms(incident));
    content_uuid(incident->id, purpose, uuid);
    char *text = alert_card_note(incident, work->receiver->language, change->joined);
    const enum card_post_result result =
        card_post_note(work->service, work->receiver, incident->message_id, text, uuid,
                       work->deadline_ms, &work->wait_s, error);
    free(text);
    free(purpose);
    return result;
}
