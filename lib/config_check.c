#include "config_check.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "number.h"

static const char id_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

static bool starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Whether text is an id: the prefix and at least one more character. */
static bool is_id(const char *text, const char *prefix)
{
    size_t len = strlen(text);
    return starts(text, prefix) && len > strlen(prefix) && len <= 128 &&
           strspn(text, id_characters) == len;
}

/* Whether the text up to len is an IPv4 address of 127.0.0.0/8. */
static bool is_loopback_address(const char *text, size_t len)
{
    size_t dots = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '.')
            dots++;
        else if (!isdigit((unsigned char)text[i]))
            return false;
    }
    return dots == 3 && starts(text, "127.");
}

static bool is_loopback(const char *host, size_t len)
{
    return (len == strlen("localhost") && memcmp(host, "localhost", len) == 0) ||
           (len == strlen("[::1]") && memcmp(host, "[::1]", len) == 0) ||
           is_loopback_address(host, len);
}

/* The length of the host at the start of text, which must be HOST, HOST:PORT, or either with a
 * final slash; 0 if it is not. */
static size_t host_length(const char *text)
{
    static const char name_characters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    uint64_t number;
    size_t len = strspn(text, name_characters);
    if (text[0] == '[') {
        len = 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
        len = text[len] == ']' ? len + 1 : 0;
    }
    const char *rest = text + len;
    char port[6] = "0";
    if (len > 0 && *rest == ':') {
        size_t digits = strspn(rest + 1, "0123456789");
        (void)snprintf(port, sizeof(port), "%.*s", (int)(digits < 6 ? digits : 0), rest + 1);
        rest += 1 + digits;
        if (!number_parse(port, 1, 65535, &number))
            return 0;
    }
    return *rest == '\0' || strcmp(rest, "/") == 0 ? len : 0;
}

const char *config_check_app_id(const char *text)
{
    size_t len = strlen(text);
    return len > 0 && len <= 128 && strspn(text, id_characters) == len
               ? NULL
               : "the App ID of the console's page Credentials & Basic Info, as 'cli_…'";
}

const char *config_check_base_url(const char *text)
{
    static const char wanted[] = "a URL without a path, as 'https://open.feishu.cn'";
    const char *host = strstr(text, "://");
    if (host == NULL)
        return wanted;
    host += strlen("://");
    size_t len = host_length(host);
    if (len == 0)
        return wanted;
    if (starts(text, "https://"))
        return NULL;
    if (!starts(text, "http://"))
        return wanted;
    return is_loopback(host, len) ? NULL : "http is for loopback addresses only: write https://";
}

const char *config_check_proxy(const char *text)
{
    bool fits = starts(text, "http://") && host_length(text + strlen("http://")) > 0;
    return text[0] == '\0' || fits ? NULL : "'' for none, or 'http://HOST:PORT'";
}

const char *config_check_path(const char *text)
{
    return text[0] == '/' ? NULL : "an absolute path, beginning with /";
}

const char *config_check_optional_path(const char *text)
{
    return text[0] == '\0' ? NULL : config_check_path(text);
}

const char *config_check_store(const char *text)
{
    return strcmp(text, "none") == 0 || starts(text, "dir:/") ? NULL
                                                              : "'dir:/absolute/path' or 'none'";
}

const char *config_check_open_id(const char *text)
{
    return text[0] == '\0' || is_id(text, "ou_") ? NULL : "an open_id, as 'ou_…'";
}

const char *config_check_person(const char *text)
{
    if (strcmp(text, "*") == 0 || is_id(text, "ou_"))
        return NULL;
    if (is_id(text, "on_"))
        return "a union_id; open_ids ('ou_…') are needed: write \"id\" to the bot to see them";
    if (is_id(text, "oc_"))
        return "a chat_id; open_ids ('ou_…') are needed here, or '*'";
    return "open_ids are needed, as 'ou_…', or '*' for everybody; write \"id\" to the bot to see "
           "them";
}

const char *config_check_chat(const char *text)
{
    if (strcmp(text, "*") == 0 || is_id(text, "oc_"))
        return NULL;
    if (is_id(text, "ou_"))
        return "an open_id; chat_ids ('oc_…') are needed here, or '*'";
    return "chat_ids are needed, as 'oc_…', or '*' for every chat; write \"id\" to the bot there";
}

const char *config_check_any(const char *text)
{
    (void)text;
    return NULL;
}
