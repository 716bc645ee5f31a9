/* Why no answer came, or what it was that answered. */
#include "knock.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "config.h"
#include "context.h"
#include "knock_page.h"
#include "memory.h"
#include "report.h"
#include "scene.h"
#include "text.h"

static const char nginx_way[] =
    N_("See that nginx runs and listens there (systemctl status nginx), and open the port in the "
       "firewall and in the cloud's security group. If only this server cannot reach its own "
       "public address: --connect-to 127.0.0.1:443");

/* A failure by an answer: its HTTP status stands before what it means. */
static void fail_status(const struct knock_answer *answer, const char *meaning, const char *fix,
                        struct finding *finding)
{
    finding_set(finding, FINDING_FAIL,
                memory_format(_("HTTP status %d: %s"), answer->response.status, meaning),
                memory_copy(fix));
}

/* The host's name was not found. */
static void explain_name(const struct knock *knock, struct finding *finding)
{
    if (knock->connect_to == NULL)
        knock_address(knock, finding);
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("--connect-to: %s is not found"), knock->connect_to),
                    memory_copy(_("Give it as --connect-to 127.0.0.1:443")));
}

/* What is wrong with the certificate is seen by looking at it. */
static void explain_certificate(const struct knock *knock, struct finding *finding)
{
    struct scene scene = { .url = knock->url, .connect_to = knock->connect_to };
    scene.link.config.app.ca = knock->config->app.ca;
    probe_certificate(&scene, finding);
}

/* Where it got stuck: a look of its own, which is left at that if it finds the failure, else what
 * is said before the transport's own words. */
static const struct {
    void (*look)(const struct knock *knock, struct finding *finding);
    const char *meaning;
    const char *fix;
} troubles[] = {
    [HTTP_NO_TROUBLE] = { NULL, N_("no whole answer"), nginx_way },
    [HTTP_TROUBLE_NAME] = { explain_name, N_("the name is not found"),
                            N_("Add an A record with the server's public IPv4 address at your "
                               "domain's provider") },
    [HTTP_TROUBLE_CONNECTION] = { NULL, N_("the connection is refused"), nginx_way },
    [HTTP_TROUBLE_CERTIFICATE] = { explain_certificate, N_("the certificate is not trusted"),
                                   N_("In nginx, ssl_certificate must name a certificate for this "
                                      "name with its whole chain: fullchain.pem") },
    [HTTP_TROUBLE_TLS] = { NULL, N_("no TLS"),
                           N_("Let nginx listen there with ssl, for TLS 1.2 and 1.3. If the "
                              "connection is cut off only from outside, and the server is in "
                              "mainland China: the cloud cuts off names without an ICP filing "
                              "(备案)") },
    [HTTP_TROUBLE_TIME] = { NULL, N_("no connection"),
                            N_("Something on the way drops what is sent: open the port in the "
                               "firewall and in the cloud's security group. If only this server "
                               "cannot reach its own public address: --connect-to "
                               "127.0.0.1:443") },
    [HTTP_TROUBLE_PROXY] = { NULL, N_("no whole answer"), nginx_way },
    [HTTP_TROUBLE_OTHER] = { NULL, N_("no whole answer"),
                             N_("nginx's error log (/var/log/nginx/error.log) tells more") },
};

static void explain_silence(const struct knock_answer *answer, struct finding *finding)
{
    finding_set(
        finding, FINDING_FAIL,
        memory_format(_("connected, but no answer within %.1f s, and Feishu waits 1 s for "
                        "a challenge and 3 s for an event"),
                      (double)answer->ms / 1000),
        memory_copy(
            _("All workers of the bot are busy, or it hangs: look at systemctl "
              "status feishu-cgi.service and at nginx's error log, and run feishu-setup check")));
}

/* Nothing came, or not all. */
static void explain_way(const struct knock *knock, const struct knock_answer *answer,
                        struct finding *finding)
{
    const enum http_trouble trouble = answer->response.trouble;
    if (trouble == HTTP_TROUBLE_TIME && answer->outcome == HTTP_CUT) {
        explain_silence(answer, finding);
        return;
    }
    if (troubles[trouble].look != NULL)
        troubles[trouble].look(knock, finding);
    if (finding->status == FINDING_FAIL)
        return;
    char *words = text_clean(answer->trouble, strlen(answer->trouble));
    finding_set(finding, FINDING_FAIL,
                memory_format("%s: %s (%s)",
                              knock->connect_to == NULL ? knock->url : knock->connect_to,
                              _(troubles[trouble].meaning), words),
                memory_copy(_(troubles[trouble].fix)));
    free(words);
}

