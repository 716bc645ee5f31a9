#include "config_check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include "command_line.h"
#include "error.h"
#include "matcher.h"
#include "number.h"
#include "redis_url.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

enum { ID_MAX = 128, HOST_MAX = 255 };

/* HOST or HOST:PORT at the start of a text. */
struct address {
    char host[HOST_MAX + 1]; /* of an IPv6 address without its brackets */
    bool is_ipv6;
    bool has_port;
    const char *rest;
};

/* How the ids begin that somebody might give, and what they are where another is meant. */
static const struct {
    const char *start;
    const char *for_person;
    const char *for_chat;
} kinds[] = {
    { "ou_", NULL, "is a person's open_id; a chat_id, 'oc_…', is needed" },
    { "oc_", "is a chat_id; a person's open_id, 'ou_…', is needed", NULL },
    { "on_", "is a union_id; the open_id, 'ou_…', is needed: \"@bot id\" tells it",
      "is a person's union_id; a chat_id, 'oc_…', is needed" },
    { "om_", "is a message_id; a person's open_id, 'ou_…', is needed",
      "is a message_id; a chat_id, 'oc_…', is needed" },
    { "cli_", "is an App ID; a person's open_id, 'ou_…', is needed",
      "is an App ID; a chat_id, 'oc_…', is needed" },
    { "", "must be an open_id, 'ou_…': \"@bot id\" tells it",
      "must be a chat_id, 'oc_…': \"@bot id\" tells it" },
};

static bool starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_id(const char *text, const char *prefix)
{
    const size_t len = strlen(text);
    return starts(text, prefix) && len > strlen(prefix) && len <= ID_MAX &&
           strspn(text, LETTERS DIGITS "_-") == len;
}

static bool take_host(const char **at, struct address *address)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    address->is_ipv6 = **at == '[';
    const char *start = address->is_ipv6 ? *at + 1 : *at;
    const size_t len =
        strspn(start, address->is_ipv6 ? DIGITS "abcdefABCDEF:." : LETTERS DIGITS "-.");
    if (len == 0 || len > HOST_MAX || start[0] == '-' || start[0] == '.')
        return false;
    memcpy(address->host, start, len);
    address->host[len] = '\0';
    *at = start + len;
    if (!address->is_ipv6)
        return true;
    return *(*at)++ == ']' && inet_pton(AF_INET6, address->host, bytes) == 1;
}

static bool take_address(const char *text, struct address *address)
{
    char port[6];
    uint64_t number;
    const char *at = text;
    if (!take_host(&at, address))
        return false;
    address->has_port = *at == ':';
    address->rest = at;
    if (!address->has_port)
        return true;
    const size_t digits = strspn(at + 1, DIGITS);
    address->rest = at + 1 + digits;
    if (digits >= sizeof(port))
        return false;
    memcpy(port, at + 1, digits);
    port[digits] = '\0';
    return number_parse(port, 1, UINT16_MAX, &number);
}

static bool is_loopback(const struct address *address)
{
    unsigned char bytes[sizeof(struct in_addr)];
    if (address->is_ipv6)
        return strcmp(address->host, "::1") == 0;
    return strcmp(address->host, "localhost") == 0 ||
           (inet_pton(AF_INET, address->host, bytes) == 1 && bytes[0] == 127);
}

const char *config_check_app_id(const char *text)
{
    return is_id(text, "") ? NULL : "must be the app's App ID, 'cli_…'";
}

const char *config_check_base_url(const char *text)
{
    struct address address;
    const bool is_plain = starts(text, "http://");
    const char *at = strstr(text, "://");
    if ((!is_plain && !starts(text, "https://")) || !take_address(at + 3, &address) ||
        (address.rest[0] != '\0' && strcmp(address.rest, "/") != 0))
        return "must be 'https://HOST' or 'https://HOST:PORT'";
    return !is_plain || is_loopback(&address) ? NULL
                                              : "http is for loopback addresses only; write https";
}

const char *config_check_event_url(const char *text)
{
    struct address address;
    const char *at = strstr(text, "://");
    const bool fits = (starts(text, "http://") || starts(text, "https://")) &&
                      take_address(at + 3, &address) && address.rest[0] == '/' &&
                      strspn(address.rest, LETTERS DIGITS "/-._~%") == strlen(address.rest);
    return text[0] == '\0' || fits ? NULL : "must be 'https://HOST/PATH', as in Feishu's console";
}

const char *config_check_proxy(const char *text)
{
    struct address address;
    const bool fits = starts(text, "http://") && take_address(text + strlen("http://"), &address) &&
                      address.has_port && address.rest[0] == '\0';
    return text[0] == '\0' || fits ? NULL : "must be 'http://HOST:PORT', or '' for none";
}

