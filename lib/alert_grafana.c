#include <stdlib.h>
#include <string.h>

#include "alert_source.h"
#include "error.h"
#include "labels.h"
#include "memory.h"
#include "tree.h"

/* Grafana's webhook notifier: Alertmanager's shape with fields of its own. */
static bool recognise(struct json_object *tree)
{
    return tree_array(tree, "alerts") != NULL &&
           (tree_has(tree, "orgId") || tree_has(tree, "state"));
}

/* Grafana's own template of titles tells the state first, "[FIRING:2, RESOLVED:1] High CPU (web)",
 * as the card does. Then come the values of the labels, which the card says in its own way, too,
 * if the alert's name is among those of the group. */
static char *read_title(struct json_object *tree, struct json_object *labels)
{
    char *title = alert_text(tree, "title");
    const char *end = strchr(title, ']');
    const bool is_template =
        end != NULL && (strncmp(title, "[FIRING:", 8) == 0 || strncmp(title, "[RESOLVED", 9) == 0);
    if (!is_template)
        return title;
    const bool is_named = labels_get(labels, "alertname")[0] != '\0';
    char *rest = memory_copy(is_named ? "" : end + 1 + strspn(end + 1, " "));
    free(title);
    return rest;
}

/* Its own template of messages lists what the alerts themselves tell. */
static char *read_message(struct json_object *tree)
{
    char *message = alert_text(tree, "message");
    const char *text = message + strspn(message, "\n ");
    if (strncmp(text, "**Firing**", 10) == 0 || strncmp(text, "**Resolved**", 12) == 0)
        message[0] = '\0';
    return message;
}

static bool read(struct json_object *tree, const struct config_list *severity,
                 struct alert_group *group, struct error *error)
{
    group->key = alert_key(tree, "groupKey");
    group->labels = labels_read(tree_object(tree, "groupLabels"));
    group->title = read_title(tree, group->labels);
    group->text = read_message(tree);
    group->url = alert_url(tree, "externalURL");
    return alert_read_array(tree, severity, group, error);
}

const struct alert_source alert_source_grafana = { recognise, read };
