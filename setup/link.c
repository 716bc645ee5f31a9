#include "link.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "context.h"
#include "error.h"
#include "http.h"
#include "memory.h"
#include "report.h"
#include "store.h"

enum { CALL_MS = 10000 };

bool link_open(struct link *link, const char *config_path, struct error *error)
{
    struct config config;
    if (!config_load(config_path, &config, error))
        return false;
    link_open_with(link, &config);
    return true;
}

void link_open_with(struct link *link, struct config *config)
{
    *link = (struct link){ .config = *config };
    bool plain = strncmp(link->config.app.base_url, "http://", strlen("http://")) == 0;
    link->http = http_open(link->config.app.ca, link->config.app.proxy, plain);
    link->store = store_open("none");
    link->api = (struct api){ &link->config.app, link->http, link->store, NULL };
}

void link_close(struct link *link)
{
    http_close(link->http);
    store_close(link->store);
    config_release(&link->config);
}

void link_call(struct link *link, const char *method, const char *path, struct json_object *body,
               struct api_answer *answer)
{
    api_call(&link->api, method, path, body, clock_steady_ms() + CALL_MS, answer);
}

char *link_console(const struct link *link, const char *page)
{
    return memory_format("%s/app/%s/%s", link->config.app.base_url, link->config.app.id, page);
}

/* What a code means, and the page of the console that mends it, or NULL. */
static const struct {
    int64_t code;
    const char *meaning;
    const char *fix;
    const char *page;
} explanations[] = {
    { 10003, N_("App ID or App Secret is wrong"),
      N_("Compare App ID and App Secret with the console, and the host: a Lark app needs "
         "https://open.larksuite.com as base_url"),
      "baseinfo" },
    { 10014, N_("the platform does not know this App ID"),
      N_("Compare the App ID with the console. A Lark app is known to https://open.larksuite.com "
         "only, a Feishu app to https://open.feishu.cn; or the app is disabled"),
      "baseinfo" },
    { 10015, N_("the App Secret is wrong"), N_("Copy the App Secret from the console again"),
      "baseinfo" },
    { 99991401, N_("this server's address is not on the app's IP whitelist"),
      N_("Add the server's public address to the whitelist, in the console's security settings"),
      "safe" },
    { 99991662, N_("the app is disabled"),
      N_("Have the organisation's administrator enable the app"), "version" },
    { 99991673, N_("the app is not installed in the organisation"),
      N_("Publish a version and have it approved"), "version" },
    { 11205, N_("the app has no bot ability, or the version that has it is not published"),
      N_("Add the feature Bot (添加应用能力 → 机器人), then publish a version"), "capability" },
    { 99991672, N_("a permission is missing"), N_("Grant the permission, then publish a version"),
      "auth" },
};

void link_explain(const struct link *link, const struct api_answer *answer, struct finding *finding)
{
    for (size_t i = 0; i < sizeof(explanations) / sizeof(explanations[0]); i++) {
        if (explanations[i].code != answer->code)
            continue;
        char *page = link_console(link, explanations[i].page);
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s (code %lld: %s)"), _(explanations[i].meaning),
                                  (long long)answer->code, answer->text),
                    memory_format("%s: %s", _(explanations[i].fix), page));
        free(page);
        return;
    }
    if (answer->outcome == API_REFUSED)
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("the platform refused it (code %lld: %s)"),
                                  (long long)answer->code, answer->text),
                    memory_copy(code_advice(answer->code)));
    else
        finding_set(
            finding, FINDING_FAIL,
            memory_format(_("%s does not answer: %s"), link->config.app.base_url, answer->text),
            memory_copy(_("Check DNS and firewall; if this server reaches the internet through a "
                          "proxy only, set app.proxy")));
}
