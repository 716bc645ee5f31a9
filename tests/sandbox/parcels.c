#include "parcels.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "memory.h"
#include "tree.h"

/* How long the platform waits before each redelivery: 15 s, 5 min, 1 h, 6 h. */
static const int64_t waits_ms[PARCELS_ATTEMPTS - 1] = { 15000, 300000, 3600000, 21600000 };

static const char *const states[] = { "waiting", "sending", "delivered", "given up" };

/* Puts the parcel into the queue behind those that are due no later. */
static void enqueue(struct parcels *parcels, struct parcel *parcel, int64_t wait_ms, int64_t now_ms)
{
    parcel->state = PARCEL_WAITING;
    parcel->due_ms = now_ms + wait_ms;
    parcel->due_wall_ms = clock_wall_ms() + wait_ms;
    struct parcel **place = &parcels->queue;
    while (*place != NULL && (*place)->due_ms <= parcel->due_ms)
        place = &(*place)->next;
    parcel->next = *place;
    *place = parcel;
}

static struct parcel *add(struct parcels *parcels, const struct parcels_event *event)
{
    struct parcel *parcel = memory_zero(1, sizeof(*parcel));
    parcel->event_id = memory_copy(event->event_id);
    parcel->message_id = memory_copy(event->message_id);
    parcel->type = memory_copy(event->type);
    parcel->text = memory_copy(event->text);
    if (parcels->count == parcels->capacity) {
        parcels->capacity = parcels->capacity == 0 ? 64 : 2 * parcels->capacity;
        parcels->list = memory_resize(parcels->list, parcels->capacity * sizeof(struct parcel *));
    }
    parcels->list[parcels->count++] = parcel;
    return parcel;
}

void parcels_add(struct parcels *parcels, const struct parcels_event *event, int64_t now_ms)
{
    enqueue(parcels, add(parcels, event), 0, now_ms);
}

struct parcel *parcels_add_sent(struct parcels *parcels, const struct parcels_event *event)
{
    struct parcel *parcel = add(parcels, event);
    parcel->once = true;
    parcel->state = PARCEL_SENDING;
    return parcel;
}

const struct parcel *parcels_find(const struct parcels *parcels, const char *event_id)
{
    for (size_t i = parcels->count; i-- > 0;) {
        if (strcmp(parcels->list[i]->event_id, event_id) == 0)
            return parcels->list[i];
    }
    return NULL;
}

struct parcel *parcels_take(struct parcels *parcels, int64_t now_ms)
{
    struct parcel *parcel = parcels->queue;
    if (parcel == NULL || parcel->due_ms > now_ms)
        return NULL;
    parcels->queue = parcel->next;
    parcel->next = NULL;
    parcel->state = PARCEL_SENDING;
    return parcel;
}

int64_t parcels_next_ms(const struct parcels *parcels, int64_t max)
{
    return parcels->queue != NULL && parcels->queue->due_ms < max ? parcels->queue->due_ms : max;
}

void parcels_finish(struct parcels *parcels, struct parcel *parcel,
                    const struct parcel_attempt *attempt, int64_t scale, int64_t now_ms)
{
    parcel->attempts[parcel->attempt_count++] = *attempt;
    if (parcel->forgotten)
        parcels_free_one(parcel);
    else if (attempt->status == 200)
        parcel->state = PARCEL_DELIVERED;
    else if (parcel->once || parcel->attempt_count == PARCELS_ATTEMPTS)
        parcel->state = PARCEL_GIVEN_UP;
    else
        enqueue(parcels, parcel, waits_ms[parcel->attempt_count - 1] / scale, now_ms);
}

static bool matches(const struct parcel *parcel, const char *event_id)
{
    return event_id == NULL || strcmp(parcel->event_id, event_id) == 0;
}

size_t parcels_count_done(const struct parcels *parcels, const char *event_id)
{
    size_t count = 0;
    for (size_t i = 0; i < parcels->count; i++) {
        enum parcel_state state = parcels->list[i]->state;
        if (matches(parcels->list[i], event_id) &&
            (state == PARCEL_DELIVERED || state == PARCEL_GIVEN_UP))
            count++;
    }
    return count;
}

size_t parcels_count_attempts(const struct parcels *parcels, const char *event_id)
{
    size_t count = 0;
    for (size_t i = 0; i < parcels->count; i++) {
        if (matches(parcels->list[i], event_id))
            count += parcels->list[i]->attempt_count;
    }
    return count;
}

static struct json_object *print_attempts(const struct parcel *parcel)
{
    struct json_object *array = tree_new_array();
    for (size_t i = 0; i < parcel->attempt_count; i++) {
        const struct parcel_attempt *attempt = &parcel->attempts[i];
        struct json_object *object = tree_new_object();
        tree_set_int(object, "at_ms", attempt->at_ms);
        tree_set_int(object, "status", attempt->status);
        tree_set_int(object, "ms", attempt->ms);
        tree_set_text(object, "body", attempt->body);
        if (attempt->trouble[0] != '\0')
            tree_set_text(object, "error", attempt->trouble);
        tree_append(array, object);
    }
    return array;
}

struct json_object *parcels_print(const struct parcels *parcels, const char *event_id, size_t max)
{
    struct json_object *array = tree_new_array();
    for (size_t i = parcels->count > max ? parcels->count - max : 0; i < parcels->count; i++) {
        const struct parcel *parcel = parcels->list[i];
        if (!matches(parcel, event_id))
            continue;
        struct json_object *object = tree_new_object();
        tree_set_text(object, "event_id", parcel->event_id);
        tree_set_text(object, "message_id", parcel->message_id);
        tree_set_text(object, "type", parcel->type);
        tree_set_text(object, "state", states[parcel->state]);
        tree_set(object, "attempts", print_attempts(parcel));
        if (parcel->client != NULL)
            tree_set_text(object, "client", parcel->client);
        if (parcel->state == PARCEL_WAITING)
            tree_set_int(object, "next_ms", parcel->due_wall_ms);
        tree_append(array, object);
    }
    return array;
}

void parcels_free_one(struct parcel *parcel)
{
    for (size_t i = 0; i < parcel->attempt_count; i++) {
        free(parcel->attempts[i].body);
        free(parcel->attempts[i].trouble);
    }
    free(parcel->event_id);
    free(parcel->message_id);
    free(parcel->type);
    free(parcel->text);
    free(parcel->client);
    free(parcel);
}

void parcels_release(struct parcels *parcels)
{
    for (size_t i = 0; i < parcels->count; i++) {
        if (parcels->list[i]->state == PARCEL_SENDING)
            parcels->list[i]->forgotten = true;
        else
            parcels_free_one(parcels->list[i]);
    }
    free(parcels->list);
    *parcels = (struct parcels){ NULL, 0, 0, NULL };
}
