/* Pure. An incident: a group of alerts through its life, and the one card that shows it.
 *
 *     opening ──────────► open ──────────► over
 *     the card may have   its message is   every alert resolved;
 *     been sent           known            the next firing is a new incident
 *
 * In a storm it can be gathered instead of opening: a digest lists it until it gets its own card.
 *
 * It is stored under its group's key, from before its card is sent. */
#ifndef FEISHU_INCIDENT_H
#define FEISHU_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert.h"

struct buf;
struct config;
struct config_receiver;
struct error;

enum {
    INCIDENT_ID_LEN = 33,       /* 32 hex digits and the final NUL */
    INCIDENT_ALERTS_MAX = 2000, /* kept; of more, resolved and mild ones are only counted */
    INCIDENT_BYTES_MAX = 900 * 1024
};

enum incident_stage { INCIDENT_OPENING, INCIDENT_OPEN, INCIDENT_OVER, INCIDENT_GATHERED };

/* Who did something to it, and when. */
struct incident_deed {
    char *open_id; /* NULL: nobody did; "": somebody who is known by the name alone */
    char *name;    /* as people know them; the open_id where that is not granted */
    int64_t at_ms; /* wall clock */
};

struct incident {
    enum incident_stage stage;
    char id[INCIDENT_ID_LEN]; /* random: what uuids and button keys are made from */
    struct alert_group group; /* with all alerts that are part of it */
    uint64_t
        uncounted[SEVERITY_COUNT]; /* firing alerts that are not in the group for their number */
    int64_t opened_ms;
    int64_t sending_ms; /* wall clock of the first send of unknown outcome; 0: none */
    char *message_id;   /* of the card; NULL until known */
    int64_t posted_ms;  /* when the card was posted: it can be updated for 14 days */
    char *shown;        /* digest of the card as it was last shown; NULL: not known */
    struct incident_deed acknowledged;
    struct incident_deed silenced;
    char *silence_id; /* Alertmanager's; NULL: none */
    char *pending_id; /* in the comment of a silence that may have been made; NULL: none */
    int64_t silenced_until_ms;
    int64_t stored_ms;  /* when this was last stored; 0: not yet */
    int64_t indexed_ms; /* when it was last put into the index of open incidents; 0: it is not */
};

/* What a payload changed. */
struct incident_change {
    size_t joined;   /* alerts that were not part of it, or fire again */
    size_t resolved; /* alerts that were firing */
    bool repeated;   /* nothing of both */
};

/* A new incident of the group, which becomes its own. What a source does not tell the time of
 * happens now. */
void incident_open(struct incident *incident, const char *id, int64_t now_ms,
                   struct alert_group *group);

/* Takes in what a source tells of the same group, which becomes the incident's: alerts by their
 * fingerprint, of which the one wins whose end (or start, if it has none) is newer, what was told
 * last if they are the same; what is absent keeps its last state. */
void incident_merge(struct incident *incident, struct alert_group *group, int64_t now_ms,
                    struct incident_change *change);

/* How many of its alerts fire, those that are only counted included. */
uint64_t incident_firing(const struct incident *incident);

/* Whether none does. */
bool incident_is_over(const struct incident *incident);

/* Reads a stored incident. ERROR_STORE if the text is none; nothing to release then. */
bool incident_parse(const char *text, size_t len, struct incident *incident, struct error *error)
    __attribute__((warn_unused_result));

/* Appends the incident as it is stored, in INCIDENT_BYTES_MAX at most: where there are too many,
 * the alerts that matter least are only counted. */
void incident_print(const struct incident *incident, struct buf *out);

void incident_deed_set(struct incident_deed *deed, const char *open_id, const char *name,
                       int64_t at_ms);
void incident_deed_clear(struct incident_deed *deed);
void incident_release(struct incident *incident);

/* The key under which the receiver's incident of the group is stored. Caller frees. */
char *incident_key(const char *receiver, const char *group_key);

/* The receiver whose incident is stored under the key; NULL if it is configured no more. */
const struct config_receiver *incident_receiver(const struct config *config, const char *key);

#endif
