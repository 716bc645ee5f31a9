#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card_parts.h"
#include "buf.h"
#include "card.h"
#include "incident.h"
#include "labels.h"
#include "markdown.h"
#include "memory.h"
#include "tree.h"

enum {
    ALERTS_MAX = 150,  /* of more, nobody reads on */
    RESOLVED_MAX = 20, /* likewise of those that are over */
    LABELS_LEN = 600,  /* bytes of markdown of an alert's labels, after which no other begins */
    COMMENT_LEN = 600,
    ELEMENT_BYTES = 80 /* of an element of markdown without its content, in a request */
};

size_t alert_card_cost(const struct buf *markdown)
{
    size_t cost = markdown->len;
    for (size_t i = 0; i < markdown->len; i++) {
        const char byte = markdown->data[i];
        if (byte == '\n')
            cost += 2;
        if (byte == '"' || byte == '\\')
            cost += 3;
    }
    return cost;
}

static void add_dot(struct buf *out)
{
    buf_add_text(out, out->len > 0 ? " · " : "");
}

/* Its severity and its name, where the card's head does not say them for all. */
static void add_head(const struct alert_card_parts *parts, const struct alert *alert,
                     struct buf *out)
{
    const char *name = labels_get(alert->labels, "alertname");
    if (parts->is_mixed)
        alert_card_add_phrase(out, parts->language, alert_card_severity(alert->severity),
                              WORDS(NULL));
    if (name[0] == '\0' || labels_get(parts->common, "alertname")[0] != '\0')
        return;
    add_dot(out);
    markdown_add_line(out, name, ALERT_CARD_VALUE_MAX);
}

/* The labels that tell the alert from the others; of a single one all. */
static void add_labels(const struct alert_card_parts *parts, const struct alert *alert,
                       struct buf *out)
{
    const char *names[LABELS_MAX];
    struct json_object *own = parts->count == 1 ? tree_share(alert->labels)
                                                : labels_without(alert->labels, parts->common);
    const size_t count = labels_names(own, names);
    for (size_t i = 0; i < count; i++) {
        if (!alert_card_is_shown(names[i]))
            continue;
        if (out->len >= LABELS_LEN) {
            buf_add_text(out, ", …");
            break;
        }
        alert_card_add_label(out, names[i], labels_get(own, names[i]));
    }
    tree_free(own);
}

/* When it began, or ended; what was measured. */
static void add_state(const struct alert_card_parts *parts, const struct alert *alert,
                      struct buf *out)
{
    const int64_t ms = alert->firing ? alert->starts_ms : alert->ends_ms;
    if (ms > 0) {
        char *when = alert_card_moment(ms);
        add_dot(out);
        alert_card_add_phrase(out, parts->language, alert->firing ? PHRASE_SINCE : PHRASE_ENDED,
                              WORDS(when));
        free(when);
    }
    if (alert->values[0] != '\0') {
        add_dot(out);
        markdown_add_line(out, alert->values, ALERT_CARD_VALUE_MAX);
    }
}

/* What its rule's author wrote about this alert alone. */
static void add_comment(const struct alert_card_parts *parts, const struct alert *alert,
                        struct buf *out)
{
    struct json_object *comments = labels_without(alert->annotations, parts->comments);
    const char *comment = labels_get(comments, "summary");
    if (comment[0] == '\0')
        comment = alert_card_description(comments);
    if (comment[0] != '\0') {
        add_dot(out);
        markdown_add_line(out, comment, COMMENT_LEN);
    }
    tree_free(comments);
}

/* One alert: an item of a list where there are several; its labels struck out if it is over. */
static void add_alert(const struct alert_card_parts *parts, const struct alert *alert,
                      struct buf *item)
{
    struct buf labels = BUF_INIT(1 << 16);
    add_head(parts, alert, item);
    add_labels(parts, alert, &labels);
    if (labels.len > 0) {
        add_dot(item);
        const char *strike = alert->firing || parts->firing == 0 ? "" : "~~";
        buf_add_format(item, "%s%s%s", strike, buf_text(&labels), strike);
    }
    buf_release(&labels);
    add_state(parts, alert, item);
    add_comment(parts, alert, item);
}

