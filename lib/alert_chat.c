#include "alert_chat.h"

#include <stdlib.h>
#include <string.h>

#include "action.h"
#include "alert_list.h"
#include "alert_silences.h"
#include "clock.h"
#include "config.h"
#include "deed.h"
#include "error.h"
#include "event.h"
#include "incident_show.h"
#include "log.h"
#include "memory.h"
#include "operator.h"
#include "person.h"
#include "reply.h"
#include "service.h"
#include "tick.h"
#include "work.h"

/* After the request began: until another process lets go of an incident, until all is done but the
 * answer. */
enum { CLAIM_MS = 800, WORK_MS = 1500 };

static int64_t deadline_of(const struct work *work)
{
    return work->service->started_ms + WORK_MS;
}

/* Another delivery does it. */
static void put_off(struct work *work, const char *reason)
{
    work_release_claim(work);
    reply_set(work->reply, 503, reason);
}

static void list_alerts(struct work *work)
{
    struct error error = ERROR_INIT;
    const struct operator_claim claim = operator_of(work->event);
    char *list = alert_list(work->service, &claim, &work->action->alerts, &error);
    if (list == NULL)
        put_off(work, error.text);
    else
        work_answer_text(work, list);
    free(list);
}

static void audit(const struct work *work, const struct deed *deed, const char *about)
{
    deed_audit(work->service->log, deed, alert_command_name(work->action->alerts.kind),
               work->event->chat_id, about);
}

/* Shows what was done on the card. What cannot be shown now, a tick shows. */
static void show(struct incident_work *incident_work, const struct deed *deed)
{
    struct error error = ERROR_INIT;
    const bool is_pending = incident_work->incident.pending_id != NULL;
    if (!deed->done && !is_pending)
        return;
    if (deed->done && incident_show(incident_work, &error) != CARD_POST_DONE)
        log_error(incident_work->service->log, "a card shows later what was done: %s", error.text);
    error = (struct error)ERROR_INIT;
    if (!incident_store(incident_work, &error))
        log_error(incident_work->service->log, "what was done is not recorded: %s", error.text);
}

/* With the incident claimed. */
static void act(struct work *work, struct incident_work *incident_work,
                void (*perform)(struct incident_work *incident_work, struct deed *deed))
{
    struct error error = ERROR_INIT;
    struct incident *incident = &incident_work->incident;
    const enum store_result found =
        incident_load(work->service, incident_work->key, incident, &error);
    if (found != STORE_OK || incident->stage == INCIDENT_OVER) {
        work_answer_phrase(work, PHRASE_TOAST_OVER, WORDS(NULL));
        incident_release(incident);
        return;
    }
    const char *person = work->event->message.sender_id;
    char *name = person_name(work->service, person, incident_work->deadline_ms);
    struct deed deed = {
        .person_id = person,
        .name = name,
        .silence_ms = work->action->alerts.silence_ms,
        .result = "",
    };
    perform(incident_work, &deed);
    show(incident_work, &deed);
    audit(work, &deed, incident->message_id == NULL ? "" : incident->message_id);
    work_answer_text(work, deed.said);
    free(deed.said);
    free(name);
    incident_release(incident);
}

/* The incident that is meant: by its number, or by its card. Caller frees. */
static char *find_key(const struct work *work)
{
    const struct event_message *message = &work->event->message;
    const uint64_t number = work->action->alerts.number;
    const char *const ids[] = { message->parent_id, message->root_id, NULL };
    if (number > 0)
        return alert_list_at(work->service, work->event->chat_id, number);
    return message->parent_id[0] == '\0' ? NULL : alert_list_find(work->service, ids);
}

/* Says why there is no incident to act on. */
static void answer_nothing(struct work *work)
{
    const struct alert_command *command = &work->action->alerts;
    char *number = memory_format("%llu", (unsigned long long)command->number);
    if (command->number > 0)
        work_answer_phrase(work, PHRASE_NOT_LISTED, WORDS(number));
    else if (work->event->message.parent_id[0] != '\0')
        work_answer_phrase(work, PHRASE_NO_CARD, WORDS(NULL));
    else
        work_answer_phrase(work, alert_command_usage(command->kind), WORDS(NULL));
    free(number);
}

