#include <string.h>

#include "alert_source.h"
#include "error.h"
#include "labels.h"
#include "tree.h"

/* Version 4 of Alertmanager's webhook: https://prometheus.io/docs/alerting/latest/configuration/ */
static bool recognise(struct json_object *tree)
{
    return tree_text(tree, "groupKey") != NULL && tree_array(tree, "alerts") != NULL &&
           !tree_has(tree, "orgId");
}

static bool read(struct json_object *tree, const struct config_list *severity,
                 struct alert_group *group, struct error *error)
{
    const char *version = tree_text(tree, "version");
    if (version == NULL || strcmp(version, "4") != 0)
        return error_set(error, ERROR_INVALID, "not version 4 of Alertmanager's webhook");
    group->listed = true;
    group->key = alert_key(tree, "groupKey");
    group->url = alert_url(tree, "externalURL");
    group->labels = labels_read(tree_object(tree, "groupLabels"));
    return alert_read_array(tree, severity, group, error);
}

const struct alert_source alert_source_alertmanager = { recognise, read };
