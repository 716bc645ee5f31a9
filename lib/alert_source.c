#include "alert_source.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "config.h"
#include "error.h"
#include "labels.h"
#include "markdown.h"
#include "memory.h"
#include "text.h"
#include "timestamp.h"
#include "tree.h"

enum {
    ALERTS_MAX = 20000, /* of a body of 4 MiB there cannot be more */
    TEXT_MAX = 16384,   /* bytes; a card shows less */
    URL_MAX = 4096,
    KEY_MAX = 1024,
    FINGERPRINT_MAX = 64
};

static char *clean(const char *text)
{
    return text_clean(text, text_cut(text, strlen(text), TEXT_MAX));
}

char *alert_text(struct json_object *object, const char *key)
{
    const char *text = tree_text(object, key);
    return text == NULL ? memory_copy("") : clean(text);
}

/* How many bytes at text may stand in an address. */
static size_t plain_length(const char *text)
{
    const size_t len = strcspn(text, " \"'()<>[]\\^`{|}");
    size_t plain = 0;
    while (plain < len && (unsigned char)text[plain] < 0x80)
        plain++;
    return plain;
}

char *alert_url(struct json_object *object, const char *key)
{
    struct buf url = BUF_INIT(URL_MAX);
    const char *text = tree_text(object, key);
    for (const char *at = text == NULL ? "" : text; *at != '\0';) {
        const size_t plain = plain_length(at);
        buf_add(&url, at, plain);
        at += plain;
        if (*at != '\0')
            buf_add_format(&url, "%%%02X", (unsigned)(unsigned char)*at++);
    }
    char *kept = memory_copy(!url.failed && markdown_is_url(buf_text(&url)) ? buf_text(&url) : "");
    buf_release(&url);
    return kept;
}

char *alert_key(struct json_object *object, const char *key)
{
    char hex[CIPHER_HEX_LEN];
    const char *text = tree_text(object, key);
    if (text == NULL || strlen(text) <= KEY_MAX)
        return alert_text(object, key);
    cipher_digest_hex(&(const struct cipher_part){ text, strlen(text) }, 1, hex);
    return memory_copy(hex);
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
    if (told[0] != '\0' && strlen(told) <= FINGERPRINT_MAX)
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

/* Nobody reads more than six digits of "97.41234567890123". */
static void add_value(struct buf *out, const char *value)
{
    char *end;
    const double number = strtod(value, &end);
    if (strchr(value, '.') != NULL && *end == '\0')
        buf_add_format(out, "%.6g", number);
    else
        buf_add_text(out, value);
}

/* What was measured: {"B":97.4} as "B=97.4"; older Grafanas only have a text. */
static char *read_values(struct json_object *object)
{
    const char *names[LABELS_MAX];
    struct json_object *values = labels_read(tree_object(object, "values"));
    struct buf out = BUF_INIT(SIZE_MAX / 4);
    const size_t count = labels_names(values, names);
    for (size_t i = 0; i < count; i++) {
        buf_add_format(&out, "%s%s=", i > 0 ? ", " : "", names[i]);
        add_value(&out, labels_get(values, names[i]));
    }
    char *read = count > 0 ? clean(buf_text(&out)) : alert_text(object, "valueString");
    buf_release(&out);
    tree_free(values);
    return read;
}

struct alert alert_untold(void)
{
    return (struct alert){
        .fingerprint = memory_copy(""),
        .severity = SEVERITY_WARNING,
        .labels = tree_new_object(),
        .annotations = tree_new_object(),
        .source_url = memory_copy(""),
        .dashboard_url = memory_copy(""),
        .panel_url = memory_copy(""),
        .silence_url = memory_copy(""),
        .runbook_url = memory_copy(""),
        .values = memory_copy(""),
    };
}

static bool read_alert(struct json_object *object, const struct config_list *severity,
                       struct alert *alert, struct error *error)
{
    const char *status = tree_text(object, "status");
    const bool firing = status != NULL && strcmp(status, "firing") == 0;
    if (status == NULL || (!firing && strcmp(status, "resolved") != 0))
        return error_set(error, ERROR_INVALID, "an alert's status is neither firing nor resolved");
    if (tree_object(object, "labels") == NULL)
        return error_set(error, ERROR_INVALID, "an alert has no labels");
    struct json_object *labels = labels_read(tree_object(object, "labels"));
    struct json_object *annotations = labels_read(tree_object(object, "annotations"));
    *alert = (struct alert){
        .fingerprint = read_fingerprint(object, labels),
        .firing = firing,
        .starts_ms = read_time(object, "startsAt"),
        .ends_ms = firing ? 0 : read_time(object, "endsAt"),
        .severity = alert_severity_of(labels_get(labels, "severity"), severity),
        .labels = labels,
        .annotations = annotations,
        .source_url = alert_url(object, "generatorURL"),
        .dashboard_url = alert_url(object, "dashboardURL"),
        .panel_url = alert_url(object, "panelURL"),
        .silence_url = alert_url(object, "silenceURL"),
        .runbook_url = read_runbook(annotations),
        .values = read_values(object),
    };
    return true;
}

bool alert_read_array(struct json_object *tree, const struct config_list *severity,
                      struct alert_group *group, struct error *error)
{
    struct json_object *array = tree_array(tree, "alerts");
    const size_t count = tree_count(array);
    int64_t left_out = 0;
    if (count == 0)
        return error_set(error, ERROR_INVALID, "no alerts");
    if (count > ALERTS_MAX)
        return error_set(error, ERROR_INVALID, "more than %d alerts", (int)ALERTS_MAX);
    if (tree_int(tree, "truncatedAlerts", &left_out) && left_out > 0)
        group->left_out = (uint64_t)left_out;
    group->alerts = memory_zero(count, sizeof(*group->alerts));
    for (size_t i = 0; i < count; i++) {
        if (!read_alert(tree_at(array, i), severity, &group->alerts[i], error))
            return false;
        group->count++;
    }
    return true;
}

/* The length of text without the white space at its end. */
static size_t trimmed_length(const char *text, size_t len)
{
    while (len > 0 && strchr(" \t\n", text[len - 1]) != NULL)
        len--;
    return len;
}

void alert_split_text(struct alert_group *group, const char *text)
{
    const char *first = text + strspn(text, " \t\n");
    const size_t len = strcspn(first, "\n");
    const char *rest = first + len + strspn(first + len, "\n");
    char *title = memory_copy_bytes(first, trimmed_length(first, len));
    char *more = memory_copy_bytes(rest, trimmed_length(rest, strlen(rest)));
    free(group->title);
    free(group->text);
    group->title = title;
    group->text = more;
}
