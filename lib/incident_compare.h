/* Pure. An incident against what Alertmanager's API says at one moment: Alertmanager posts nothing
 * while alerts are silenced, nor when they end under a silence. */
#ifndef FEISHU_INCIDENT_COMPARE_H
#define FEISHU_INCIDENT_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct incident;
struct json_object;

/* How long after its start an Alertmanager has been told again of every alert that fires: it
 * forgets them when it ends, and Prometheus repeats them each minute. */
enum { INCIDENT_SETTLE_MS = 10 * 60000 };

/* What one Alertmanager says. */
struct incident_facts {
    int64_t asked_ms;             /* when it was asked, before it said any of it */
    int64_t started_ms;           /* when it began */
    struct json_object *alerts;   /* all that fire, muted or not, as an array */
    struct json_object *silences; /* as an array; expired and pending ones may be in it */
    struct incident_fact *facts;  /* the alerts by fingerprint */
    size_t count;
};

/* The arrays become the facts'. */
void incident_facts_init(struct incident_facts *facts, int64_t asked_ms, int64_t started_ms,
                         struct json_object *alerts, struct json_object *silences);
void incident_facts_release(struct incident_facts *facts);

/* Makes the incident what it is now. Whether that changed anything, were it only what is noted of
 * it and shown nowhere.
 *
 * Alerts that this Alertmanager was seen to know, and does not know any more, have ended when it
 * was asked; those that it was never seen to know are left alone, because another one may have told
 * of them. Alerts that it knows fire. If all that fire are silenced, so is the incident, until the
 * first of them can be heard again; by the silence that was made from its card, if that is enough.
 * An incident of another source stays as it is; so does one that was stored after Alertmanager was
 * asked: a payload or a button may have said something newer. */
bool incident_compare(struct incident *incident, const struct incident_facts *facts)
    __attribute__((warn_unused_result));

#endif
