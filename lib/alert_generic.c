#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alert_source.h"
#include "buf.h"
#include "error.h"
#include "labels.h"
#include "memory.h"
#include "tree.h"

enum { CARD_MAX = 65536 }; /* bytes; the platform takes less than half of it */

/* Our own shape, for scripts: title or text, and perhaps severity, status, labels, url, key; or a
 * whole card. */
static bool recognise(struct json_object *tree)
{
    return tree_has(tree, "title") || tree_has(tree, "text") || tree_has(tree, "card") ||
           tree_text(tree, "schema") != NULL;
}

/* How scripts say that something is over; any other word, or none, says that it is not. */
static bool is_over(const char *status)
{
    static const char *const words[] = { "resolved", "ok",     "recovered", "recovery",
                                         "up",       "closed", "恢复",      "已恢复" };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(status, words[i]) == 0)
            return true;
    }
    return false;
}

/* The card, given as a whole or in the field "card". */
static struct json_object *card_of(struct json_object *tree)
{
    return tree_text(tree, "schema") != NULL ? tree : tree_object(tree, "card");
}

static bool is_small(struct json_object *card)
{
    struct buf text = BUF_INIT(CARD_MAX);
    tree_print(card, &text);
    const bool fits = !text.failed;
    buf_release(&text);
    return fits;
}

static struct alert read_alert(struct json_object *tree, const struct config_list *severity)
{
    struct alert alert = alert_untold();
    char *status = alert_text(tree, "status");
    char *word = alert_text(tree, "severity");
    alert.firing = !is_over(status);
    tree_free(alert.labels);
    alert.labels = labels_read(tree_object(tree, "labels"));
    /* Matchers, as those of `mention`, know labels only. */
    if (word[0] != '\0' && labels_get(alert.labels, "severity")[0] == '\0')
        tree_set_text(alert.labels, "severity", word);
    const char *label = labels_get(alert.labels, "severity");
    alert.severity = alert_severity_of(word[0] != '\0' ? word : label, severity);
    free(alert.runbook_url);
    alert.runbook_url = alert_url(tree, "runbook_url");
    free(status);
    free(word);
    return alert;
}

static bool read(struct json_object *tree, const struct config_list *severity,
                 struct alert_group *group, struct error *error)
{
    struct json_object *card = card_of(tree);
    if (card != NULL && !is_small(card))
        return error_set(error, ERROR_INVALID, "the card is larger than any that can be posted");
    group->single = true;
    group->key = alert_key(tree, "key");
    group->title = alert_text(tree, "title");
    group->text = alert_text(tree, "text");
    if (group->title[0] == '\0')
        alert_split_text(group, group->text);
    group->url = alert_url(tree, "url");
    group->card = card == NULL ? NULL : tree_share(card);
    group->alerts = memory_zero(1, sizeof(*group->alerts));
    group->count = 1;
    group->alerts[0] = read_alert(tree, severity);
    group->labels = tree_share(group->alerts[0].labels);
    if (group->title[0] == '\0' && group->card == NULL)
        return error_set(error, ERROR_INVALID, "neither title nor text");
    return true;
}

const struct alert_source alert_source_generic = { recognise, read };
