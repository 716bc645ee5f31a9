/* Effect, for the machine's time zone: the parts of an incident's card, from head to buttons. */
#ifndef FEISHU_ALERT_CARD_PARTS_H
#define FEISHU_ALERT_CARD_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "alert.h"
#include "alert_card.h"
#include "words.h"

struct buf;

/* What an incident looks like. */
enum alert_card_look {
    ALERT_CARD_RESOLVED,
    ALERT_CARD_SILENCED,
    ALERT_CARD_ACKNOWLEDGED,
    ALERT_CARD_FIRING
};

struct alert_card_parts {
    const struct incident *incident;
    const struct alert_card_view *view;
    enum language language;
    enum alert_card_look look;
    const struct alert **order; /* what matters most first */
    size_t count;
    bool is_mixed;                /* of several severities */
    size_t firing;                /* those that are only counted included */
    struct json_object *common;   /* labels that all have */
    struct json_object *comments; /* annotations that all have */
    char *title;                  /* "DiskFull · prod" */
};

void alert_card_parts_init(struct alert_card_parts *parts, const struct incident *incident,
                           const struct alert_card_view *view);
void alert_card_parts_release(struct alert_card_parts *parts);

/* A card with its header: colour and words by status and severity. Caller frees. */
struct json_object *alert_card_head(const struct alert_card_parts *parts);

/* Appends who is mentioned, what was written about all of it, what was done, the common labels. */
void alert_card_add_words(const struct alert_card_parts *parts, struct json_object *elements);

/* Appends as many alerts as fit into room (bytes of the request that posts the card), what matters
 * most first, and, whatever the room, how many there are besides. */
void alert_card_add_alerts(const struct alert_card_parts *parts, size_t room,
                           struct json_object *elements);

void alert_card_add_links(const struct alert_card_parts *parts, struct json_object *elements);
void alert_card_add_buttons(const struct alert_card_parts *parts, struct json_object *elements);

/* What these functions share. */
enum { ALERT_CARD_VALUE_MAX = 200, ALERT_CARD_NAME_MAX = 80 }; /* bytes of markdown */

/* What people call it. */
enum phrase alert_card_severity(enum alert_severity severity);

/* The colour of its header. */
const char *alert_card_colour(enum alert_severity severity);

/* Whether people care for the label or annotation, and learn it nowhere else on the card: not its
 * name, its severity, nor what sources keep for themselves ("__alert_rule_uid__"). */
bool alert_card_is_shown(const char *name);

/* Adds "**name** value", with a comma before it if it is not the first. */
void alert_card_add_label(struct buf *out, const char *name, const char *value);

/* The annotation that describes; "" if there is none. Borrowed. */
const char *alert_card_description(struct json_object *annotations);

/* "5 critical, 32 warning"; NULL if there are none. Caller frees. */
char *alert_card_counts(enum language language, const uint64_t counts[static SEVERITY_COUNT]);

/* How many bytes markdown takes in the request that posts a card, at most: it is a text within a
 * text within JSON. */
size_t alert_card_cost(const struct buf *markdown);

/* Those whom the incident is told to, as long as it fires and nobody has taken it on: adds each
 * that is not among the count people yet, up to max. Returns how many there are then. They are the
 * receiver's. */
size_t alert_card_people(const struct alert_card_parts *parts, const char **people, size_t count,
                         size_t max);

/* Mentions them. */
void alert_card_add_people(struct buf *out, const char *const *people, size_t count);

/* A moment as markdown that shows it in the reader's own time zone. Caller frees. */
char *alert_card_moment(int64_t ms);

/* Adds a phrase whose arguments are markdown already. */
void alert_card_add_phrase(struct buf *out, enum language language, enum phrase phrase,
                           const char *const *arguments);

#endif
