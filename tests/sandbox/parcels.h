/* Pure. The events on their way to the bot: what is sent when, and what came of it. Due times are
 * of the steady clock, in milliseconds. */
#ifndef SANDBOX_PARCELS_H
#define SANDBOX_PARCELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

enum { PARCELS_ATTEMPTS = 5 }; /* the first, and four redeliveries */

struct parcel_attempt {
    int64_t at_ms; /* wall clock */
    int64_t ms;    /* how long it took */
    int status;    /* 0: no answer */
    char *body;    /* of the answer, valid UTF-8 */
    char *trouble; /* why there was no answer, else "" */
};

enum parcel_state {
    PARCEL_WAITING, /* for its time */
    PARCEL_SENDING,
    PARCEL_DELIVERED, /* HTTP 200 */
    PARCEL_GIVEN_UP   /* it was not, five times; a callback once */
};

struct parcel {
    char *event_id;
    char *message_id; /* "" if it is not about a message */
    char *type;
    char *text; /* the event's JSON, not yet encrypted */
    enum parcel_state state;
    int64_t due_ms;
    int64_t due_wall_ms; /* the same for people */
    struct parcel_attempt attempts[PARCELS_ATTEMPTS];
    size_t attempt_count;
    bool once;           /* it is not sent again: a callback */
    char *client;        /* what the client made of a callback's answer, or NULL */
    bool forgotten;      /* whoever sends it frees it afterwards */
    struct parcel *next; /* in the queue of those that wait */
};

struct parcels {
    struct parcel **list; /* in the order they came */
    size_t count;
    size_t capacity;
    struct parcel *queue; /* those that wait, the next one due first */
};

/* The event that a new parcel carries. Texts are copied. */
struct parcels_event {
    const char *event_id;
    const char *message_id;
    const char *type;
    const char *text;
};

/* Adds a parcel that is due now. */
void parcels_add(struct parcels *parcels, const struct parcels_event *event, int64_t now_ms);

/* Adds one that the caller is sending already, and will not send again. */
struct parcel *parcels_add_sent(struct parcels *parcels, const struct parcels_event *event);

/* The parcel that last carried this event, or NULL. */
const struct parcel *parcels_find(const struct parcels *parcels, const char *event_id);

/* Takes the next one that is due; it is being sent then. NULL if there is none. */
struct parcel *parcels_take(struct parcels *parcels, int64_t now_ms);

/* When the next one is due, or max if none is before that. */
int64_t parcels_next_ms(const struct parcels *parcels, int64_t max);

/* Notes what came of sending. attempt's texts become the parcel's. Unless it was delivered or given
 * up, it waits again: for the platform's time divided by scale. */
void parcels_finish(struct parcels *parcels, struct parcel *parcel,
                    const struct parcel_attempt *attempt, int64_t scale, int64_t now_ms);

/* How many parcels of the event are over, or how many attempts were finished. event_id may be
 * NULL for all. */
size_t parcels_count_done(const struct parcels *parcels, const char *event_id);
size_t parcels_count_attempts(const struct parcels *parcels, const char *event_id);

/* As an array for the controls, of the last max there were; event_id as above. Caller frees. */
struct json_object *parcels_print(const struct parcels *parcels, const char *event_id, size_t max);

/* Frees a parcel that was forgotten. */
void parcels_free_one(struct parcel *parcel);

/* Frees all that are not being sent, and forgets those. */
void parcels_release(struct parcels *parcels);

#endif
