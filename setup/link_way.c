/* What is wrong on the way to the platform. */
#include "link.h"

#include <string.h>

#include "context.h"
#include "memory.h"
#include "report.h"

static const char way_out[] =
    N_("Check the firewall on the way out, and app.base_url; if this server reaches the internet "
       "through a proxy only, set app.proxy to 'http://HOST:PORT'");

/* Where it got stuck: what is the case (before what the transport says), and what to do. */
static const struct trouble {
    const char *meaning;
    const char *fix;
} troubles[] = {
    [HTTP_NO_TROUBLE] = { N_("something else than the platform answers there"),
                          N_("Check app.base_url: https://open.feishu.cn, for Lark "
                             "https://open.larksuite.com, or the host of your own installation. A "
                             "proxy or a login page may also answer in its place") },
    [HTTP_TROUBLE_NAME] = { N_("its name has no address"),
                            N_("Check app.base_url and the name servers in /etc/resolv.conf; if "
                               "this server reaches the internet through a proxy only, set "
                               "app.proxy to 'http://HOST:PORT'") },
    [HTTP_TROUBLE_CONNECTION] = { N_("no connection"), way_out },
    [HTTP_TROUBLE_CERTIFICATE] = { N_("its certificate is not trusted"),
                                   N_("Run apt-get install ca-certificates, and see that the clock "
                                      "is right; if a proxy or your own installation has a "
                                      "certificate of its own, name it with app.ca") },
    [HTTP_TROUBLE_TLS] = { N_("no TLS"),
                           N_("Something on the way does not speak TLS: check app.base_url, its "
                              "port, and app.proxy") },
    [HTTP_TROUBLE_TIME] = { N_("no answer in time"), way_out },
    [HTTP_TROUBLE_PROXY] = { N_("the proxy of app.proxy is not found or does not let us through"),
                             N_("Check app.proxy: 'http://HOST:PORT', and whether that proxy lets "
                                "this server connect to the platform's port 443") },
    [HTTP_TROUBLE_OTHER] = { N_("no whole answer"), way_out },
};

/* Behind a proxy, whoever cannot be reached is the proxy. */
static enum http_trouble place(const struct link *link, const struct api_answer *answer)
{
    static const bool of_proxy[] = {
        [HTTP_TROUBLE_NAME] = true,
        [HTTP_TROUBLE_CONNECTION] = true,
        [HTTP_TROUBLE_OTHER] = true,
    };
    const struct config_app *app = &link->config.app;
    bool proxied =
        app->proxy[0] != '\0' && strncmp(app->base_url, "https://", strlen("https://")) == 0;
    if (proxied && answer->trouble <= HTTP_TROUBLE_OTHER && of_proxy[answer->trouble])
        return HTTP_TROUBLE_PROXY;
    return answer->trouble;
}

void link_explain_way(const struct link *link, const struct api_answer *answer,
                      struct finding *finding)
{
    const struct trouble *trouble = &troubles[place(link, answer)];
    if (answer->http_status >= 500) {
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s has trouble of its own: %s"), link->config.app.base_url,
                                  answer->text),
                    memory_copy(_("Try again in a minute; if it stays so, check app.base_url and "
                                  "app.proxy")));
        return;
    }
    finding_set(finding, FINDING_FAIL,
                memory_format(_("%s does not answer: %s (%s)"), link->config.app.base_url,
                              _(trouble->meaning), answer->text),
                memory_copy(_(trouble->fix)));
}
