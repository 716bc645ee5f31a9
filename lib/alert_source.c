#include "alert_source.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "error.h"
#include "labels.h"
#include "markdown.h"
#include "memory.h"
#include "text.h"
#include "timestamp.h"
#include "tree.h"

enum { ALERTS_MAX = 20000 }; /* of a body of 4 MiB there cannot be more */

char *alert_text(struct json_object *object, const char *key)
{
    const char *text = tree_text(object, key);
    return text == NULL ? memory_copy("") : text_clean(text, strlen(text));
}

char *alert_url(struct json_object *object, const char *key)
{
    const char *text = tree_text(object, key);
    return memory_copy(text != NULL && markdown_is_url(text) ? text : "");
}

/* A time that cannot be read is one that was not told. */
static int64_t read_time(struct json_object *object, const char *key)
{
    int64_t ms = 0;
    const char *text = tree_text(object, key);
    return text != NULL && timestamp_read(text, &ms) ? ms : 0;
}

/* The field, or what the labels are known by. */
static char *read_fingerprint(struct json_object *object, struct json_object *labels)
{
    char hex[CIPHER_HEX_LEN];
    char *told = alert_text(object, "fingerprint");
    if (told[0] != '\0')
        return told;
    free(told);
    labels_digest(labels, hex);
    return memory_copy_bytes(hex, 16);
}

static char *read_runbook(struct json_object *annotations)
{
    static const char *const keys[] = { "runbook_url", "runbook", "runbookUrl" };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        char *url = alert_url(annotations, keys[i]);
        if (url[0] != '\0')
            return url;
        free(url);
    }
    return memory_copy("");
}

static bool read_alert(struct json_object *object, const struct config_list *severity,
                       struct alert *alert, struct error *error)
{
    const char *status = tree_text(object, "status");
    if (status == NULL || (strcmp(status, "firing") != 0 && strcmp(status, "resolved") != 0))
        return error_set(error, ERROR_INVALID, "an alert's status is neither firing nor resolved");
    if (!tree_has(object, "labels"))
        return error_set(error, ERROR_INVALID, "an alert has no labels");
    struct json_object *labels = labels_read(tree_object(object, "labels"));
    struct json_object *annotations = labels_read(tree_object(object, "annotations"));
    *alert = (struct alert){
        .fingerprint = read_fingerprint(object, labels),
        .firing = strcmp(status, "firing") == 0,
        .starts_ms = read_time(object, "startsAt"),
        .ends_ms = read_time(object, "endsAt"),
        .severity = alert_severity_of(labels_get(labels, "severity"), severity),
        .labels = labels,
        .annotations = annotations,
        .source_url = alert_url(object, "generatorURL"),
        .dashboard_url = alert_url(object, "dashboardURL"),
        .panel_url = alert_url(object, "panelURL"),
        .silence_url = alert_url(object, "silenceURL"),
        .runbook_url = read_runbook(annotations),
        .values = alert_text(object, "valueString"),
    };
    return true;
}

bool alert_read_array(struct json_object *array, const struct config_list *severity,
                      struct alert_group *group, struct error *error)
{
    const size_t count = tree_count(array);
    if (count == 0)
        return error_set(error, ERROR_INVALID, "no alerts");
    if (count > ALERTS_MAX)
        return error_set(error, ERROR_INVALID, "more than %d alerts", (int)ALERTS_MAX);
    group->alerts = memory_zero(count, sizeof(*group->alerts));
    for (size_t i = 0; i < count; i++) {
        if (!read_alert(tree_at(array, i), severity, &group->alerts[i], error))
            return false;
        group->count++;
    }
    return true;
}
