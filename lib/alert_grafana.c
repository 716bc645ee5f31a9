#include <stdlib.h>

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

static bool read(struct json_object *tree, const struct config_list *severity,
                 struct alert_group *group, struct error *error)
{
    int64_t left_out = 0;
    group->key = alert_text(tree, "groupKey");
    group->title = alert_text(tree, "title");
    group->text = alert_text(tree, "message");
    group->url = alert_url(tree, "externalURL");
    group->labels = labels_read(tree_object(tree, "groupLabels"));
    if (tree_int(tree, "truncatedAlerts", &left_out) && left_out > 0)
        group->left_out = (uint64_t)left_out;
    return alert_read_array(tree_array(tree, "alerts"), severity, group, error);
}

const struct alert_source alert_source_grafana = { recognise, read };
