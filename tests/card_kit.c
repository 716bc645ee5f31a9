#include "card_kit.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "card_rules.h"
#include "text.h"
#include "tree.h"

enum { TEXT_MAX = 8 << 20 };

#define ID "0123456789abcdef0123456789abcdef"

#define MENTION ("<at id=" CARD_KIT_PERSON "></at>")

/* All that may begin with "<" on a card. */
static const char *const markup[] = { "<local_datetime millisecond='", "</local_datetime>", "<br>",
                                      MENTION, "</at>" };

static bool is_ours(const char *at)
{
    for (size_t i = 0; i < sizeof(markup) / sizeof(markup[0]); i++) {
        if (strncmp(at, markup[i], strlen(markup[i])) == 0)
            return true;
    }
    return false;
}

/* Where something acts that is not ours: markup, or a link to what is no page. */
static const char *acting(const char *card)
{
    for (const char *at = card; (at = strchr(at, '<')) != NULL; at++) {
        if (!is_ours(at))
            return at;
    }
    for (const char *at = card; (at = strstr(at, "](")) != NULL; at++) {
        if (strncasecmp(at + 2, "http://", 7) != 0 && strncasecmp(at + 2, "https://", 8) != 0)
            return at;
    }
    return NULL;
}

/* The request that posts the card, with the longest ids there are. */
static struct json_object *request_of(struct json_object *card, const char *text,
                                      enum alert_card_way way)
{
    struct json_object *request = tree_new_object();
    tree_set_text(request, "msg_type", "interactive");
    if (way == ALERT_CARD_CUSTOM) {
        tree_set_text(request, "timestamp", "1700000000");
        tree_set_text(request, "sign", ID ID);
        tree_set(request, "card", tree_share(card));
        return request;
    }
    tree_set_text(request, "receive_id", "oc_" ID ID);
    tree_set_text(request, "uuid", ID "012345678901234567");
    tree_set_text(request, "content", text);
    return request;
}

static size_t size_of(struct json_object *card, const char *text, enum alert_card_way way)
{
    struct buf whole = BUF_INIT(TEXT_MAX);
    struct json_object *request = request_of(card, text, way);
    tree_print(request, &whole);
    const size_t size = whole.failed ? SIZE_MAX : whole.len;
    tree_free(request);
    buf_release(&whole);
    return size;
}

const char *card_kit_wrong(struct json_object *card, enum alert_card_way way)
{
    static char wrong[256];
    struct buf text = BUF_INIT(TEXT_MAX);
    const size_t max = way == ALERT_CARD_APP ? 30000 : 20000;
    const struct card_rules_verdict verdict = card_rules_judge(card);
    tree_print(card, &text);
    const char *at = acting(buf_text(&text));
    const size_t size = size_of(card, buf_text(&text), way);
    wrong[0] = '\0';
    if (!text_is_utf8(buf_text(&text), text.len))
        (void)snprintf(wrong, sizeof(wrong), "no UTF-8");
    else if (at != NULL)
        (void)snprintf(wrong, sizeof(wrong), "this acts: %.100s", at);
    else if (size > max)
        (void)snprintf(wrong, sizeof(wrong), "%zu bytes of %zu", size, max);
    else if (verdict.reason != 0)
        (void)snprintf(wrong, sizeof(wrong), "%d %s", verdict.reason, verdict.text);
    buf_release(&text);
    return wrong[0] == '\0' ? NULL : wrong;
}

bool card_kit_same(struct json_object *a, struct json_object *b)
{
    struct buf one = BUF_INIT(TEXT_MAX);
    struct buf other = BUF_INIT(TEXT_MAX);
    tree_print(a, &one);
    tree_print(b, &other);
    const bool same = strcmp(buf_text(&one), buf_text(&other)) == 0;
    buf_release(&one);
    buf_release(&other);
    return same;
}