const char *config_check_path(const char *text)
{
    return text[0] == '/' ? NULL : "must be an absolute path, '/…'";
}

const char *config_check_optional_path(const char *text)
{
    return text[0] == '\0' ? NULL : config_check_path(text);
}

const char *config_check_store(const char *text)
{
    struct redis_url url;
    if (strcmp(text, "none") == 0 || starts(text, "dir:/"))
        return NULL;
    if (starts(text, "rediss://"))
        return "has no TLS of its own; let stunnel carry 'redis://127.0.0.1:PORT' (see INSTALL.md)";
    if (!redis_url_parse(text, &url))
        return "must be 'dir:/FOLDER', 'redis://[USER:PASSWORD@]HOST[:PORT][/DB]', "
               "'unix:///SOCKET[?db=DB]' or 'none'";
    redis_url_release(&url);
    return NULL;
}

const char *config_check_open_id(const char *text)
{
    return text[0] == '\0' || is_id(text, "ou_") ? NULL : "must be the bot's open_id, 'ou_…'";
}

const char *config_check_person(const char *text)
{
    size_t i = 0;
    if (strcmp(text, "*") == 0 || is_id(text, "ou_"))
        return NULL;
    while (kinds[i].for_person == NULL || !starts(text, kinds[i].start))
        i++;
    return kinds[i].for_person;
}

const char *config_check_chat(const char *text)
{
    size_t i = 0;
    if (strcmp(text, "*") == 0 || is_id(text, "oc_"))
        return NULL;
    while (kinds[i].for_chat == NULL || !starts(text, kinds[i].start))
        i++;
    return kinds[i].for_chat;
}

const char *config_check_command(const char *text)
{
    return command_line_is_name(text) ? NULL
                                      : "its title must be a command's name: a-z, 0-9, _ and -, "
                                        "at most 64, and no _ or - first";
}

const char *config_check_receiver(const char *text)
{
    return command_line_is_name(text) ? NULL
                                      : "its title must be a name: a-z, 0-9, _ and -, at most 64, "
                                        "and no _ or - first";
}

const char *config_check_one_chat(const char *text)
{
    return strcmp(text, "*") == 0 ? "must be one chat_id, 'oc_…'" : config_check_chat(text);
}

/* Whether text is http or https, a host, perhaps a port, and a path of plain characters. */
static bool is_web(const char *text, struct address *address)
{
    const char *at = strstr(text, "://");
    return (starts(text, "http://") || starts(text, "https://")) && take_address(at + 3, address) &&
           (address->rest[0] == '\0' || address->rest[0] == '/') &&
           strspn(address->rest, LETTERS DIGITS "/-._~%") == strlen(address->rest);
}

const char *config_check_server(const char *text)
{
    struct address address;
    const size_t len = strlen(text);
    return is_web(text, &address) && text[len - 1] != '/'
               ? NULL
               : "must be 'http://HOST:PORT', perhaps with a path, without a / at the end";
}

const char *config_check_hook(const char *text)
{
    struct address address;
    const bool fits = is_web(text, &address) && strstr(address.rest, "/open-apis/bot/") != NULL &&
                      (starts(text, "https://") || is_loopback(&address));
    return text[0] == '\0' || fits ? NULL
                                   : "must be the webhook address of the group's custom bot, "
                                     "'https://open.feishu.cn/open-apis/bot/v2/hook/…'";
}

const char *config_check_mentioned(const char *text)
{
    return strcmp(text, "all") == 0 || is_id(text, "ou_") ? NULL
                                                          : "must be an open_id, 'ou_…', or 'all'";
}

const char *config_check_matcher(const char *text)
{
    struct matcher matcher;
    struct error error = ERROR_INIT;
    if (!matcher_read(text, &matcher, &error))
        return "its title must be a matcher, as 'severity=critical' or 'team=~\"db|web\"'";
    matcher_release(&matcher);
    return NULL;
}

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words != NULL && strcmp(*words, text) != 0)
        words++;
    return *words != NULL;
}

const char *config_check_ring(const char *text)
{
    static const char *const words[] = { "new", "resolved", "repeat", NULL };
    return is_one_of(text, words) ? NULL : "must be 'new', 'resolved' or 'repeat'";
}

const char *config_check_severity(const char *text)
{
    static const char *const words[] = { "critical", "warning", "info", NULL };
    const char *sign = strrchr(text, '=');
    return sign != NULL && sign > text && is_one_of(sign + 1, words)
               ? NULL
               : "must be 'WORD=critical', 'WORD=warning' or 'WORD=info'";
}
