#include "delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "memory.h"
#include "service.h"
#include "store.h"
#include "tree.h"
#include "words.h"

/* The platform's own code for content that is too long. */
enum { CODE_TOO_LONG = 230025 };

void delivery_init(struct delivery *delivery, const struct delivery_target *target)
{
    *delivery = (struct delivery){ *target, RECORD_INIT, BUF_INIT(STORE_VALUE_MAX),
                                   BUF_INIT(STORE_VALUE_MAX), false };
}

bool delivery_load(struct service *service, struct delivery *delivery, struct error *error)
{
    buf_clear(&delivery->stored);
    buf_clear(&delivery->unsure);
    record_release(&delivery->record);
    enum store_result result =
        store_get(service->store, delivery->target.key, clock_wall_ms(), &delivery->stored, error);
    if (result == STORE_ABSENT)
        return true;
    return result == STORE_OK && record_parse(buf_text(&delivery->stored), delivery->stored.len,
                                              &delivery->record, error);
}

/* Finds out whether what the store failed to store is there all the same. */
static bool make_sure(struct service *service, struct delivery *delivery, struct error *error)
{
    struct buf found = BUF_INIT(STORE_VALUE_MAX);
    if (delivery->unsure.len == 0)
        return true;
    enum store_result result =
        store_get(service->store, delivery->target.key, clock_wall_ms(), &found, error);
    if (result == STORE_OK && found.len == delivery->unsure.len &&
        memcmp(found.data, delivery->unsure.data, found.len) == 0) {
        struct buf before = delivery->stored;
        delivery->stored = delivery->unsure;
        delivery->unsure = before;
    }
    if (result != STORE_FAILED)
        buf_clear(&delivery->unsure);
    buf_release(&found);
    return result != STORE_FAILED;
}

bool delivery_save(struct service *service, struct delivery *delivery, bool durable,
                   struct error *error)
{
    struct buf next = BUF_INIT(STORE_VALUE_MAX);
    if (delivery->unrecorded)
        return true;
    if (!make_sure(service, delivery, error))
        return false;
    record_print(&delivery->record, &next);
    const struct store_change change = {
        .old = delivery->stored.len > 0 ? delivery->stored.data : NULL,
        .old_len = delivery->stored.len,
        .value = buf_text(&next),
        .len = next.len,
        .life_ms = service_done_ms(service),
        .durable = durable,
    };
    enum store_result result =
        store_put_if(service->store, delivery->target.key, &change, clock_wall_ms(), error);
    struct buf *place = result == STORE_OK ? &delivery->stored : &delivery->unsure;
    if (result == STORE_TAKEN)
        buf_clear(&next);
    buf_release(place);
    *place = next;
    return result == STORE_OK;
}

/* The path of the API that posts to the target. Caller frees. */
static char *target_path(const struct delivery_target *target)
{
    if (target->message_id == NULL)
        return memory_copy("/open-apis/im/v1/messages?receive_id_type=chat_id");
    return memory_format("/open-apis/im/v1/messages/%s/reply", target->message_id);
}

void delivery_send(struct service *service, const struct delivery_target *target,
                   const struct content *content, enum record_purpose purpose, int64_t deadline_ms,
                   struct api_answer *answer, char message_id[static DELIVERY_ID_LEN])
{
    char uuid[CONTENT_UUID_LEN];
    message_id[0] = '\0';
    content_uuid(target->id, record_purpose_name(purpose), uuid);
    struct json_object *body =
        content_request(content, uuid, target->message_id == NULL ? target->chat_id : NULL,
                        service->config->language);
    if (body == NULL) {
        *answer = (struct api_answer)API_ANSWER_INIT;
        answer->outcome = API_REFUSED;
        answer->class = CODE_CONTENT;
        answer->code = CODE_TOO_LONG;
        (void)snprintf(answer->text, sizeof(answer->text), "the card is too long");
        return;
    }
    char *path = target_path(target);
    api_call(&service->api, "POST", path, body, deadline_ms, answer);
    const char *id = tree_text(tree_object(answer->tree, "data"), "message_id");
    if (id != NULL && strlen(id) < DELIVERY_ID_LEN)
        (void)snprintf(message_id, DELIVERY_ID_LEN, "%s", id);
    free(path);
    tree_free(body);
}

