/* What the platform, or the way to it, has against a call, in plain words. */
#include "link.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "memory.h"
#include "report.h"

enum { CODE_ADDRESS = 99991401, CODE_SCOPE = 99991672, CODE_NO_APP = 10014, CODE_PARAM = 10003 };

#define SCOPE_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789:._-"

static const char bot_off[] = N_("the app has no bot, or no version with the bot is published");
static const char add_bot[] =
    N_("Add the bot (应用能力 → 添加应用能力 → 机器人 · Features → Add Features → Bot), then "
       "publish a version (应用发布 → 版本管理与发布 · Version Management & Release)");
static const char not_installed[] = N_("the app is not installed in the organisation");
static const char publish[] =
    N_("Publish a version (应用发布 → 版本管理与发布 · Version Management & Release) and have an "
       "administrator approve it");
static const char credentials[] =
    N_("Copy App ID and App Secret from 凭证与基础信息 · Credentials & Basic Info");
static const char slower[] = N_("Wait a minute and try again");

/* What a code means, and the page of the console where it is mended. */
static const struct row {
    int64_t code;
    const char *meaning;
    const char *fix;
    const char *page; /* NULL: it is not mended in the console */
} rows[] = {
    { 10005, N_("the organisation has not admitted the app"), publish, "version" },
    { 10012, N_("this is no app of the organisation's own"),
      N_("Use an app made with 创建企业自建应用 · Create Custom App; apps of the app store do not "
         "work here"),
      "baseinfo" },
    { 10013, N_("App ID or App Secret is wrong"), credentials, "baseinfo" },
    { 10015, N_("the App Secret is wrong"),
      N_("Copy the App Secret anew from 凭证与基础信息 · Credentials & Basic Info; it changes when "
         "somebody resets it"),
      "baseinfo" },
    { 10016, N_("this is no app of the organisation's own"),
      N_("Use an app made with 创建企业自建应用 · Create Custom App; apps of the app store do not "
         "work here"),
      "baseinfo" },
    { 11205, bot_off, add_bot, "capability" },
    { 230002, N_("the bot is not in that chat"),
      N_("Add the bot to the group: 设置 → 群机器人 → 添加机器人 · Settings → Bots → Add Bot"),
      NULL },
    { 230006, bot_off, add_bot, "capability" },
    { 230013, N_("that person is outside of the app's availability"),
      N_("Add the person to 可用范围 · availability of a new version and publish it"), "version" },
    { 230018, N_("the group's settings forbid bots to write"),
      N_("Ask the group's owner to let bots write"), NULL },
    { 230020, N_("too many messages into this chat at a time"), slower, NULL },
    { 230035, N_("the bot may not write there: the group is muted, or somebody blocked the bot"),
      N_("Choose another chat, or ask the group's owner"), NULL },
    { 232009, N_("that group was dissolved"), N_("Choose another chat"), NULL },
    { 232025, bot_off, add_bot, "capability" },
    { 232034, not_installed, publish, "version" },
    { 99991201, N_("this host does not know the API"),
      N_("Correct app.base_url: https://open.feishu.cn, for Lark https://open.larksuite.com, or "
         "the "
         "host of your own installation"),
      NULL },
    { 99991400, N_("too many requests at a time"), slower, NULL },
    { 99991403, N_("the organisation's monthly quota of API calls is used up"),
      N_("Wait for the next month, or have the organisation buy more"), NULL },
    { 99991662, N_("the app is disabled"),
      N_("Ask an administrator to enable it: 管理后台 → 工作台 → 应用管理 · Admin Console → "
         "Workplace → App Management. If it was never published, publish a version"),
      "version" },
    { 99991673, not_installed, publish, "version" },
    { 212100, not_installed, publish, "version" },
};

/* An App ID that is unknown may be known to the other host: which one that is. */
static const struct {
    const char *base_url; /* NULL: any other */
    const char *fix;
} hosts[] = {
    { "https://open.feishu.cn",
      N_("Compare the App ID with the console. If the app was made at Lark "
         "(open.larksuite.com/app), set app.base_url to https://open.larksuite.com. It may also be "
         "that an administrator has disabled the app") },
    { "https://open.larksuite.com",
      N_("Compare the App ID with the console. If the app was made at Feishu (open.feishu.cn/app), "
         "set app.base_url to https://open.feishu.cn. It may also be that an administrator has "
         "disabled the app") },
    { NULL,
      N_("Compare the App ID with the console, and app.base_url with the console's address: a "
         "Feishu app needs https://open.feishu.cn, a Lark app https://open.larksuite.com, one of "
         "your own installation that host. It may also be that an administrator has disabled the "
         "app") },
};

