#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alert_source.h"
#include "cipher.h"
#include "error.h"
#include "labels.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

enum { TEXT_MAX = 16384 }; /* bytes; a card shows less */

/* In this order: Grafana's alerts would pass for Alertmanager's in part, and both for generic. */
static const struct alert_source *const sources[] = {
    &alert_source_alertmanager,
    &alert_source_grafana,
    &alert_source_generic,
};

/* What a source did not tell is "" or empty; a group without a key is known by its title and
 * labels, or by its text. */
static void complete(struct alert_group *group)
{
    char **texts[] = { &group->key, &group->title, &group->text, &group->url };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (*texts[i] == NULL)
            *texts[i] = memory_copy("");
    }
    if (group->labels == NULL)
        group->labels = tree_new_object();
    if (group->key[0] != '\0')
        return;
    char labels[CIPHER_HEX_LEN];
    char hex[CIPHER_HEX_LEN];
    const char *title = group->title[0] != '\0' ? group->title : group->text;
    labels_digest(group->labels, labels);
    cipher_digest_hex(
        (const struct cipher_part[]){ { title, strcspn(title, "\n") }, { labels, sizeof(labels) } },
        2, hex);
    free(group->key);
    group->key = memory_copy(hex);
}

static bool read_json(const char *body, size_t len, const struct config_list *severity,
                      struct alert_group *group, struct error *error)
{
    struct json_object *tree = tree_parse_object(body, len, error);
    if (tree == NULL)
        return false;
    size_t i = 0;
    const size_t count = sizeof(sources) / sizeof(sources[0]);
    while (i < count && !sources[i]->recognise(tree))
        i++;
    const bool good = i < count ? sources[i]->read(tree, severity, group, error)
                                : error_set(error, ERROR_INVALID,
                                            "neither Alertmanager's, Grafana's nor our own JSON: "
                                            "title or text is missing");
    tree_free(tree);
    return good;
}

/* A text is one alert that fires; what it is about stands in its first line. */
static bool read_text(const char *body, size_t len, struct alert_group *group, struct error *error)
{
    if (!text_is_utf8(body, len))
        return error_set(error, ERROR_INVALID, "the text is not UTF-8");
    char *text = text_clean(body, text_cut(body, len, TEXT_MAX));
    alert_split_text(group, text);
    free(text);
    group->single = true;
    group->alerts = memory_zero(1, sizeof(*group->alerts));
    group->count = 1;
    group->alerts[0] = alert_untold();
    group->alerts[0].firing = true;
    return group->title[0] != '\0' || error_set(error, ERROR_INVALID, "the body is empty");
}

static bool is_json_type(const char *content_type)
{
    static const char type[] = "application/json";
    const size_t len = sizeof(type) - 1;
    return strncasecmp(content_type, type, len) == 0 &&
           (content_type[len] == '\0' || strchr("; \t", content_type[len]) != NULL);
}

/* Whether the body looks like JSON: it must be JSON then. */
static bool begins_json(const char *body, size_t len)
{
    size_t at = 0;
    while (at < len && body[at] != '\0' && strchr(" \t\r\n", body[at]) != NULL)
        at++;
    return at < len && (body[at] == '{' || body[at] == '[');
}

bool alert_read(const char *content_type, const char *body, size_t len,
                const struct config_list *severity, struct alert_group *group, struct error *error)
{
    /* Some programs mark UTF-8 as such. */
    const size_t mark = len >= 3 && memcmp(body, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    *group = (struct alert_group){ .key = NULL };
    body += mark;
    len -= mark;
    const bool good = is_json_type(content_type) || begins_json(body, len)
                          ? read_json(body, len, severity, group, error)
                          : read_text(body, len, group, error);
    if (good)
        complete(group);
    else
        alert_group_release(group);
    return good;
}
