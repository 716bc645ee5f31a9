/* Pure. A storm: incidents that are listed on digest cards, for they are too many to have a card
 * each. */
#ifndef FEISHU_DIGEST_H
#define FEISHU_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert.h"
#include "incident.h"
#include "words.h"

struct buf;
struct error;
struct json_object;

enum {
    DIGEST_SAID_LEN = 17,       /* 16 hex digits and the final NUL */
    DIGEST_LINES_BYTES = 24000, /* that lines may take of a card's request */
    DIGEST_PEOPLE_MAX = 20      /* mentioned on one */
};

/* One incident of a digest. */
struct digest_line {
    char incident[INCIDENT_ID_LEN];
    enum alert_severity severity;
    uint64_t firing; /* alerts */
    char *title;     /* as on a card of its own; owned */
};

/* A card, and what it lists as far as the platform has accepted it. */
struct digest {
    char id[INCIDENT_ID_LEN];  /* random: what its uuid is made from */
    char *message_id;          /* NULL until known */
    int64_t posted_ms;         /* when the card was posted: it can be updated for 14 days */
    int64_t sending_ms;        /* of the first send of unknown outcome; 0: none */
    int64_t joined_ms;         /* when an incident last joined */
    struct json_object *shown; /* by incident id, what was said of it (digest_said) */
};

/* All of a chat, in the order in which they were begun. */
struct storm {
    struct digest *digests;
    size_t count;
};

/* What the card says besides its lines. Borrowed. */
struct digest_view {
    enum language language;
    const char *url;           /* where all alerts can be seen; "" if nowhere */
    const char *const *people; /* who is mentioned */
    size_t people_count;
};

/* The line of an incident. Caller releases. */
struct digest_line digest_line(const struct incident *incident, enum language language);
void digest_line_release(struct digest_line *line);

/* What the line says, in short, for telling whether it changed. */
void digest_said(const struct digest_line *line, char said[static DIGEST_SAID_LEN]);

/* How many bytes of a card's request the line takes. */
size_t digest_line_cost(const struct digest_line *line);

/* For qsort of pointers: severe before mild, many alerts before few, then by title and incident. */
int digest_line_compare(const void *a, const void *b);

/* The card; without lines it says that the storm is over. Caller frees. */
struct json_object *digest_card(const struct digest_line *const *lines, size_t count,
                                const struct digest_view *view);

/* Begins another digest of the storm, with a random id. */
struct digest *storm_begin(struct storm *storm);

/* The digest that lists the incident, whatever it says of it; NULL if none does. */
struct digest *storm_find(const struct storm *storm, const char *incident);

/* Whether the line stands on a card as it is. */
bool storm_shows(const struct storm *storm, const struct digest_line *line);

/* Forgets the digests that list nothing and were not lost on their way. */
void storm_tidy(struct storm *storm);

/* Reads a stored storm. ERROR_STORE if the text is none; nothing to release then. */
bool storm_parse(const char *text, size_t len, struct storm *storm, struct error *error)
    __attribute__((warn_unused_result));
void storm_print(const struct storm *storm, struct buf *out);
void storm_release(struct storm *storm);

#endif
