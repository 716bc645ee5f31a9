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
    { REFUSAL_UPDATE_PARAM, 400, "the card is not valid" },
    { REFUSAL_TOKEN_PARAM, 200, "invalid param" },
    { REFUSAL_NO_APP, 200, "app id not exists" },
    { REFUSAL_SECRET, 200, "wrong app secret" },
    { REFUSAL_NO_BOT, 400, "app do not have bot" },
    { REFUSAL_UPDATE_CARD, 400, "the card is not valid" },
    { REFUSAL_USER, 400, "no user authority error" },
    { REFUSAL_UPDATE_RECALLED, 400, "the message is recalled" },
    { REFUSAL_UPDATE_PEOPLE, 400, "open_ids is not valid" },
    { REFUSAL_PUBLISH_MAKER, 400, "the app was not made in the developer console" },
    { REFUSAL_ABILITY_PARAM, 400, "a parameter is invalid" },
    { REFUSAL_ABILITY_OTHER, 403, "an app may change itself only" },
    { REFUSAL_ABILITY_REVIEW, 400, "a version of the app is under review" },
    { REFUSAL_ABILITY_MAKER, 403, "the app was not made in the developer console" },
    { REFUSAL_CONFIG_PARAM, 400, "a parameter is invalid" },
    { REFUSAL_CONFIG_OTHER, 403, "an app may change itself only" },
    { REFUSAL_CONFIG_REVIEW, 403, "a version of the app is under review" },
    { REFUSAL_CONFIG_BOT, 400, "the bot ability has to be enabled first" },
    { REFUSAL_CONFIG_URL, 400, "the validation of event.request_url failed" },
    { REFUSAL_CONFIG_MAKER, 403, "the app was not made in the developer console" },
    { REFUSAL_PUBLISH_REVIEW, 400, "a version of the app is under review" },
    { REFUSAL_PUBLISH_NUMBER, 400, "a version is X.X.X and higher than the one before" },
    { REFUSAL_PUBLISH_FIELD, 400, "a required field is missing" },
    { REFUSAL_APP, 400, "no such app" },
    { REFUSAL_VERSION, 400, "no such version" },
    { REFUSAL_PARAM, 400, "invalid request parameter" },
    { REFUSAL_NOT_IN_CHAT, 400, "the bot is not in the chat" },
    { REFUSAL_BOT_OFF, 400, "the bot ability is not enabled" },
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
    { REFUSAL_CHAT_BOT_OFF, 400, "the bot ability is not enabled" },
    { REFUSAL_UPDATE_TOKEN, 400, "the format of the token is wrong" },
    { REFUSAL_UPDATE_ENDED, 400, "the token is not valid any more" },
    { REFUSAL_UPDATE_USED, 400, "the token was used twice" },
    { REFUSAL_UPDATE_WHOSE, 400, "a card that is not shared wants open_ids" },
    { REFUSAL_PATH, 404, "no such API" },
    { REFUSAL_API_RATE, 429, "request trigger frequency limit" },
    { REFUSAL_ADDRESS, 400, "the address is not on the IP whitelist" },
    { REFUSAL_NO_TOKEN, 400, "missing access token" },
    { REFUSAL_DISABLED, 400, "the app is not in use" },
    { REFUSAL_TENANT_TOKEN, 400, "invalid tenant access token" },
    { REFUSAL_APP_TOKEN, 400, "invalid app access token" },
    { REFUSAL_USER_TOKEN, 400, "invalid user access token" },
    { REFUSAL_TOKEN_KIND, 400, "an access token begins with t- or u-" },
    { REFUSAL_SCOPE, 400, "access denied" },
    { REFUSAL_NOT_INSTALLED, 400, "the app is not installed" },
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
