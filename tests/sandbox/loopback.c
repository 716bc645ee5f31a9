#include "loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "number.h"

enum { PORT_MAX = 65535, HOST_MAX = 64 };

/* The host of HOST[:PORT], brackets included, and where its port begins (NULL if there is none). */
static bool split(const char *authority, char host[static HOST_MAX], const char **port)
{
    size_t len = authority[0] == '[' ? strcspn(authority, "]") + 1 : strcspn(authority, ":");
    if (len == 0 || len >= HOST_MAX || len > strlen(authority))
        return false;
    memcpy(host, authority, len);
    host[len] = '\0';
    *port = authority[len] == ':' ? authority + len + 1 : NULL;
    return *port != NULL || authority[len] == '\0';
}

/* Reads a loopback host as an address without port. */
static bool read_host(const char *host, struct sockaddr_storage *address)
{
    struct sockaddr_in *four = (struct sockaddr_in *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    memset(address, 0, sizeof(*address));
    if (strcmp(host, "[::1]") == 0) {
        six->sin6_family = AF_INET6;
        six->sin6_addr = in6addr_loopback;
        return true;
    }
    four->sin_family = AF_INET;
    if (strcasecmp(host, "localhost") == 0)
        host = "127.0.0.1";
    return inet_pton(AF_INET, host, &four->sin_addr) == 1 &&
           ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

bool loopback_authority(const char *authority)
{
    char host[HOST_MAX];
    const char *port = NULL;
    uint64_t number = 0;
    struct sockaddr_storage address;
    return split(authority, host, &port) && read_host(host, &address) &&
           (port == NULL || number_parse(port, 0, PORT_MAX, &number));
}

bool loopback_url(const char *url)
{
    static const char *const schemes[] = { "http://", "https://" };
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        char authority[HOST_MAX + 8];
        size_t skip = strlen(schemes[i]);
        if (strncmp(url, schemes[i], skip) != 0)
            continue;
        size_t len = strcspn(url + skip, "/?#");
        if (len >= sizeof(authority))
            return false;
        memcpy(authority, url + skip, len);
        authority[len] = '\0';
        return loopback_authority(authority);
    }
    return false;
}

bool loopback_address(const char *text, struct sockaddr_storage *address, struct error *error)
{
    char host[HOST_MAX];
    const char *port = NULL;
    uint64_t number = 0;
    if (!split(text, host, &port) || port == NULL || !number_parse(port, 0, PORT_MAX, &number))
        return error_set(error, ERROR_INVALID, "--listen wants ADDRESS:PORT, as 127.0.0.1:8080");
    if (!read_host(host, address))
        return error_set(error, ERROR_INVALID,
                         "--listen: the sandbox listens on loopback only (127.0.0.1, ::1): it "
                         "accepts whatever it is told");
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons((uint16_t)number);
    else
        ((struct sockaddr_in *)address)->sin_port = htons((uint16_t)number);
    return true;
}
