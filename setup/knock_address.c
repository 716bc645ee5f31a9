/* The URL itself: whether it is one, and where its name leads. */
#include "knock.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "context.h"
#include "knock_name.h"
#include "memory.h"
#include "report.h"

static bool has_space(const char *url)
{
    for (const char *at = url; *at != '\0'; at++) {
        if ((unsigned char)*at <= ' ' || *at == '\x7f')
            return true;
    }
    return false;
}

static bool has_foreign(const char *url)
{
    for (const char *at = url; *at != '\0'; at++) {
        if ((unsigned char)*at > '~')
            return true;
    }
    return false;
}

static bool has_no_scheme(const char *url)
{
    return strncasecmp(url, "https://", strlen("https://")) != 0 &&
           strncasecmp(url, "http://", strlen("http://")) != 0;
}

/* Whether what stands between scheme and path has the character. */
static bool has_in_host(const char *url, char wanted)
{
    const char *host = strstr(url, "://") + strlen("://");
    return memchr(host, wanted, strcspn(host, "/?#")) != NULL;
}

static bool has_user(const char *url)
{
    return has_in_host(url, '@');
}

static bool has_ipv6(const char *url)
{
    return has_in_host(url, '[');
}

static bool has_fragment(const char *url)
{
    return strchr(url, '#') != NULL;
}

static bool is_no_address(const char *url)
{
    struct address address;
    return !address_read(url, &address);
}

/* In this order: what follows relies on what went before. */
static const struct {
    bool (*is_wrong)(const char *url);
    const char *words;
} troubles[] = {
    { has_space, N_("there is white space in it") },
    { has_foreign, N_("there are characters in it that no URL has, perhaps a full-width ： or ／; "
                      "a Chinese domain is written as xn--…") },
    { has_no_scheme, N_("it has to begin with https:// (or http://)") },
    { has_user, N_("there is a user's name in it") },
    { has_ipv6, N_("Feishu calls over IPv4 only") },
    { has_fragment, N_("what follows the # is never sent") },
    { is_no_address, N_("its host is missing, its port is wrong, or it is too long") },
};

const char *knock_url_trouble(const char *url)
{
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        if (troubles[i].is_wrong(url))
            return _(troubles[i].words);
    }
    return NULL;
}

/* The name has no IPv4 address. */
static void say_unknown(const struct knock *knock, const char *host, const struct knock_name *name,
                        struct finding *finding)
{
    if (name->ipv6)
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s has an IPv6 address and none of IPv4, and Feishu calls "
                                    "over IPv4 only"),
                                  host),
                    memory_format(_("Add an A record with the server's public IPv4 address for %s "
                                    "at your domain's provider"),
                                  host));
    else
        finding_set(
            finding, knock->connect_to == NULL ? FINDING_FAIL : FINDING_WARN,
            memory_format(_("the name %s has no address in the DNS (%s)"), host, name->trouble),
            memory_format(_("Compare the spelling; add an A record with the server's "
                            "public IPv4 address for %s at your domain's provider, and "
                            "wait until it is known (getent ahostsv4 %s)"),
                          host, host));
}

/* What is said of a name by whom its address can be reached. */
static const struct {
    enum finding_status status;
    const char *meaning;
    const char *fix; /* NULL: none is needed */
} reaches[] = {
    [KNOCK_REACH_ALL] = { FINDING_PASS, N_("a public address"), NULL },
    [KNOCK_REACH_INSIDE] = { FINDING_WARN,
                             N_("a private address, which Feishu cannot reach; all the rest can be "
                                "tested with it"),
                             N_("Give Feishu a URL whose name has the server's public IPv4 "
                                "address. If only this server takes the name for that address (a "
                                "line in /etc/hosts, a DNS inside), nothing is wrong") },
    [KNOCK_REACH_SELF] = { FINDING_WARN,
                           N_("this machine itself, where Feishu cannot reach it; all the rest can "
                              "be tested with it"),
                           N_("Give Feishu a URL whose name has the server's public IPv4 address. "
                              "If only this server takes the name for itself (a line in "
                              "/etc/hosts), nothing is wrong") },
};

static void say_known(const char *host, const struct knock_name *name, struct finding *finding)
{
    const bool is_same = strcmp(host, name->first) == 0;
    const char *fix = reaches[name->reach].fix;
    finding_set(finding, reaches[name->reach].status,
                memory_format(is_same ? "%s%s: %s" : "%s (%s): %s", host,
                              is_same ? "" : name->first, _(reaches[name->reach].meaning)),
                fix == NULL ? NULL : memory_copy(_(fix)));
}

void knock_address(const struct knock *knock, struct finding *finding)
{
    struct address address;
    struct knock_name name;
    const char *trouble = knock_url_trouble(knock->url);
    if (trouble != NULL || !address_read(knock->url, &address)) {
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s is no URL that Feishu could call: %s"), knock->url,
                                  trouble == NULL ? "" : trouble),
                    memory_copy(_("Give it as https://NAME/feishu/event")));
        return;
    }
    knock_name_find(address.host, &name);
    if (name.count == 0)
        say_unknown(knock, address.host, &name, finding);
    else
        say_known(address.host, &name, finding);
}
