#include "address.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "number.h"

static const struct {
    const char *prefix;
    bool tls;
    unsigned port;
} schemes[] = {
    { "https://", true, 443 },
    { "http://", false, 80 },
};

/* Copies len bytes if they fit with their NUL. */
static bool copy(char *to, size_t room, const char *from, size_t len)
{
    if (len >= room)
        return false;
    memcpy(to, from, len);
    to[len] = '\0';
    return true;
}

/* Reads the host of len bytes, with or without a port. */
static bool read_authority(const char *text, size_t len, bool needs_port, struct address *address)
{
    char port[8];
    uint64_t number;
    const char *colon = memchr(text, ':', len);
    const size_t host_len = colon == NULL ? len : (size_t)(colon - text);
    if (host_len == 0 || memchr(text, '@', len) != NULL ||
        !copy(address->host, sizeof(address->host), text, host_len))
        return false;
    if (colon == NULL)
        return !needs_port;
    if (!copy(port, sizeof(port), colon + 1, len - host_len - 1) ||
        !number_parse(port, 1, UINT16_MAX, &number))
        return false;
    address->port = (unsigned)number;
    return true;
}

bool address_read(const char *url, struct address *address)
{
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        const size_t prefix_len = strlen(schemes[i].prefix);
        if (strncasecmp(url, schemes[i].prefix, prefix_len) != 0)
            continue;
        const char *authority = url + prefix_len;
        const size_t len = strcspn(authority, "/?#");
        const char *path = authority + len;
        address->tls = schemes[i].tls;
        address->port = schemes[i].port;
        return read_authority(authority, len, false, address) &&
               copy(address->path, sizeof(address->path), path, strcspn(path, "?#"));
    }
    return false;
}

bool address_read_pair(const char *text, struct address *address)
{
    return read_authority(text, strlen(text), true, address);
}