/* What a status means by whom it comes from; status 0: any other. */
static const struct row {
    enum knock_page page;
    int status;
    const char *meaning;
    const char *fix;
} rows[] = {
    { KNOCK_PAGE_OURS, 400, N_("the bot cannot read what it was sent"),
      N_("Something on the way changes the body: look for filters and WAFs before the bot") },
    { KNOCK_PAGE_OURS, 401,
      N_("the bot refuses it as not coming from Feishu: it has another Encrypt Key, Verification "
         "Token or App ID than this configuration, or another clock"),
      N_("See which configuration the bot reads: FEISHU_CONFIG in nginx's location must name the "
         "file that --config names here. Then compare both values with 事件与回调 → 加密策略 · "
         "Events & Callbacks → Encryption Strategy; they have no spaces around them") },
    { KNOCK_PAGE_OURS, 404,
      N_("the bot answers, but not at this path, or it has neither verification_token nor "
         "encrypt_key"),
      N_("Let the URL end in /feishu or /feishu/event, as nginx's location has it; and see that "
         "the configuration that the bot reads has verification_token or encrypt_key") },
    { KNOCK_PAGE_OURS, 405, N_("the bot answers, but takes no events at this path"),
      N_("Let the URL end in /feishu or /feishu/event, as nginx's location has it") },
    { KNOCK_PAGE_OURS, 500, N_("the bot cannot use its configuration"),
      N_("Run feishu-setup check; the bot's log says why (journalctl -t feishu)") },
    { KNOCK_PAGE_OURS, 503, N_("the bot has no time, or its store cannot be used"),
      N_("Run feishu-setup check; the bot's log says why (journalctl -t feishu)") },
    { KNOCK_PAGE_OURS, 0, N_("the bot refuses the request"),
      N_("The bot's log says why (journalctl -t feishu)") },
    { KNOCK_PAGE_FCGIWRAP, 403, N_("fcgiwrap does not run the program"),
      N_("SCRIPT_FILENAME in nginx's location must be the path of feishu.cgi, which fcgiwrap's "
         "user may run, and which its option -p allows; run feishu-setup check") },
    { KNOCK_PAGE_FCGIWRAP, 502, N_("the program ends without an answer"),
      N_("Run the program by hand as its user, and look at systemctl status feishu-cgi.service") },
    { KNOCK_PAGE_NGINX, 400, N_("nginx takes plain HTTP for TLS, or the other way round"),
      N_("Give the port of the URL that fits its scheme, https://") },
    { KNOCK_PAGE_NGINX, 401, N_("nginx asks for a password"),
      N_("Feishu has none: take auth_basic out of the bot's location (auth_basic off;)") },
    { KNOCK_PAGE_NGINX, 403, N_("nginx refuses it"),
      N_("Look for deny, allow and limit_except in the bot's location and server; Feishu calls "
         "from addresses that change") },
    { KNOCK_PAGE_NGINX, 404, N_("nginx has no location for this path"),
      N_("Compare the URL's path with the location (feishu-setup nginx prints one), and see "
         "that the server with this server_name has it; then reload nginx") },
    { KNOCK_PAGE_NGINX, 405, N_("nginx serves files there, not the bot"),
      N_("Compare the URL's path with the location (feishu-setup nginx prints one), and see "
         "that the server with this server_name has it; then reload nginx") },
    { KNOCK_PAGE_NGINX, 413, N_("nginx takes no body of that size"),
      N_("Set client_max_body_size 1100k; in the bot's location") },
    { KNOCK_PAGE_NGINX, 502, N_("nginx does not reach the bot"),
      N_("Start its workers (systemctl enable --now feishu-cgi.socket), and see that nginx's user "
         "may use the socket that fastcgi_pass names; nginx's error log says which") },
    { KNOCK_PAGE_NGINX, 503, N_("nginx refuses it as too many requests"),
      N_("Look at limit_req and limit_conn in the bot's location") },
    { KNOCK_PAGE_NGINX, 504, N_("the bot does not answer nginx in time"),
      N_("All workers of the bot are busy, or it hangs: look at systemctl status "
         "feishu-cgi.service, and run feishu-setup check") },
    { KNOCK_PAGE_NGINX, 0, N_("nginx answers in the bot's place"),
      N_("nginx's error log (/var/log/nginx/error.log) says why") },
    { KNOCK_PAGE_JSON, 0, N_("another program answers: JSON, but not the bot's"),
      N_("Compare the URL's path with nginx's location, and its name with the server_name; perhaps "
         "another bot has this URL") },
};

