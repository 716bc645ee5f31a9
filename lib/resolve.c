#include "resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };

static size_t take(const struct addrinfo *found, char addresses[RESOLVE_MAX][RESOLVE_LEN])
{
    size_t count = 0;
    for (; found != NULL && count < RESOLVE_MAX; found = found->ai_next) {
        if (getnameinfo(found->ai_addr, found->ai_addrlen, addresses[count], RESOLVE_LEN, NULL, 0,
                        NI_NUMERICHOST) == 0)
            count++;
    }
    return count;
}

static bool is_address(const char *host)
{
    struct in6_addr address;
    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

size_t resolve(const char *host, int64_t wait_ms, char addresses[RESOLVE_MAX][RESOLVE_LEN])
{
    if (is_address(host)) {
        memcpy(addresses[0], host, strlen(host) + 1);
        return 1;
    }
    const struct timespec wait = { wait_ms / 1000, wait_ms % 1000 * 1000000 };
    struct gaicb *request = memory_zero(1, sizeof(*request));
    char *name = memory_copy(host);
    request->ar_name = name;
    request->ar_request = &hints;
    size_t count = 0;
    if (getaddrinfo_a(GAI_NOWAIT, &request, 1, NULL) == 0) {
        (void)gai_suspend((const struct gaicb *const *)&request, 1, &wait);
        if (gai_error(request) == EAI_INPROGRESS && gai_cancel(request) != EAI_CANCELED)
            return 0; /* the thread still has the request */
    }
    if (request->ar_result != NULL) {
        count = take(request->ar_result, addresses);
        freeaddrinfo(request->ar_result);
    }
    free(request);
    free(name);
    return count;
}
