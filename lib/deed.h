/* Effect. What people do about an incident, by button or by word. */
#ifndef FEISHU_DEED_H
#define FEISHU_DEED_H

#include <stdbool.h>
#include <stdint.h>

struct incident_work;
struct log;

/* Who does it, and what is to be said about it. */
struct deed {
    const char *person_id;
    const char *name;
    int64_t silence_ms; /* how long, for silences */
    bool done;          /* something changed */
    char *said;         /* in the receiver's language; owned */
    const char *result; /* for the audit line; static */
};

/* Each does it to the incident that the work has claimed, and sets done, said, result. */
void deed_acknowledge(struct incident_work *work, struct deed *deed);
void deed_silence(struct incident_work *work, struct deed *deed);
void deed_unsilence(struct incident_work *work, struct deed *deed);

/* One audit line: what was done where, about which card or matchers. */
void deed_audit(struct log *log, const struct deed *deed, const char *what, const char *where,
                const char *about);

#endif
