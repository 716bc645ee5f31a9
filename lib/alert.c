#include "alert.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config.h"
#include "memory.h"
#include "tree.h"

static const char *const names[] = {
    [SEVERITY_CRITICAL] = "critical",
    [SEVERITY_WARNING] = "warning",
    [SEVERITY_INFO] = "info",
};

/* What the field calls them. */
static const struct {
    const char *word;
    enum alert_severity severity;
} words[] = {
    { "critical", SEVERITY_CRITICAL },
    { "crit", SEVERITY_CRITICAL },
    { "page", SEVERITY_CRITICAL },
    { "fatal", SEVERITY_CRITICAL },
    { "emergency", SEVERITY_CRITICAL },
    { "emerg", SEVERITY_CRITICAL },
    { "disaster", SEVERITY_CRITICAL },
    { "severe", SEVERITY_CRITICAL },
    { "error", SEVERITY_CRITICAL },
    { "p0", SEVERITY_CRITICAL },
    { "p1", SEVERITY_CRITICAL },
    { "s1", SEVERITY_CRITICAL },
    { "严重", SEVERITY_CRITICAL },
    { "紧急", SEVERITY_CRITICAL },
    { "灾难", SEVERITY_CRITICAL },
    { "致命", SEVERITY_CRITICAL },
    { "warning", SEVERITY_WARNING },
    { "warn", SEVERITY_WARNING },
    { "high", SEVERITY_CRITICAL },
    { "average", SEVERITY_WARNING },
    { "medium", SEVERITY_WARNING },
    { "minor", SEVERITY_WARNING },
    { "p2", SEVERITY_WARNING },
    { "s2", SEVERITY_WARNING },
    { "警告", SEVERITY_WARNING },
    { "重要", SEVERITY_WARNING },
    { "info", SEVERITY_INFO },
    { "information", SEVERITY_INFO },
    { "informational", SEVERITY_INFO },
    { "notice", SEVERITY_INFO },
    { "low", SEVERITY_INFO },
    { "none", SEVERITY_INFO },
    { "debug", SEVERITY_INFO },
    { "p3", SEVERITY_INFO },
    { "p4", SEVERITY_INFO },
    { "s3", SEVERITY_INFO },
    { "提示", SEVERITY_INFO },
    { "信息", SEVERITY_INFO },
    { "通知", SEVERITY_INFO },
};

/* Whether the item "WORD=critical" of the configuration is about the word; then what it means. */
static bool is_houses(const char *item, const char *word, enum alert_severity *severity)
{
    const char *sign = strrchr(item, '=');
    const size_t len = sign == NULL ? 0 : (size_t)(sign - item);
    if (sign == NULL || len != strlen(word) || strncasecmp(item, word, len) != 0)
        return false;
    for (int i = 0; i < SEVERITY_COUNT; i++) {
        if (strcmp(sign + 1, names[i]) == 0)
            *severity = (enum alert_severity)i;
    }
    return true;
}

enum alert_severity alert_severity_of(const char *word, const struct config_list *severity)
{
    enum alert_severity found = SEVERITY_WARNING;
    for (size_t i = 0; severity != NULL && i < severity->count; i++) {
        if (is_houses(severity->items[i], word, &found))
            return found;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(words[i].word, word) == 0)
            return words[i].severity;
    }
    return SEVERITY_WARNING;
}

const char *alert_severity_name(enum alert_severity severity)
{
    return names[severity];
}

size_t alert_count_firing(const struct alert *alerts, size_t count)
{
    size_t firing = 0;
    for (size_t i = 0; i < count; i++)
        firing += alerts[i].firing ? 1 : 0;
    return firing;
}

enum alert_severity alert_worst(const struct alert *alerts, size_t count)
{
    const bool any = alert_count_firing(alerts, count) == 0;
    enum alert_severity worst = SEVERITY_INFO;
    for (size_t i = 0; i < count; i++) {
        if ((any || alerts[i].firing) && alerts[i].severity < worst)
            worst = alerts[i].severity;
    }
    return worst;
}

static int compare(const void *a, const void *b)
{
    const struct alert *one = *(const struct alert *const *)a;
    const struct alert *other = *(const struct alert *const *)b;
    if (one->firing != other->firing)
        return one->firing ? -1 : 1;
    if (one->severity != other->severity)
        return one->severity < other->severity ? -1 : 1;
    if (one->starts_ms != other->starts_ms)
        return one->starts_ms < other->starts_ms ? -1 : 1;
    return strcmp(one->fingerprint, other->fingerprint);
}

const struct alert **alert_order(const struct alert *alerts, size_t count)
{
    const struct alert **order = memory_zero(count + 1, sizeof(struct alert *));
    for (size_t i = 0; i < count; i++)
        order[i] = &alerts[i];
    qsort(order, count, sizeof(struct alert *), compare);
    return order;
}

void alert_release(struct alert *alert)
{
    char *const texts[] = { alert->fingerprint, alert->source_url,  alert->dashboard_url,
                            alert->panel_url,   alert->silence_url, alert->runbook_url,
                            alert->values };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        free(texts[i]);
    tree_free(alert->labels);
    tree_free(alert->annotations);
    *alert = (struct alert){ .fingerprint = NULL };
}

void alert_group_release(struct alert_group *group)
{
    for (size_t i = 0; i < group->count; i++)
        alert_release(&group->alerts[i]);
    free(group->alerts);
    free(group->key);
    free(group->title);
    free(group->text);
    free(group->url);
    tree_free(group->labels);
    tree_free(group->card);
    *group = (struct alert_group){ .key = NULL };
}