static bool explain_by_row(const struct knock *knock, const struct knock_answer *answer,
                           enum knock_page page, struct finding *finding)
{
    (void)knock;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].page == page &&
            (rows[i].status == 0 || rows[i].status == answer->response.status)) {
            fail_status(answer, _(rows[i].meaning), _(rows[i].fix), finding);
            return true;
        }
    }
    return false;
}

static bool explain_filing(const struct knock *knock, const struct knock_answer *answer,
                           enum knock_page page, struct finding *finding)
{
    const char *cloud = knock_page_cloud(&answer->response);
    const char *fix =
        _("File the domain with the cloud that the server is at (ICP 备案, also where "
          "it is filed with another: 接入备案), or use a domain that is filed, or a "
          "server outside of mainland China");
    (void)knock;
    if (page != KNOCK_PAGE_FILING)
        return false;
    if (cloud == NULL)
        fail_status(answer, _("not the bot answers, but a page about a missing ICP filing (备案)"),
                    fix, finding);
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("HTTP status %d: not the bot answers, but the page about a "
                                    "missing ICP filing (备案) of %s"),
                                  answer->response.status, cloud),
                    memory_copy(fix));
    return true;
}

static bool explain_redirect(const struct knock *knock, const struct knock_answer *answer,
                             enum knock_page page, struct finding *finding)
{
    const struct http_response *response = &answer->response;
    (void)knock;
    (void)page;
    if (response->status < 300 || response->status > 399)
        return false;
    char *there = text_clean(response->location, strlen(response->location));
    finding_set(finding, FINDING_FAIL,
                memory_format(_("HTTP status %d: redirected to \"%s\", and Feishu follows no "
                                "redirect"),
                              response->status, there),
                memory_copy(_("Give Feishu the address that answers itself, with https:// and "
                              "without a redirect; or take return and rewrite out of nginx's "
                              "location")));
    free(there);
    return true;
}

static bool explain_page(const struct knock *knock, const struct knock_answer *answer,
                         enum knock_page page, struct finding *finding)
{
    (void)knock;
    if (page != KNOCK_PAGE_HTML)
        return false;
    char *title = knock_page_title(&answer->response);
    finding_set(finding, FINDING_FAIL,
                memory_format(_("HTTP status %d: a web page (title: \"%s\") instead of JSON"),
                              answer->response.status, title),
                memory_copy(_("Something else answers there: another location or server of nginx, "
                              "a login page, a WAF, or a CDN. Compare the URL's path with nginx's "
                              "location, and its name with the server_name")));
    free(title);
    return true;
}

static bool explain_other(const struct knock *knock, const struct knock_answer *answer,
                          enum knock_page page, struct finding *finding)
{
    (void)knock;
    (void)page;
    fail_status(answer, _("something else than the bot answers, and no JSON"),
                _("Compare the URL's path with nginx's location, and its name with the "
                  "server_name; nginx's error log tells more"),
                finding);
    return true;
}

/* The first that knows what it is explains it. */
static bool (*const explanations[])(const struct knock *knock, const struct knock_answer *answer,
                                    enum knock_page page, struct finding *finding) = {
    explain_filing, explain_redirect, explain_by_row, explain_page, explain_other,
};

void knock_explain(const struct knock *knock, const struct knock_answer *answer,
                   struct finding *finding)
{
    const enum knock_page page = knock_page_kind(&answer->response);
    size_t at = 0;
    finding_release(finding);
    if (answer->outcome != HTTP_ANSWERED) {
        explain_way(knock, answer, finding);
        return;
    }
    while (!explanations[at](knock, answer, page, finding))
        at++;
}
