/* Pure. The shapes in which sources tell their alerts; alert_read chooses among them. */
#ifndef FEISHU_ALERT_SOURCE_H
#define FEISHU_ALERT_SOURCE_H

#include <stdbool.h>

#include "alert.h"

/* One shape. read fills a group that is all zero; what it leaves NULL is completed by alert_read,
 * which also releases the group if read fails. */
struct alert_source {
    bool (*recognise)(struct json_object *tree);
    bool (*read)(struct json_object *tree, const struct config_list *severity,
                 struct alert_group *group, struct error *error);
};

extern const struct alert_source alert_source_alertmanager;
extern const struct alert_source alert_source_grafana;
extern const struct alert_source alert_source_generic;

/* For all of them. A field's text, cleaned; "" if there is none. Caller frees. */
char *alert_text(struct json_object *object, const char *key);

/* The field's address if it is http or https, else "". Caller frees. */
char *alert_url(struct json_object *object, const char *key);

/* The alerts of an "alerts" array as Alertmanager and Grafana send them. ERROR_INVALID. */
bool alert_read_array(struct json_object *array, const struct config_list *severity,
                      struct alert_group *group, struct error *error);

#endif