/* Adds alerts to the list while there is room; how many. */
static size_t add_list(const struct alert_card_parts *parts, size_t room, struct buf *list)
{
    struct buf item = BUF_INIT(1 << 16);
    const char *sign = parts->count > 1 ? "- " : "";
    size_t shown = 0;
    size_t resolved = 0;
    for (; shown < parts->count && shown < ALERTS_MAX; shown++) {
        resolved += parts->order[shown]->firing ? 0 : 1;
        if (resolved > RESOLVED_MAX)
            break;
        buf_clear(&item);
        add_alert(parts, parts->order[shown], &item);
        const size_t cost = alert_card_cost(&item) + strlen("\\\\n- ");
        if (cost > room)
            break;
        room -= cost;
        if (item.len > 0)
            buf_add_format(list, "%s%s%s", list->len > 0 ? "\n" : "", sign, buf_text(&item));
    }
    buf_release(&item);
    return shown;
}

static const enum phrase some[] = {
    [SEVERITY_CRITICAL] = PHRASE_SOME_CRITICAL,
    [SEVERITY_WARNING] = PHRASE_SOME_WARNING,
    [SEVERITY_INFO] = PHRASE_SOME_INFO,
};

static char *say_count(enum language language, enum phrase phrase, uint64_t count)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRIu64, count);
    return words_say(language, phrase, WORDS(text));
}

char *alert_card_counts(enum language language, const uint64_t counts[static SEVERITY_COUNT])
{
    char *list = NULL;
    for (size_t i = 0; i < SEVERITY_COUNT; i++) {
        if (counts[i] > 0)
            list = words_join(language, list, say_count(language, some[i], counts[i]));
    }
    return list;
}

static void add_line(struct buf *out, char *line)
{
    buf_add_format(out, "%s%s", out->len > 0 ? "<br>" : "", line);
    free(line);
}

/* Says how many alerts stand nowhere above: that fire, that are over, that were never told. */
static void add_counts(const struct alert_card_parts *parts, size_t shown, struct buf *out)
{
    char text[24];
    uint64_t counts[SEVERITY_COUNT];
    uint64_t firing = 0;
    uint64_t over = 0;
    memcpy(counts, parts->incident->uncounted, sizeof(counts));
    for (size_t i = shown; i < parts->count; i++)
        (*(parts->order[i]->firing ? &counts[parts->order[i]->severity] : &over))++;
    for (size_t i = 0; i < SEVERITY_COUNT; i++)
        firing += counts[i];
    if (firing > 0) {
        char *list = alert_card_counts(parts->language, counts);
        (void)snprintf(text, sizeof(text), "%" PRIu64, firing);
        add_line(out, words_say(parts->language, PHRASE_NOT_SHOWN, WORDS(text, list)));
        free(list);
    }
    if (over > 0)
        add_line(out, say_count(parts->language, PHRASE_ENDED_NOT_SHOWN, over));
    const uint64_t left_out = parts->incident->group.left_out;
    if (left_out > 0)
        add_line(out, say_count(parts->language, PHRASE_SOURCE_LEFT_OUT, left_out));
}

void alert_card_add_alerts(const struct alert_card_parts *parts, size_t room,
                           struct json_object *elements)
{
    struct buf list = BUF_INIT(1 << 20);
    struct buf counts = BUF_INIT(1 << 12);
    /* There is always room to say that none is shown. */
    add_counts(parts, 0, &counts);
    const size_t reserved = alert_card_cost(&counts) + 2 * ELEMENT_BYTES;
    const size_t shown = add_list(parts, room > reserved ? room - reserved : 0, &list);
    buf_clear(&counts);
    add_counts(parts, shown, &counts);
    if (list.len > 0)
        tree_append(elements, card_markdown(buf_text(&list)));
    if (counts.len > 0)
        tree_append(elements, card_markdown(buf_text(&counts)));
    buf_release(&counts);
    buf_release(&list);
}
