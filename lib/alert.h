/* Pure. Alerts, whatever told them: one shape for all sources. */
#ifndef FEISHU_ALERT_H
#define FEISHU_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_list;
struct error;
struct json_object;

enum alert_severity { SEVERITY_CRITICAL, SEVERITY_WARNING, SEVERITY_INFO, SEVERITY_COUNT };

/* What can be firing or resolved by itself. Texts are never NULL, "" where nothing was told, and
 * valid UTF-8 without control characters but newline and tab. */
struct alert {
    char *fingerprint; /* tells it from the others of its group */
    bool firing;
    int64_t starts_ms; /* since the epoch; 0: not told */
    int64_t ends_ms;   /* 0: not told, or not over */
    int64_t server_ms; /* when the Alertmanager began that was last seen to know it; 0: none was */
    enum alert_severity severity;
    struct json_object *labels;      /* an object of texts */
    struct json_object *annotations; /* an object of texts */
    char *source_url;                /* where the rule is, http or https, as the four below */
    char *dashboard_url;
    char *panel_url;
    char *silence_url;
    char *runbook_url;
    char *values; /* what was measured, as the source prints it */
};

/* Alerts that came together and belong together: what one incident is made from. */
struct alert_group {
    char *key;   /* the same for as long as the group lasts, unique among its source's groups */
    char *title; /* the source's own, or "" */
    char *text;  /* likewise */
    char *url;   /* of the source: Alertmanager's or Grafana's page */
    bool single; /* told without groups: a script's or a text; not to be merged by fingerprint */
    bool listed; /* told by an Alertmanager, whose API lists its alerts by the same fingerprints */
    struct json_object *labels; /* those by which it is a group: an object of texts */
    struct alert *alerts;
    size_t count;
    uint64_t left_out;        /* alerts that the source itself left out */
    struct json_object *card; /* a whole card of a transform's making, or NULL */
};

/* Reads a body by its shape: Alertmanager's webhook version 4, Grafana's, our own generic JSON, or
 * plain text (which is one firing alert, its own group by its first line). severity: the house's
 * words, each "WORD=critical|warning|info" (config_receiver). content_type may be "". ERROR_INVALID
 * says what is wrong with the body; nothing to release then. Otherwise the caller releases. */
bool alert_read(const char *content_type, const char *body, size_t len,
                const struct config_list *severity, struct alert_group *group, struct error *error)
    __attribute__((warn_unused_result));

void alert_group_release(struct alert_group *group);
void alert_release(struct alert *alert);

/* How many of the alerts are firing. */
size_t alert_count_firing(const struct alert *alerts, size_t count);

/* The most severe of those that fire; of all if none does. */
enum alert_severity alert_worst(const struct alert *alerts, size_t count);

/* The alerts by what matters most: firing before resolved, severe before mild, old before new.
 * Caller frees the array. */
const struct alert **alert_order(const struct alert *alerts, size_t count);

/* Its name: "critical", "warning", "info". */
const char *alert_severity_name(enum alert_severity severity);

/* What a source calls severity: one of the house's words, else a known word ("page", "error",
 * "P1", "严重", …), in any case; warning if it is none or absent. */
enum alert_severity alert_severity_of(const char *word, const struct config_list *severity);

#endif
