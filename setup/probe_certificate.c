#include "scene.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "context.h"
#include "memory.h"
#include "report.h"
#include "tls_peer.h"

enum { CONNECT_MS = 5000, DAY_S = 24 * 3600, WARN_DAYS = 14 };

/* What is examined. */
struct subject {
    struct address url;
    struct address to; /* where it connects */
    const char *ca;
};

/* No certificate was seen. */
static void explain_unseen(const struct subject *subject, const struct tls_peer *peer,
                           struct finding *finding)
{
    static const struct {
        const char *detail;
        const char *fix;
    } outcomes[] = {
        [TLS_PEER_NO_NAME] = { N_("the name has no IPv4 address"),
                               N_("Add an A record for the name, and wait until it is known "
                                  "here") },
        [TLS_PEER_NO_CONNECTION] = { N_("no connection"),
                                     N_("Start nginx, open the port in the firewall and in the "
                                        "cloud's security group. If only this machine cannot reach "
                                        "its own public address: --connect-to 127.0.0.1:443") },
        [TLS_PEER_NO_TLS] = { N_("no TLS"),
                              N_("Let nginx listen there with ssl, for TLS 1.2 and 1.3") },
    };
    if (peer->outcome == TLS_PEER_NO_TRUST)
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("the trusted certificates in %s cannot be read"), subject->ca),
                    memory_copy(_("Install ca-certificates, or name your own folder or file in "
                                  "app.ca")));
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format("%s:%u: %s (%s)", subject->to.host, subject->to.port,
                                  _(outcomes[peer->outcome].detail), peer->text),
                    memory_copy(_(outcomes[peer->outcome].fix)));
}

/* Each thing that can be wrong with a certificate: what is the case, and what to do, or NULL. */

static char *self_signed(const struct subject *subject, const struct tls_peer *peer, char **fix)
{
    if (!peer->self_signed)
        return NULL;
    *fix = memory_format(_("Get one that everybody trusts: certbot certonly --nginx -d %s, or your "
                           "cloud's; name its fullchain.pem in nginx"),
                         subject->url.host);
    return memory_format(
        _("the certificate for %s is signed by itself: the platform does not trust "
          "it"),
        peer->names);
}

static char *incomplete(const struct subject *subject, const struct tls_peer *peer, char **fix)
{
    (void)subject;
    if (!peer->unknown_issuer || peer->sent != 1)
        return NULL;
    *fix = memory_copy(_("In nginx, ssl_certificate must name the whole chain: fullchain.pem, not "
                         "cert.pem. Then reload nginx"));
    return memory_format(
        _("the chain is incomplete: the server sends the certificate for %s alone, "
          "without that of its issuer, %s"),
        peer->names, peer->issuer);
}

static char *untrusted(const struct subject *subject, const struct tls_peer *peer, char **fix)
{
    if (!peer->unknown_issuer)
        return NULL;
    *fix = memory_copy(_("Get a certificate of a known authority, and name its fullchain.pem in "
                         "nginx. If the platform is your organisation's own: name its "
                         "certificates in app.ca"));
    return memory_format(_("the certificate for %s is issued by %s, and that leads to none of the "
                           "certificates in %s"),
                         peer->names, peer->issuer, subject->ca);
}

static char *over(const struct subject *subject, const struct tls_peer *peer, char **fix)
{
    (void)subject;
    if (!peer->out_of_date)
        return NULL;
    *fix = memory_copy(_("Run certbot renew, or get a new one from your cloud; then reload nginx. "
                         "And compare this machine's clock: timedatectl"));
    if (peer->left_s < 0)
        return memory_format(_("the certificate for %s has expired %lld days ago"), peer->names,
                             (long long)(-peer->left_s / DAY_S));
    return memory_format(_("the certificate for %s, or one of its chain, is not valid today"),
                         peer->names);
}

static char *misnamed(const struct subject *subject, const struct tls_peer *peer, char **fix)
{
    if (!peer->wrong_name)
        return NULL;
    *fix = memory_format(_("Get one for %s: certbot certonly --nginx -d %s; and look whether nginx "
                           "has a server with that name"),
                         subject->url.host, subject->url.host);
    return memory_format(_("the certificate is for %s, not for %s"), peer->names,
                         subject->url.host);
}

static char *objected(const struct subject *subject, const struct tls_peer *peer, char **fix)
{
    if (peer->other[0] == '\0')
        return NULL;
    *fix = memory_format(_("openssl s_client -connect %s:%u -servername %s shows more"),
                         subject->to.host, subject->to.port, subject->url.host);
    return memory_format(_("the certificate for %s is not to be trusted: %s"), peer->names,
                         peer->other);
}

static char *(*const troubles[])(const struct subject *subject, const struct tls_peer *peer,
                                 char **fix) = {
    self_signed, incomplete, untrusted, over, misnamed, objected,
};

static void judge(const struct subject *subject, const struct tls_peer *peer,
                  struct finding *finding)
{
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        char *fix = NULL;
        char *trouble = troubles[i](subject, peer, &fix);
        if (trouble != NULL) {
            finding_set(finding, FINDING_FAIL, trouble, fix);
            return;
        }
    }
    const long long days = peer->left_s / DAY_S;
    const bool soon = days < WARN_DAYS;
    finding_set(
        finding, soon ? FINDING_WARN : FINDING_PASS,
        memory_format(_("for %s, issued by %s; days left: %lld"), peer->names, peer->issuer, days),
        soon ? memory_copy(_("Nothing has renewed it yet: look at systemctl list-timers "
                             "certbot.timer and run certbot renew, or get a new one from "
                             "your cloud; then reload nginx"))
             : NULL);
}

static void skip(struct finding *finding, const char *detail, const char *fix)
{
    finding_set(finding, FINDING_SKIP, memory_copy(detail), fix == NULL ? NULL : memory_copy(fix));
}

void probe_certificate(struct scene *scene, struct finding *finding)
{
    struct subject subject = { .ca = scene->link.config.app.ca };
    struct tls_peer peer;
    if (scene->url == NULL) {
        skip(finding, _("the URL is not known"), _("Set app.event_url, or give it with --url"));
        return;
    }
    if (!address_read(scene->url, &subject.url)) {
        finding_set(finding, FINDING_FAIL, memory_format(_("%s is no URL"), scene->url),
                    memory_copy(_("Give it as https://NAME/feishu/event")));
        return;
    }
    if (!subject.url.tls) {
        skip(finding, _("the URL is plain http: no certificate"), NULL);
        return;
    }
    subject.to = subject.url;
    if (scene->connect_to != NULL && !address_read_pair(scene->connect_to, &subject.to)) {
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s is not HOST:PORT"), scene->connect_to),
                    memory_copy(_("Give it as --connect-to 127.0.0.1:443")));
        return;
    }
    tls_peer_examine(subject.url.host, &subject.to, subject.ca, CONNECT_MS, &peer);
    if (peer.outcome == TLS_PEER_SHOWN)
        judge(&subject, &peer, finding);
    else
        explain_unseen(&subject, &peer, finding);
}
