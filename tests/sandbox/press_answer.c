#include "press_answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "courier.h"
#include "error.h"
#include "memory.h"
#include "rules.h"
#include "tree.h"

enum { CARD_MAX = 1 << 20 };

static const struct {
    enum press_error error;
    const char *text;
} meanings[] = {
    { PRESS_NOT_CONFIGURED, "the app has no callback URL, or has not published the callback" },
    { PRESS_LATE, "the bot did not answer within three seconds" },
    { PRESS_NO_CONNECTION, "the bot's address did not accept the connection" },
    { PRESS_NO_HOST, "the bot's host name is unknown" },
    { PRESS_BROKEN, "the request to the bot failed" },
    { PRESS_STATUS, "the bot did not answer with HTTP status 200" },
    { PRESS_BODY, "the bot's answer is not what a callback's has to be" },
    { PRESS_CARD, "the card in the bot's answer is not valid" },
    { PRESS_SCHEMA, "a card of schema 2.0 cannot become one of schema 1.0" },
};

const char *press_answer_explain(enum press_error error)
{
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        if (meanings[i].error == error)
            return meanings[i].text;
    }
    return "";
}

static void fail(struct press_answer *answer, enum press_error error, const char *detail)
{
    answer->error = error;
    /* A sentence cut at its end is still one. */
    (void)snprintf(answer->detail, sizeof(answer->detail), "%s", detail);
}

/* Whether there was an answer with status 200. */
static bool judge_result(const struct courier_result *result, struct press_answer *answer)
{
    static const enum press_error errors[] = {
        [COURIER_FINE] = PRESS_FINE,
        [COURIER_NO_HOST] = PRESS_NO_HOST,
        [COURIER_NO_ACCEPT] = PRESS_NO_CONNECTION,
        [COURIER_LATE] = PRESS_LATE,
        [COURIER_BROKEN] = PRESS_BROKEN,
    };
    char status[32];
    if (result->failure != COURIER_FINE) {
        fail(answer, errors[result->failure], result->trouble);
        return false;
    }
    (void)snprintf(status, sizeof(status), "HTTP status %d", result->status);
    if (result->status != 200)
        fail(answer, PRESS_STATUS, status);
    return result->status == 200;
}

static bool is_absent_or_text(struct json_object *object, const char *key)
{
    return !tree_has(object, key) || tree_text(object, key) != NULL;
}

static bool is_toast(struct json_object *toast)
{
    static const char *const types[] = { "info", "success", "error", "warning" };
    const char *type = tree_text(toast, "type");
    bool known = !tree_has(toast, "type");
    for (size_t i = 0; !known && type != NULL && i < sizeof(types) / sizeof(types[0]); i++)
        known = strcmp(type, types[i]) == 0;
    return known && is_absent_or_text(toast, "content") &&
           (!tree_has(toast, "i18n") || tree_object(toast, "i18n") != NULL);
}

static bool has_schema_2(struct json_object *card)
{
    const char *schema = tree_text(card, "schema");
    return schema != NULL && strcmp(schema, "2.0") == 0;
}

static bool was_schema_2(const char *old)
{
    struct error error = ERROR_INIT;
    struct json_object *card = tree_parse_object(old, strlen(old), &error);
    bool schema_2 = has_schema_2(card);
    tree_free(card);
    return schema_2;
}

/* Judges a card of the answer, and prints it into the answer if it is fine. */
static void judge_card(struct json_object *card, const char *old, struct press_answer *answer)
{
    const char *type = tree_text(card, "type");
    struct json_object *data = tree_object(card, "data");
    bool template = type != NULL && strcmp(type, "template") == 0;
    if (type == NULL || (!template && strcmp(type, "raw") != 0)) {
        fail(answer, PRESS_CARD, "card.type is \"raw\" or \"template\"");
        return;
    }
    if (data == NULL) {
        fail(answer, PRESS_CARD, "card.data is an object");
        return;
    }
    struct buf out = BUF_INIT(CARD_MAX);
    tree_print(template ? card : data, &out);
    struct rules_verdict verdict = rules_judge("interactive", buf_text(&out), out.len);
    if (verdict.code != 0)
        fail(answer, PRESS_CARD, verdict.detail[0] != '\0' ? verdict.detail : "it is too long");
    else if (!template && was_schema_2(old) && !has_schema_2(data))
        fail(answer, PRESS_SCHEMA, press_answer_explain(PRESS_SCHEMA));
    else
        answer->card = memory_copy(buf_text(&out));
    buf_release(&out);
}

struct press_answer press_answer_judge(const struct courier_result *result, const char *body,
                                       const char *old)
{
    struct press_answer answer = { .error = PRESS_FINE };
    struct error error = ERROR_INIT;
    if (!judge_result(result, &answer))
        return answer;
    answer.tree = tree_parse_object(body, strlen(body), &error);
    struct json_object *toast = tree_object(answer.tree, "toast");
    struct json_object *card = tree_object(answer.tree, "card");
    if (answer.tree == NULL)
        fail(&answer, PRESS_BODY, "it is not a JSON object");
    else if (tree_has(answer.tree, "toast") && (toast == NULL || !is_toast(toast)))
        fail(&answer, PRESS_BODY, "toast has type (info, success, error, warning), content, i18n");
    else if (tree_has(answer.tree, "card") && card == NULL)
        fail(&answer, PRESS_CARD, "card is an object");
    else if (card != NULL)
        judge_card(card, old, &answer);
    if (answer.error == PRESS_FINE)
        answer.toast = toast;
    return answer;
}

void press_answer_release(struct press_answer *answer)
{
    tree_free(answer->tree);
    free(answer->card);
    *answer = (struct press_answer){ .error = PRESS_FINE };
}
