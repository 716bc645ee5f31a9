#include "knock_name.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Networks that the internet does not lead to. */
static const struct {
    uint32_t network;
    unsigned bits;
    enum knock_reach reach;
} networks[] = {
    { 0x00000000, 8, KNOCK_REACH_INSIDE },  /* 0.0.0.0 */
    { 0x0a000000, 8, KNOCK_REACH_INSIDE },  /* 10.0.0.0 */
    { 0x64400000, 10, KNOCK_REACH_INSIDE }, /* 100.64.0.0: carriers, and clouds inside */
    { 0x7f000000, 8, KNOCK_REACH_SELF },    /* 127.0.0.0 */
    { 0xa9fe0000, 16, KNOCK_REACH_INSIDE }, /* 169.254.0.0 */
    { 0xac100000, 12, KNOCK_REACH_INSIDE }, /* 172.16.0.0 */
    { 0xc0000000, 24, KNOCK_REACH_INSIDE }, /* 192.0.0.0 */
    { 0xc0a80000, 16, KNOCK_REACH_INSIDE }, /* 192.168.0.0 */
    { 0xc6120000, 15, KNOCK_REACH_INSIDE }, /* 198.18.0.0: also what some proxies make up */
    { 0xe0000000, 3, KNOCK_REACH_INSIDE },  /* 224.0.0.0 and above */
};

enum knock_reach knock_name_reach(uint32_t address)
{
    for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++) {
        if ((address ^ networks[i].network) >> (32 - networks[i].bits) == 0)
            return networks[i].reach;
    }
    return KNOCK_REACH_ALL;
}

static void take(const struct sockaddr_in *address, struct knock_name *name)
{
    const enum knock_reach reach = knock_name_reach(ntohl(address->sin_addr.s_addr));
    if (name->count++ > 0 && reach <= name->reach)
        return;
    name->reach = reach;
    if (inet_ntop(AF_INET, &address->sin_addr, name->first, sizeof(name->first)) == NULL)
        name->first[0] = '\0';
}

static bool has_ipv6(const char *host)
{
    const struct addrinfo hints = { .ai_family = AF_INET6, .ai_socktype = SOCK_STREAM };
    struct addrinfo *list = NULL;
    if (getaddrinfo(host, NULL, &hints, &list) != 0)
        return false;
    freeaddrinfo(list);
    return true;
}

void knock_name_find(const char *host, struct knock_name *name)
{
    const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
    struct addrinfo *list = NULL;
    *name = (struct knock_name){ .reach = KNOCK_REACH_ALL };
    const int trouble = getaddrinfo(host, NULL, &hints, &list);
    if (trouble != 0) {
        name->ipv6 = has_ipv6(host);
        (void)snprintf(name->trouble, sizeof(name->trouble), "%s", gai_strerror(trouble));
        return;
    }
    for (const struct addrinfo *at = list; at != NULL; at = at->ai_next) {
        struct sockaddr_in address;
        memcpy(&address, at->ai_addr, sizeof(address));
        take(&address, name);
    }
    freeaddrinfo(list);
}