/* Says in the store that a POST is about to be made. Whether it may be. */
static bool mark_sending(struct service *service, struct delivery *delivery, struct error *error)
{
    struct error trouble = ERROR_INIT;
    delivery->record.sending_ms = clock_wall_ms();
    if (delivery_save(service, delivery, false, &trouble))
        return true;
    if (trouble.kind != ERROR_NONE && delivery->record.stage == RECORD_ANSWERING) {
        log_error(service->log, "the reply to %s goes out without a record: %s",
                  delivery->target.id, trouble.text);
        return true;
    }
    delivery->record.sending_ms = 0;
    return error_set(error, ERROR_STORE, "%s",
                     trouble.kind == ERROR_NONE ? "another process answers" : trouble.text);
}

/* Says in the store that nothing was posted after all. */
static void mark_unsent(struct service *service, struct delivery *delivery)
{
    struct error trouble = ERROR_INIT;
    delivery->record.sending_ms = 0;
    if (!delivery_save(service, delivery, false, &trouble) && trouble.kind != ERROR_NONE)
        log_error(service->log, "%s: %s", delivery->target.id, trouble.text);
}

/* Puts a short text about the platform's code in the place of the content. */
static void replace_content(struct service *service, struct delivery *delivery, int64_t code)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%lld", (long long)code);
    content_release(&delivery->record.content);
    delivery->record.content =
        content_from_text(words_say(service->config->language, PHRASE_REFUSED, WORDS(text)));
    delivery->record.purpose = RECORD_REFUSED;
    mark_unsent(service, delivery);
}

static void log_refusal(struct service *service, const struct delivery *delivery,
                        const struct api_answer *answer)
{
    log_error(service->log, "%s to %s refused: code %lld, %s, log id %s: %s",
              record_purpose_name(delivery->record.purpose), delivery->target.id,
              (long long)answer->code, answer->text,
              answer->log_id[0] == '\0' ? "none" : answer->log_id, code_advice(answer->code));
}

/* What an answer to a POST means. `first`: no earlier POST of unknown outcome was made, so that a
 * refusal or a connection that never stood leaves nothing unknown. */
static enum delivery_result judge(struct service *service, struct delivery *delivery,
                                  const struct api_answer *answer, bool first, struct error *error)
{
    if (answer->outcome == API_ACCEPTED)
        return DELIVERY_SENT;
    error_set(error, ERROR_NETWORK, "code %lld: %s", (long long)answer->code, answer->text);
    if (answer->outcome == API_REFUSED)
        log_refusal(service, delivery, answer);
    if (answer->outcome == API_REFUSED && answer->class != CODE_AGAIN)
        return DELIVERY_DROPPED;
    if (first && answer->outcome != API_UNKNOWN)
        mark_unsent(service, delivery);
    return DELIVERY_LATER;
}

/* One POST and what comes of it; *code gets the platform's if it refused the content. */
static enum delivery_result post_once(struct service *service, struct delivery *delivery,
                                      int64_t deadline_ms, char *message_id, int64_t *code,
                                      struct error *error)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct record *record = &delivery->record;
    int64_t uuid_life_ms = service->config->uuid_life_s * 1000;
    bool first = record->sending_ms == 0;
    *code = 0;
    if (!first && clock_wall_ms() - record->sending_ms > uuid_life_ms) {
        log_error(service->log,
                  "%s to %s: whether it was posted is not known, and it is too late to repeat it",
                  record_purpose_name(record->purpose), delivery->target.id);
        return DELIVERY_DROPPED;
    }
    if (first && !mark_sending(service, delivery, error))
        return DELIVERY_LATER;
    delivery_send(service, &delivery->target, &record->content, record->purpose, deadline_ms,
                  &answer, message_id);
    enum delivery_result result = judge(service, delivery, &answer, first, error);
    if (result == DELIVERY_DROPPED && answer.class == CODE_CONTENT)
        *code = answer.code;
    api_answer_release(&answer);
    return result;
}

enum delivery_result delivery_post(struct service *service, struct delivery *delivery,
                                   int64_t deadline_ms, char message_id[static DELIVERY_ID_LEN],
                                   struct error *error)
{
    int64_t code = 0;
    message_id[0] = '\0';
    enum delivery_result result =
        post_once(service, delivery, deadline_ms, message_id, &code, error);
    if (result != DELIVERY_DROPPED || code == 0 || delivery->record.purpose == RECORD_REFUSED)
        return result;
    replace_content(service, delivery, code);
    *error = (struct error)ERROR_INIT;
    return post_once(service, delivery, deadline_ms, message_id, &code, error);
}

void delivery_release(struct delivery *delivery)
{
    record_release(&delivery->record);
    buf_release(&delivery->stored);
    buf_release(&delivery->unsure);
}
