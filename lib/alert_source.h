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

/* For all of them. A field's text, cleaned and no longer than a card could show; "" if there is
 * none. Caller frees. */
char *alert_text(struct json_object *object, const char *key);

/* The field's address, what may not stand in one percent-encoded; "" if it is neither http nor
 * https, or too long to be kept. Caller frees. */
char *alert_url(struct json_object *object, const char *key);

/* A field by which something is known: as it is, or, if it is very long, its digest. Caller frees.
 */
char *alert_key(struct json_object *object, const char *key);

/* The alerts of an "alerts" array as Alertmanager and Grafana send them, and how many were left
 * out. ERROR_INVALID. */
bool alert_read_array(struct json_object *tree, const struct config_list *severity,
                      struct alert_group *group, struct error *error);

/* An alert of whose texts nothing is told: each is "", each object is empty. */
struct alert alert_untold(void);

/* Makes the first line of text, which may be the group's, its title, and the rest its text. */
void alert_split_text(struct alert_group *group, const char *text);

#endif