/* Does it to the incident that is meant, if the person may. */
static void act_on_incident(struct work *work,
                            void (*perform)(struct incident_work *incident_work, struct deed *deed))
{
    struct store_claim taken;
    struct error error = ERROR_INIT;
    struct service *service = work->service;
    const struct operator_claim claim = operator_of(work->event);
    char *key = find_key(work);
    const struct config_receiver *receiver =
        key == NULL ? NULL : incident_receiver(service->config, key);
    if (receiver == NULL || !operator_may_act(service->config, receiver, &claim)) {
        answer_nothing(work);
        free(key);
        return;
    }
    struct incident_work incident_work = {
        .service = service,
        .receiver = receiver,
        .key = key,
        .deadline_ms = deadline_of(work),
    };
    if (incident_claim(&incident_work, service->started_ms + CLAIM_MS, &taken) != STORE_OK) {
        put_off(work, "another process works on this incident");
    } else {
        act(work, &incident_work, perform);
        (void)store_release(service->store, key, &taken, clock_wall_ms(), &error);
    }
    free(key);
}

static void acknowledge(struct work *work)
{
    act_on_incident(work, deed_acknowledge);
}

/* The Alertmanager that the person may act on here; NULL if there is none. */
static const struct config_alertmanager *find_alertmanager(const struct work *work)
{
    const struct config *config = work->service->config;
    const struct operator_claim claim = operator_of(work->event);
    const bool acts = alert_command_acts(work->action->alerts.kind);
    for (size_t i = 0; i < config->receiver_count; i++) {
        const struct config_receiver *receiver = &config->receivers[i];
        const bool may =
            acts ? operator_may_act(config, receiver, &claim) : operator_is_one(receiver, &claim);
        if (may && receiver->alertmanager[0] != '\0')
            return config_alertmanager(config, receiver->alertmanager);
    }
    return NULL;
}

/* Cards show at once what was silenced, as far as there is time; the rest at the next tick. */
static void show_silences(const struct work *work)
{
    struct tick result;
    tick(work->service, work_deadline(work), &result);
}

/* Does something to an Alertmanager's silences. */
static void act_on_silences(struct work *work,
                            void (*perform)(struct service *service, struct alert_silences *order,
                                            struct deed *deed))
{
    const char *person = work->event->message.sender_id;
    struct deed deed = { .person_id = person, .result = "" };
    struct alert_silences order = {
        .alertmanager = find_alertmanager(work),
        .command = &work->action->alerts,
        .message_id = work->event->message.id,
        .deadline_ms = deadline_of(work),
    };
    if (order.alertmanager == NULL) {
        work_answer_phrase(work, PHRASE_NO_ALERTMANAGER, WORDS(NULL));
        return;
    }
    const bool acts = alert_command_acts(order.command->kind);
    char *name = acts ? person_name(work->service, person, order.deadline_ms) : memory_copy("");
    deed.name = name;
    perform(work->service, &order, &deed);
    if (acts)
        audit(work, &deed, order.about);
    work_answer_text(work, deed.said);
    if (deed.done)
        show_silences(work);
    free(order.about);
    free(deed.said);
    free(name);
}

static void list_silences(struct work *work)
{
    act_on_silences(work, alert_silences_list);
}

static void silence(struct work *work)
{
    if (work->action->alerts.matcher_count == 0)
        act_on_incident(work, deed_silence);
    else
        act_on_silences(work, alert_silences_make);
}

static void unsilence(struct work *work)
{
    act_on_silences(work, alert_silences_end);
}

void alert_chat(struct work *work)
{
    static void (*const performers[])(struct work * work) = {
        [ALERT_COMMAND_ALERTS] = list_alerts,      [ALERT_COMMAND_SILENCES] = list_silences,
        [ALERT_COMMAND_SILENCE] = silence,         [ALERT_COMMAND_UNSILENCE] = unsilence,
        [ALERT_COMMAND_ACKNOWLEDGE] = acknowledge,
    };
    /* An earlier attempt did it, and has not been heard. */
    if (record_is_fixed(&work->delivery.record))
        work_answer(work, "");
    else
        performers[work->action->alerts.kind](work);
}
