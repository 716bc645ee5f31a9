/* URLs as people type them, and where their names lead. */
#include "knock.h"

#include <arpa/inet.h>
#include <string.h>

#include "knock_kit.h"
#include "knock_name.h"
#include "suite.h"

static const struct {
    const char *url;
    const char *trouble; /* NULL: none */
} urls[] = {
    { "https://bot.example.com/feishu/event", NULL },
    { "https://bot.example.com", NULL },
    { "HTTPS://bot.example.com:8443/feishu?a=b", NULL },
    { "http://10.0.0.1/feishu", NULL },
    { "", "begin with https://" },
    { "bot.example.com/feishu", "begin with https://" },
    { "//bot.example.com/feishu", "begin with https://" },
    { "ftp://bot.example.com/", "begin with https://" },
    { "https:/bot.example.com/", "begin with https://" },
    { " https://bot.example.com/", "white space" },
    { "https://bot.example.com/feishu event", "white space" },
    { "https://bot.example.com/\n", "white space" },
    { "https://bot.example.com/\x7f", "white space" },
    { "https：//bot.example.com/", "full-width" },
    { "https://机器人.example.com/", "xn--" },
    { "https://me:word@bot.example.com/", "user's name" },
    { "https://[::1]/feishu", "IPv4 only" },
    { "https://bot.example.com/feishu#event", "follows the #" },
    { "https://", "host is missing" },
    { "https:///feishu", "host is missing" },
    { "https://:443/feishu", "host is missing" },
    { "https://bot.example.com:0/", "port is wrong" },
    { "https://bot.example.com:65536/", "port is wrong" },
    { "https://bot.example.com:/", "port is wrong" },
    { "https://bot.example.com:x/", "port is wrong" },
};

START_TEST(a_url_is_judged_before_it_is_called)
{
    const char *trouble = knock_url_trouble(urls[_i].url);
    ck_assert_msg((trouble == NULL) == (urls[_i].trouble == NULL), "%s: %s", urls[_i].url,
                  trouble == NULL ? "no trouble" : trouble);
    if (trouble != NULL)
        ck_assert_msg(strstr(trouble, urls[_i].trouble) != NULL, "%s: %s", urls[_i].url, trouble);
}
END_TEST

static const struct {
    const char *address;
    enum knock_reach reach;
} reaches[] = {
    { "1.0.0.1", KNOCK_REACH_ALL },
    { "0.0.0.0", KNOCK_REACH_INSIDE },
    { "9.255.255.255", KNOCK_REACH_ALL },
    { "10.0.0.0", KNOCK_REACH_INSIDE },
    { "10.255.255.255", KNOCK_REACH_INSIDE },
    { "11.0.0.0", KNOCK_REACH_ALL },
    { "100.63.255.255", KNOCK_REACH_ALL },
    { "100.64.0.0", KNOCK_REACH_INSIDE },
    { "100.127.255.255", KNOCK_REACH_INSIDE },
    { "100.128.0.0", KNOCK_REACH_ALL },
    { "126.255.255.255", KNOCK_REACH_ALL },
    { "127.0.0.1", KNOCK_REACH_SELF },
    { "127.255.255.255", KNOCK_REACH_SELF },
    { "128.0.0.0", KNOCK_REACH_ALL },
    { "169.254.1.1", KNOCK_REACH_INSIDE },
    { "169.255.0.0", KNOCK_REACH_ALL },
    { "172.15.255.255", KNOCK_REACH_ALL },
    { "172.16.0.0", KNOCK_REACH_INSIDE },
    { "172.31.255.255", KNOCK_REACH_INSIDE },
    { "172.32.0.0", KNOCK_REACH_ALL },
    { "192.0.0.8", KNOCK_REACH_INSIDE },
    { "192.0.1.0", KNOCK_REACH_ALL },
    { "192.168.0.1", KNOCK_REACH_INSIDE },
    { "192.169.0.0", KNOCK_REACH_ALL },
    { "198.17.255.255", KNOCK_REACH_ALL },
    { "198.19.255.255", KNOCK_REACH_INSIDE },
    { "198.20.0.0", KNOCK_REACH_ALL },
    { "223.255.255.255", KNOCK_REACH_ALL },
    { "224.0.0.1", KNOCK_REACH_INSIDE },
    { "255.255.255.255", KNOCK_REACH_INSIDE },
};

START_TEST(private_networks_are_known)
{
    struct in_addr address;
    ck_assert_int_eq(inet_pton(AF_INET, reaches[_i].address, &address), 1);
    ck_assert_msg(knock_name_reach(ntohl(address.s_addr)) == reaches[_i].reach, "%s",
                  reaches[_i].address);
}
END_TEST

static const struct {
    const char *url;
    const char *connect_to;
    enum finding_status status;
    const char *detail;
    const char *fix;
} addresses[] = {
    { "https://203.0.113.7/x", NULL, FINDING_PASS, "203.0.113.7: a public address", NULL },
    { "https://127.0.0.1/x", NULL, FINDING_WARN, "127.0.0.1: this machine itself", "public IPv4" },
    { "https://localhost/x", NULL, FINDING_WARN, "localhost (127.0.0.1): this machine itself",
      "/etc/hosts" },
    { "https://192.168.1.2:8443/x", NULL, FINDING_WARN, "192.168.1.2: a private address",
      "public IPv4" },
    { "https://name..invalid/x", NULL, FINDING_FAIL, "name..invalid has no address in the DNS",
      "A record" },
    { "https://name..invalid/x", "127.0.0.1:443", FINDING_WARN, "has no address in the DNS",
      "A record" },
    { "https://a b/x", NULL, FINDING_FAIL, "white space", "https://NAME/feishu/event" },
};

START_TEST(where_a_name_leads_is_told)
{
    knock_kit_open(addresses[_i].url);
    knock_kit.knock.connect_to = addresses[_i].connect_to;
    knock_address(&knock_kit.knock, &knock_kit.finding);
    knock_kit_expect(addresses[_i].url, addresses[_i].status, addresses[_i].detail,
                     addresses[_i].fix);
    ck_assert((knock_kit.finding.fix == NULL) == (addresses[_i].status == FINDING_PASS));
}
END_TEST

/* An address of IPv6 stands for a name that has no other. */
START_TEST(ipv6_alone_is_told)
{
    struct knock_name name;
    knock_name_find("::1", &name);
    ck_assert_uint_eq(name.count, 0);
    ck_assert(name.ipv6);
    knock_name_find("name..invalid", &name);
    ck_assert_uint_eq(name.count, 0);
    ck_assert(!name.ipv6);
    ck_assert_str_ne(name.trouble, "");
}
END_TEST

static void fill(Suite *suite)
{
    knock_kit_add(suite, "urls", a_url_is_judged_before_it_is_called, COUNT(urls));
    knock_kit_add(suite, "networks", private_networks_are_known, COUNT(reaches));
    knock_kit_add(suite, "addresses", where_a_name_leads_is_told, COUNT(addresses));
    knock_kit_add(suite, "ipv6", ipv6_alone_is_told, 1);
}

SUITE_MAIN("setup: where a URL leads", fill)
