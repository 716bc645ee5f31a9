#include "deed.h"

#include <stdlib.h>
#include <string.h>

#include "alertmanager.h"
#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "incident_show.h"
#include "labels.h"
#include "log.h"
#include "matcher.h"
#include "memory.h"
#include "moment.h"
#include "service.h"
#include "silencing.h"
#include "words.h"

enum { ACTION_LEN = 8 };

static void say(const struct incident_work *work, struct deed *deed, const char *result,
                enum phrase phrase, const char *const *arguments)
{
    free(deed->said);
    deed->said = words_say(work->receiver->language, phrase, arguments);
    deed->result = result;
}

void deed_acknowledge(struct incident_work *work, struct deed *deed)
{
    struct incident *incident = &work->incident;
    if (incident->acknowledged.open_id != NULL) {
        char *time = moment_say(incident->acknowledged.at_ms, clock_wall_ms());
        say(work, deed, "acknowledged before", PHRASE_TOAST_TAKEN,
            WORDS(incident->acknowledged.name, time));
        free(time);
        return;
    }
    incident_deed_set(&incident->acknowledged, deed->person_id, deed->name, clock_wall_ms());
    deed->done = true;
    say(work, deed, "done", PHRASE_TOAST_ACKNOWLEDGED, WORDS(NULL));
}

static bool is_silenced(const struct incident *incident)
{
    return incident->silence_id != NULL && incident->silenced_until_ms > clock_wall_ms();
}

/* What did not come of a call. */
static void say_failure(const struct incident_work *work, struct deed *deed,
                        enum alertmanager_outcome outcome, const struct error *error)
{
    const struct silencing_failure failure = silencing_failure(outcome);
    say(work, deed, failure.result, failure.phrase, WORDS(error->text));
}

/* The group's own labels as matchers, or, where it is grouped by none, those that all alerts have.
 * Caller frees what is in the array, and it. */
static struct matcher *make_matchers(const struct incident *incident, size_t *count)
{
    const char *names[LABELS_MAX];
    const struct alert_group *group = &incident->group;
    struct json_object *labels = group->labels;
    size_t all = labels_names(labels, names);
    if (all == 0 && group->count > 0) {
        labels = group->alerts[0].labels;
        all = labels_names(labels, names);
    }
    struct matcher *matchers = memory_zero(all + 1, sizeof(*matchers));
    *count = 0;
    for (size_t i = 0; i < all; i++)
        matchers[(*count)++] =
            (struct matcher){ memory_copy(names[i]), memory_copy(labels_get(labels, names[i])),
                              false, true };
    return matchers;
}

static void free_matchers(struct matcher *matchers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        matcher_release(&matchers[i]);
    free(matchers);
}

/* An earlier attempt of unknown outcome has left its action's id. */
static enum alertmanager_outcome make(struct incident_work *work,
                                      const struct config_alertmanager *alertmanager,
                                      const struct deed *deed, int64_t now_ms,
                                      char id[static ALERTMANAGER_ID_LEN], struct error *error)
{
    char action[2 * ACTION_LEN + 1];
    struct incident *incident = &work->incident;
    struct silencing silence = {
        .alertmanager = alertmanager,
        .starts_ms = now_ms,
        .ends_ms = now_ms + deed->silence_ms,
        .author = deed->name,
        .tried = incident->pending_id != NULL,
    };
    if (!silence.tried) {
        cipher_random_hex(action, ACTION_LEN);
        incident->pending_id = memory_copy(action);
        /* What is not stored cannot be looked for afterwards. */
        if (!incident_store(work, error))
            return ALERTMANAGER_UNREACHED;
    }
    const char *card = incident->message_id == NULL ? "" : incident->message_id;
    char *about = memory_format("Feishu card %s", card);
    struct matcher *matchers = make_matchers(incident, &silence.matcher_count);
    silence.matchers = matchers;
    silence.about = about;
    silence.action = incident->pending_id;
    const enum alertmanager_outcome outcome =
        silencing_make(&silence, work->deadline_ms, id, error);
    free_matchers(matchers, silence.matcher_count);
    free(about);
    return outcome;
}

static void take_silence(struct incident_work *work, struct deed *deed, const char *id,
                         int64_t until_ms)
{
    struct incident *incident = &work->incident;
    free(incident->silence_id);
    free(incident->pending_id);
    incident->silence_id = memory_copy(id);
    incident->pending_id = NULL;
    incident->silenced_until_ms = until_ms;
    incident_deed_set(&incident->silenced, deed->person_id, deed->name, clock_wall_ms());
    deed->done = true;
    char *time = moment_say(until_ms, clock_wall_ms());
    say(work, deed, "done", PHRASE_TOAST_SILENCED, WORDS(time));
    free(time);
}

void deed_silence(struct incident_work *work, struct deed *deed)
{
    char id[ALERTMANAGER_ID_LEN];
    struct error error = ERROR_INIT;
    struct incident *incident = &work->incident;
    const int64_t now_ms = clock_wall_ms();
    const struct config_alertmanager *alertmanager =
        config_alertmanager(work->service->config, work->receiver->alertmanager);
    if (is_silenced(incident)) {
        char *time = moment_say(incident->silenced_until_ms, now_ms);
        say(work, deed, "silenced before", PHRASE_TOAST_SILENT,
            WORDS(incident->silenced.name == NULL ? "?" : incident->silenced.name, time));
        free(time);
        return;
    }
    /* One that knows nothing of these alerts would silence others, or nothing. */
    if (alertmanager == NULL || !incident->group.listed) {
        say(work, deed, "no Alertmanager", PHRASE_NO_ALERTMANAGER, WORDS(NULL));
        return;
    }
    const enum alertmanager_outcome outcome = make(work, alertmanager, deed, now_ms, id, &error);
    if (outcome == ALERTMANAGER_DONE) {
        take_silence(work, deed, id, now_ms + deed->silence_ms);
        return;
    }
    if (outcome != ALERTMANAGER_UNKNOWN) {
        free(incident->pending_id);
        incident->pending_id = NULL;
    }
    say_failure(work, deed, outcome, &error);
}

void deed_unsilence(struct incident_work *work, struct deed *deed)
{
    struct error error = ERROR_INIT;
    struct incident *incident = &work->incident;
    const struct config_alertmanager *alertmanager =
        config_alertmanager(work->service->config, work->receiver->alertmanager);
    if (!is_silenced(incident) || alertmanager == NULL) {
        say(work, deed, "not silenced", PHRASE_TOAST_NOT_SILENT, WORDS(NULL));
        return;
    }
    const enum alertmanager_outcome outcome =
        alertmanager_expire(alertmanager, incident->silence_id, work->deadline_ms, &error);
    /* One that Alertmanager does not know is over too. */
    if (outcome != ALERTMANAGER_DONE && outcome != ALERTMANAGER_REFUSED) {
        say_failure(work, deed, outcome, &error);
        return;
    }
    free(incident->silence_id);
    incident->silence_id = NULL;
    incident->silenced_until_ms = 0;
    incident_deed_clear(&incident->silenced);
    deed->done = true;
    say(work, deed, "done", PHRASE_TOAST_UNSILENCED, WORDS(NULL));
}

void deed_audit(struct log *log, const struct deed *deed, const char *what, const char *where,
                const char *about)
{
    const struct log_deed line = {
        .who = deed->person_id,
        .name = deed->name,
        .what = what,
        .where = where,
        .about = about,
        .result = deed->result,
    };
    log_audit(log, &line);
}
