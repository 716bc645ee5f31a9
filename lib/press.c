#include "press.h"

#include <stdlib.h>
#include <string.h>

#include "alert_card.h"
#include "buf.h"
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
#include "tree.h"
#include "words.h"

/* Within the platform's three seconds: for the Alertmanager, and until another process lets go. */
enum { WORK_MS = 1900, CLAIM_MS = 1200, HOUR_MS = 3600000, KEY_LEN = 32 };

/* What a button may ask for. */
static const struct act {
    const char *name;
    void (*perform)(struct incident_work *work, struct deed *deed);
    int64_t silence_ms;
} acts[] = {
    { "acknowledge", deed_acknowledge, 0 },
    { "silence-1h", deed_silence, 1LL * HOUR_MS },
    { "silence-4h", deed_silence, 4LL * HOUR_MS },
    { "silence-24h", deed_silence, 24LL * HOUR_MS },
    { "unsilence", deed_unsilence, 0 },
};

static const struct act *find_act(const char *name)
{
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        if (strcmp(acts[i].name, name) == 0)
            return &acts[i];
    }
    return NULL;
}

/* The answer: a toast, and the card if there is one, which becomes the reply's. */
static void answer(struct reply *reply, const char *type, const char *text,
                   struct json_object *card)
{
    struct json_object *tree = tree_new_object();
    struct json_object *toast = tree_new_object();
    tree_set_text(toast, "type", type);
    tree_set_text(toast, "content", text);
    tree_set(tree, "toast", toast);
    if (card != NULL) {
        struct json_object *raw = tree_new_object();
        tree_set_text(raw, "type", "raw");
        tree_set(raw, "data", card);
        tree_set(tree, "card", raw);
    }
    reply_set(reply, 200, "pressed");
    buf_clear(&reply->body);
    tree_print(tree, &reply->body);
    tree_free(tree);
}

static void refuse(const struct service *service, struct reply *reply, enum phrase phrase,
                   const char *reason)
{
    char *text = words_say(service->config->language, phrase, WORDS(NULL));
    answer(reply, "error", text, NULL);
    reply->reason = reason;
    free(text);
}

/* What the store knows of the button. Caller frees with tree_free. */
static struct json_object *find_button(struct service *service, const char *key)
{
    static const char digits[] = "0123456789abcdef";
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(4096);
    struct json_object *tree = NULL;
    if (strlen(key) != KEY_LEN || strspn(key, digits) != KEY_LEN)
        return NULL;
    char *name = incident_button_key(key);
    if (store_get(service->store, name, clock_wall_ms(), &text, &error) == STORE_OK)
        tree = tree_parse_object(buf_text(&text), text.len, &error);
    buf_release(&text);
    free(name);
    return tree;
}

static bool may_operate(const struct service *service, const struct config_receiver *receiver,
                        const struct event *event)
{
    const struct operator_claim claim = operator_of(event);
    return operator_may_act(service->config, receiver, &claim);
}

/* With the incident claimed and loaded. */
static void perform(struct incident_work *work, const struct event *event, const struct act *act,
                    struct reply *reply)
{
    struct error error = ERROR_INIT;
    char *name = person_name(work->service, event->press.person_id, work->deadline_ms);
    struct deed deed = {
        .person_id = event->press.person_id,
        .name = name,
        .silence_ms = act->silence_ms,
        .result = "",
    };
    act->perform(work, &deed);
    struct json_object *card = incident_card(work);
    if (deed.done || work->incident.pending_id != NULL) {
        incident_remember(work, card);
        if (!incident_store(work, &error))
            log_error(work->service->log, "what was pressed is not recorded: %s", error.text);
    }
    deed_audit(work->service->log, &deed, event->press.act, event->chat_id,
               event->press.message_id);
    answer(reply, deed.done ? "success" : "info", deed.said, card);
    free(deed.said);
    free(name);
}

/* Whether the loaded incident is the one whose card was pressed, and not over. */
static bool is_of_card(const struct incident *incident, const struct event *event)
{
    return incident->message_id != NULL &&
           strcmp(incident->message_id, event->press.message_id) == 0 &&
           strcmp(incident->id, event->press.key) == 0;
}

static void press_claimed(struct incident_work *work, const struct event *event,
                          const struct act *act, struct reply *reply)
{
    struct error error = ERROR_INIT;
    const enum store_result found =
        incident_load(work->service, work->key, &work->incident, &error);
    if (found != STORE_OK || !is_of_card(&work->incident, event))
        refuse(work->service, reply, PHRASE_TOAST_OLD, "the card is out of date");
    else if (work->incident.stage == INCIDENT_OVER)
        refuse(work->service, reply, PHRASE_TOAST_OVER, "the incident is over");
    else
        perform(work, event, act, reply);
    incident_release(&work->incident);
}

static void press_known(struct service *service, const struct config_receiver *receiver,
                        const char *key, const struct event *event, const struct act *act,
                        struct reply *reply)
{
    struct store_claim taken;
    struct error error = ERROR_INIT;
    struct incident_work work = {
        .service = service,
        .receiver = receiver,
        .key = key,
        .deadline_ms = service->started_ms + WORK_MS,
    };
    if (incident_claim(&work, service->started_ms + CLAIM_MS, &taken) != STORE_OK) {
        refuse(service, reply, PHRASE_TOAST_BUSY, "another process works on this incident");
        return;
    }
    press_claimed(&work, event, act, reply);
    (void)store_release(service->store, key, &taken, clock_wall_ms(), &error);
}

void press(struct service *service, const struct event *event, struct reply *reply)
{
    struct json_object *button = find_button(service, event->press.key);
    const char *key = tree_text(button, "incident");
    const char *name = tree_text(button, "receiver");
    const struct act *act = find_act(event->press.act);
    const struct config_receiver *receiver =
        name == NULL ? NULL : config_receiver(service->config, name);
    if (button == NULL && event->press.key[0] == '\0') {
        reply_set(reply, 200, "no button of ours");
    } else if (receiver == NULL || key == NULL || act == NULL) {
        refuse(service, reply, PHRASE_TOAST_OLD, "the button is not known");
    } else if (!may_operate(service, receiver, event)) {
        refuse(service, reply, PHRASE_TOAST_DENIED, "the person may not operate here");
    } else {
        press_known(service, receiver, key, event, act, reply);
    }
    tree_free(button);
}
