#include "code.h"

#include <stddef.h>

/* Advice that several codes share. */
static const char fetch_again[] = "Nothing: the token is fetched again by itself; if it stays "
                                  "refused, compare app.id and app.base_url with the console.";
static const char credentials[] =
    "Compare app.id, app.secret and app.base_url with Credentials & Basic Info of the console: a "
    "Feishu app needs open.feishu.cn, a Lark app open.larksuite.com.";
static const char app_state[] = "Publish a version of the app (Version Management & Release) and "
                                "let the tenant's administrator approve and enable it.";
static const char bot_ability[] = "Add the bot ability (Features, Bot) in the console and publish "
                                  "a version.";
static const char scope[] = "Grant the missing permission under Permissions & Scopes (the message "
                            "names it) and publish a version if it needs review.";
static const char user_scope[] = "This API wants a user's authorisation, which a bot does not "
                                 "have: nothing to set here.";
static const char slower[] = "Nothing, it passes; if it comes often, send less.";
static const char too_fast[] = "Send less at a time: this one was not sent.";
static const char wrong_id[] = "Check the chat_id or open_id: an open_id is valid for one app "
                               "alone.";
static const char gone[] = "Nothing: the message that was to be answered is no longer there.";
static const char our_request[] = "Report it with the log id: the request was malformed.";
static const char plainer[] = "Send something shorter or plainer.";

/* Sorted by code; 0 is asked about where no code was read. Codes that are not here are final. */
static const struct {
    int64_t code;
    enum code_class class;
    const char *advice;
} codes[] = {
    { 0, CODE_OK,
      "See whether this server reaches app.base_url, through app.proxy where one is needed." },
    { 10003, CODE_FINAL, credentials },
    { 10005, CODE_FINAL, app_state },
    { 10012, CODE_FINAL, "Use an enterprise self-built app: a store app's id does not work here." },
    { 10013, CODE_FINAL, credentials },
    { 10014, CODE_FINAL,
      "Compare app.id and app.base_url with the console (a Feishu app needs open.feishu.cn, a Lark "
      "app open.larksuite.com), and check that the app is not disabled." },
    { 10015, CODE_FINAL,
      "Copy the App Secret from Credentials & Basic Info of the console into app.secret." },
    { 10016, CODE_FINAL, "Use an enterprise self-built app: this is an API of store apps." },
    { 11205, CODE_AGAIN, bot_ability },
    { 11232, CODE_AGAIN, slower },
    { 11233, CODE_FINAL, too_fast },
    { 11247, CODE_FINAL, too_fast },
    { 230001, CODE_FINAL, our_request },
    { 230002, CODE_FINAL, "Add the bot to the chat (chat settings, Bots)." },
    { 230006, CODE_AGAIN, bot_ability },
    { 230011, CODE_FINAL, gone },
    { 230013, CODE_FINAL,
      "Add the person to the app's availability (Version Management & Release) and publish a "
      "version; an administrator can also have excluded them, or they have left." },
    { 230015, CODE_FINAL, "Share a group instead: private chats cannot be shared." },
    { 230017, CODE_FINAL, "Nothing: only who sent a message may change it." },
    { 230018, CODE_FINAL, "Let the group's owner allow bots to write in the group's settings." },
    { 230019, CODE_FINAL, gone },
    { 230020, CODE_AGAIN, slower },
    { 230022, CODE_FINAL, "Change the text: the platform takes it for sensitive." },
    { 230025, CODE_CONTENT, plainer },
    { 230027, CODE_FINAL,
      "Grant the missing permission (the message names it); for chats with other tenants the bot "
      "must be allowed to be shared outside." },
    { 230028, CODE_CONTENT,
      "Leave out what the tenant's data-loss rules forbid, such as plain telephone numbers and "
      "mail addresses." },
    { 230029, CODE_FINAL, "Nothing: the person has left the organisation." },
    { 230031, CODE_FINAL, "Nothing: messages older than 14 days cannot be changed." },
    { 230034, CODE_FINAL, wrong_id },
    { 230035, CODE_FINAL,
      "Check whether the group is muted, the person has blocked the bot, or the tenant's rules "
      "forbid the bot to write to them." },
    { 230036, CODE_FINAL, "Nothing: the tenant has deleted its key, its messages are closed." },
    { 230038, CODE_FINAL, "Use a group: bots cannot write to single people of other tenants." },
    { 230049, CODE_PENDING,
      "Nothing: the message is still being sent, and is asked for again with the same uuid." },
    { 230050, CODE_FINAL, "Nothing: the bot cannot see the message that is to be answered." },
    { 230053, CODE_FINAL, "Nothing: the person has stopped the bot and can start it again." },
    { 230054, CODE_FINAL, "Nothing: messages of this kind do not allow the operation." },
    { 230055, CODE_FINAL, "Send the file as the kind of message that it was uploaded for." },
    { 230075, CODE_FINAL, "Use another chat: bots cannot write in encrypted ones." },
    { 230099, CODE_CONTENT,
      "Mend the card: the message names the cause after ErrCode (elements, tables, ids)." },
    { 230110, CODE_FINAL, gone },
    { 230111, CODE_FINAL, "Nothing: messages that destroy themselves cannot be answered." },
    { 232009, CODE_FINAL, "Use another chat: this one was dissolved." },
    { 232025, CODE_FINAL, bot_ability },
    { 232034, CODE_FINAL, app_state },
    { 99991201, CODE_FINAL, "Check app.base_url: this host does not know the API." },
    { 99991400, CODE_AGAIN, slower },
    { 99991401, CODE_AGAIN,
      "Add this server's public address to the IP whitelist of the console's Security Settings." },
    { 99991403, CODE_FINAL,
      "Wait for the next month or buy more: the tenant's monthly quota of API calls is used up." },
    { 99991661, CODE_TOKEN, fetch_again },
    { 99991662, CODE_AGAIN, app_state },
    { 99991663, CODE_TOKEN, fetch_again },
    { 99991664, CODE_TOKEN, fetch_again },
    { 99991665, CODE_TOKEN, fetch_again },
    { 99991668, CODE_TOKEN, fetch_again },
    { 99991671, CODE_TOKEN, fetch_again },
    { 99991672, CODE_AGAIN, scope },
    { 99991673, CODE_AGAIN, app_state },
    { 99991676, CODE_FINAL, scope },
    { 99991677, CODE_TOKEN, fetch_again },
    { 99991679, CODE_FINAL, user_scope },
    { 99992351, CODE_FINAL, wrong_id },
    { 99992361, CODE_FINAL, wrong_id },
    { 99992402, CODE_FINAL, our_request },
};

enum { CODE_COUNT = sizeof(codes) / sizeof(codes[0]) };

/* The code's row, or CODE_COUNT. */
static size_t find(int64_t code)
{
    size_t row = 0;
    while (row < CODE_COUNT && codes[row].code != code)
        row++;
    return row;
}

enum code_class code_class(int64_t code)
{
    size_t row = find(code);
    return row < CODE_COUNT ? codes[row].class : CODE_FINAL;
}

const char *code_advice(int64_t code)
{
    size_t row = find(code);
    return row < CODE_COUNT ? codes[row].advice
                            : "Look the code up in the platform's list of error codes; its support "
                              "asks for the log id.";
}
