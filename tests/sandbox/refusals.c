#include "refusals.h"

#include <stddef.h>
#include <stdlib.h>

#include "exchange.h"
#include "memory.h"
#include "tree.h"

enum { RESET_S = 1 };

static const struct {
    int64_t code;
    int http;
    const char *text;
} table[] = {
    { REFUSAL_BAD_REQUEST, 400, "the body is not a JSON object" },
    { REFUSAL_TOKEN_PARAM, 200, "invalid param" },
    { REFUSAL_NO_APP, 200, "app id not exists" },
    { REFUSAL_SECRET, 200, "wrong app secret" },
    { REFUSAL_PARAM, 400, "invalid request parameter" },
    { REFUSAL_NOT_IN_CHAT, 400, "the bot is not in the chat" },
    { REFUSAL_RECALLED, 400, "the message is recalled" },
    { REFUSAL_NOT_OWNER, 400, "the bot does not own the resource" },
    { REFUSAL_CHAT_RATE, 400, "too many messages into this chat" },
    { REFUSAL_TOO_LONG, 400, "the content is too long" },
    { REFUSAL_RECALL, 400, "no permission to recall this message" },
    { REFUSAL_RECEIVER, 400, "the receive_id is invalid" },
    { REFUSAL_CARD, 400, "Failed to create card content" },
    { REFUSAL_EMOJI, 400, "reaction type is invalid" },
    { REFUSAL_NO_MESSAGE, 400, "the message is not found" },
    { REFUSAL_NO_REACTION, 400, "the reaction_id is invalid" },
    { REFUSAL_PATH, 404, "no such API" },
    { REFUSAL_API_RATE, 429, "request trigger frequency limit" },
    { REFUSAL_NO_TOKEN, 400, "missing access token" },
    { REFUSAL_TENANT_TOKEN, 400, "invalid tenant access token" },
    { REFUSAL_APP_TOKEN, 400, "invalid app access token" },
    { REFUSAL_USER_TOKEN, 400, "invalid user access token" },
    { REFUSAL_TOKEN_KIND, 400, "an access token begins with t- or u-" },
    { REFUSAL_OPEN_ID, 400, "not a valid open_id, or it does not exist" },
    { REFUSAL_FIELD, 400, "field validation failed" },
};

/* The row of the code, or that of none. */
static size_t find(int64_t code)
{
    size_t at = 0;
    while (at < sizeof(table) / sizeof(table[0]) && table[at].code != code)
        at++;
    return at;
}

static struct json_object *error_object(const struct exchange *exchange)
{
    struct json_object *object = tree_new_object();
    tree_set_text(object, "log_id", exchange->log_id);
    tree_set_text(object, "troubleshooter", "this is the sandbox: see /sandbox/requests");
    return object;
}

void refusals_answer(struct exchange *exchange, int64_t code, const char *detail)
{
    size_t at = find(code);
    bool known = at < sizeof(table) / sizeof(table[0]);
    char *text = memory_format("%s%s%s", known ? table[at].text : "refused by the sandbox",
                               detail[0] == '\0' ? "" : ", ", detail);
    struct json_object *tree = tree_new_object();
    tree_set_int(tree, "code", code);
    tree_set_text(tree, "msg", text);
    tree_set(tree, "error", error_object(exchange));
    exchange_answer(exchange, tree);
    exchange->http = known ? table[at].http : 400;
    exchange->code = code;
    if (code == REFUSAL_API_RATE)
        exchange->reset_s = RESET_S;
    free(text);
}

void refusals_answer_field(struct exchange *exchange, const char *field, const char *wrong)
{
    refusals_answer(exchange, REFUSAL_FIELD, "");
    struct json_object *violation = tree_new_object();
    tree_set_text(violation, "field", field);
    tree_set_text(violation, "description", wrong);
    struct json_object *violations = tree_new_array();
    tree_append(violations, violation);
    tree_set(tree_object(exchange->tree, "error"), "field_violations", violations);
}