/* A failure by a code of the platform. */
static void fail(const struct link *link, const struct api_answer *answer, const char *meaning,
                 const char *fix, const char *page, struct finding *finding)
{
    finding_set(
        finding, FINDING_FAIL,
        memory_format(_("%s (code %lld: %s)"), meaning, (long long)answer->code, answer->text),
        page == NULL ? memory_copy(fix) : link_advice(link, fix, page));
}

/* The address of this server, which the platform's message quotes; "" if it does not. */
static void find_address(const char *text, char address[static INET6_ADDRSTRLEN])
{
    static const char characters[] = "0123456789abcdefABCDEF:.";
    unsigned char parsed[sizeof(struct in6_addr)];
    for (const char *at = text; *at != '\0'; at += strcspn(at, characters)) {
        size_t len = strspn(at, characters);
        size_t kept = len;
        while (kept > 0 && strchr(":.", at[kept - 1]) != NULL)
            kept--;
        if (kept > 0 && kept < INET6_ADDRSTRLEN) {
            memcpy(address, at, kept);
            address[kept] = '\0';
            if (inet_pton(AF_INET, address, parsed) == 1 ||
                inet_pton(AF_INET6, address, parsed) == 1)
                return;
        }
        at += len;
    }
    address[0] = '\0';
}

static void explain_address(const struct link *link, const struct api_answer *answer,
                            struct finding *finding)
{
    char address[INET6_ADDRSTRLEN];
    find_address(answer->text, address);
    if (address[0] == '\0') {
        fail(link, answer, _("this server's address is not on the app's IP whitelist"),
             _("Add the server's public address to 安全设置 → IP 白名单 · Security Settings → IP "
               "Whitelist; it takes effect at once"),
             "safe", finding);
        return;
    }
    char *meaning =
        memory_format(_("this server's address, %s, is not on the app's IP whitelist"), address);
    char *fix =
        memory_format(_("Add %s to 安全设置 → IP 白名单 · Security Settings → IP Whitelist; "
                        "it takes effect at once"),
                      address);
    fail(link, answer, meaning, fix, "safe", finding);
    free(meaning);
    free(fix);
}

/* The page that asks for the scopes that stand in brackets in the platform's message. Caller frees.
 */
static char *scope_page(const char *text)
{
    const char *from = strchr(text, '[');
    size_t len = from == NULL ? 0 : strspn(from + 1, SCOPE_CHARACTERS ", ");
    if (len == 0 || from[1 + len] != ']')
        return memory_copy("auth");
    char *page = memory_format("auth?q=%.*s", (int)len, from + 1);
    char *to = page;
    for (const char *at = page; *at != '\0'; at++) {
        if (*at != ' ')
            *to++ = *at;
    }
    *to = '\0';
    return page;
}

static void explain_scope(const struct link *link, const struct api_answer *answer,
                          struct finding *finding)
{
    char *page = scope_page(answer->text);
    fail(link, answer, _("a permission is missing"),
         _("Grant one of those that are named (开发配置 → 权限管理 · Permissions & Scopes), then "
           "publish a version"),
         page, finding);
    free(page);
}

static void explain_app(const struct link *link, const struct api_answer *answer,
                        struct finding *finding)
{
    size_t at = 0;
    while (hosts[at].base_url != NULL && strcmp(hosts[at].base_url, link->config.app.base_url) != 0)
        at++;
    fail(link, answer,
         answer->code == CODE_PARAM
             ? _("the platform does not take App ID and App Secret: one of them is wrong")
             : _("the platform does not know this App ID"),
         _(hosts[at].fix), "baseinfo", finding);
}

static void explain_other(const struct api_answer *answer, struct finding *finding)
{
    finding_set(finding, FINDING_FAIL,
                memory_format(_("the platform refused it (code %lld: %s)"), (long long)answer->code,
                              answer->text),
                memory_format(_("Look the code up in the platform's list of error codes; its "
                                "support asks for the log id, which is %s"),
                              answer->log_id[0] == '\0' ? "-" : answer->log_id));
}

/* Codes with more to say than a row. */
static const struct {
    int64_t code;
    void (*explain)(const struct link *link, const struct api_answer *answer,
                    struct finding *finding);
} special[] = {
    { CODE_PARAM, explain_app },
    { CODE_NO_APP, explain_app },
    { CODE_ADDRESS, explain_address },
    { CODE_SCOPE, explain_scope },
};

static void explain_code(const struct link *link, const struct api_answer *answer,
                         struct finding *finding)
{
    for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
        if (special[i].code == answer->code) {
            special[i].explain(link, answer, finding);
            return;
        }
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].code == answer->code) {
            fail(link, answer, _(rows[i].meaning), _(rows[i].fix), rows[i].page, finding);
            return;
        }
    }
    explain_other(answer, finding);
}

void link_explain(const struct link *link, const struct api_answer *answer, struct finding *finding)
{
    if (answer->outcome == API_REFUSED)
        explain_code(link, answer, finding);
    else
        link_explain_way(link, answer, finding);
}
