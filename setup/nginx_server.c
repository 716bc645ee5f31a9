#include "nginx_server.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "list.h"
#include "memory.h"
#include "nginx_block.h"
#include "nginx_dump.h"
#include "number.h"

/* What nginx listens to where it is not told. */
enum { PORT_DEFAULT = 80 };

/* Of names, the exact one comes first, then the longest that begins with "*", then the longest that
 * ends with it. */
enum { RANK_EXACT = 3 << 20, RANK_HEAD = 2 << 20, RANK_TAIL = 1 << 20, NAME_MAX_LEN = 1 << 10 };

void nginx_servers_add(struct nginx_servers *servers, const struct nginx_directive *directive)
{
    servers->items = list_grow(servers->items, servers->count, sizeof(*servers->items));
    struct nginx_server *server = &servers->items[servers->count++];
    *server = (struct nginx_server){ .line = directive->line };
    (void)snprintf(server->file, sizeof(server->file), "%.*s", (int)directive->file_len,
                   directive->file);
}

struct nginx_server *nginx_server_last(struct nginx_servers *servers)
{
    return &servers->items[servers->count - 1];
}

/* Reads "443" or "443-445". */
static bool read_ports(const char *text, size_t len, struct nginx_listen *listen)
{
    char ports[16];
    uint64_t low;
    uint64_t high;
    if (len >= sizeof(ports))
        return false;
    memcpy(ports, text, len);
    ports[len] = '\0';
    char *dash = strchr(ports, '-');
    if (dash != NULL)
        *dash = '\0';
    if (!number_parse(ports, 1, UINT16_MAX, &low) ||
        !number_parse(dash == NULL ? ports : dash + 1, low, UINT16_MAX, &high))
        return false;
    listen->low = (unsigned)low;
    listen->high = (unsigned)high;
    return true;
}

/* Reads an address of IPv4 or IPv6 or a name, with or without ports, or ports alone. */
static void read_address(const char *text, struct nginx_listen *listen)
{
    const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL;
    const char *colon = strrchr(bracket == NULL ? text : bracket, ':');
    size_t len = strlen(text);
    listen->ipv6 = bracket != NULL;
    listen->low = listen->high = PORT_DEFAULT;
    if (strncmp(text, "unix:", strlen("unix:")) == 0)
        listen->low = listen->high = 0;
    else if (colon != NULL && read_ports(colon + 1, strlen(colon + 1), listen))
        len = (size_t)(colon - text);
    else if (read_ports(text, len, listen))
        len = 0;
    if ((len == 1 && text[0] == '*') || (len == 7 && strncmp(text, "0.0.0.0", len) == 0))
        len = 0;
    (void)snprintf(listen->address, sizeof(listen->address), "%.*s", (int)len, text);
}

static void add_listen(struct nginx_server *server, const struct nginx_listen *listen)
{
    server->listens = list_grow(server->listens, server->listen_count, sizeof(*server->listens));
    server->listens[server->listen_count++] = *listen;
}

void nginx_server_listen(struct nginx_servers *servers, const struct nginx_directive *directive)
{
    struct nginx_listen listen = { 0 };
    const char *word = nginx_word(directive, 1);
    read_address(word, &listen);
    for (size_t i = 2; i < directive->count; i++) {
        word += strlen(word) + 1;
        listen.tls = listen.tls || strcmp(word, "ssl") == 0;
        listen.default_server = listen.default_server || strcmp(word, "default_server") == 0 ||
                                strcmp(word, "default") == 0;
        if (strcmp(word, "ipv6only=off") == 0)
            listen.ipv6 = false;
    }
    add_listen(nginx_server_last(servers), &listen);
}

/* How well one of a server's names fits the domain. */
static size_t rank_of(const char *name, const char *domain)
{
    const size_t len = strnlen(name, NAME_MAX_LEN);
    const size_t domain_len = strlen(domain);
    const bool dot = name[0] == '.';
    if (strcasecmp(dot ? name + 1 : name, domain) == 0)
        return RANK_EXACT;
    const char *tail = dot ? name : name + 1;
    const size_t tail_len = strlen(tail);
    if ((dot || strncmp(name, "*.", 2) == 0) && domain_len > tail_len &&
        strcasecmp(domain + domain_len - tail_len, tail) == 0)
        return RANK_HEAD + len;
    if (len > 2 && strcmp(name + len - 2, ".*") == 0 && domain_len > len - 1 &&
        strncasecmp(name, domain, len - 1) == 0)
        return RANK_TAIL + len;
    return 0;
}

void nginx_server_name(struct nginx_servers *servers, const struct nginx_directive *directive,
                       const char *domain)
{
    struct nginx_server *server = nginx_server_last(servers);
    const char *word = nginx_word(directive, 1);
    for (size_t i = 1; i < directive->count; i++) {
        const size_t rank = rank_of(word, domain);
        if (rank > server->rank)
            server->rank = rank;
        word += strlen(word) + 1;
    }
}

void nginx_server_route(struct nginx_servers *servers, const struct nginx_route *route, int fitness)
{
    struct nginx_server *server = nginx_server_last(servers);
    if (fitness <= server->fitness)
        return;
    if (server->route == NULL)
        server->route = memory_get(sizeof(*server->route));
    *server->route = *route;
    server->fitness = fitness;
}

/* How a server answers calls of a port. */
struct reach {
    bool listens;
    bool tls;
    bool ipv4;
    bool default_server;
};

static struct reach reach_of(const struct nginx_server *server, unsigned port)
{
    static const struct nginx_listen otherwise = { .low = PORT_DEFAULT, .high = PORT_DEFAULT };
    const struct nginx_listen *listens = server->listen_count == 0 ? &otherwise : server->listens;
    const size_t count = server->listen_count == 0 ? 1 : server->listen_count;
    struct reach reach = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (listens[i].low == 0 || (port != 0 && (port < listens[i].low || port > listens[i].high)))
            continue;
        reach.listens = true;
        reach.tls = reach.tls || server->tls || listens[i].tls;
        reach.ipv4 = reach.ipv4 || !listens[i].ipv6;
        reach.default_server = reach.default_server || listens[i].default_server;
    }
    return reach;
}

/* How much nginx wants the server for the call; 0: not at all. With a port, one without the name is
 * taken too if there is no better: a default one, else the first. */
static size_t claim_of(const struct nginx_server *server, unsigned port)
{
    const struct reach reach = reach_of(server, port);
    if (!reach.listens || (server->rank == 0 && port == 0))
        return 0;
    if (server->rank == 0)
        return reach.default_server ? 2 : 1;
    return 4 + 2 * server->rank + (port == 0 && reach.tls ? 1 : 0);
}

/* Whether both listen to the same. */
static bool meet(const struct nginx_server *one, const struct nginx_server *other)
{
    for (size_t i = 0; i < one->listen_count; i++) {
        for (size_t k = 0; k < other->listen_count; k++) {
            if (one->listens[i].low == other->listens[k].low && one->listens[i].low != 0 &&
                strcmp(one->listens[i].address, other->listens[k].address) == 0)
                return true;
        }
    }
    return one->listen_count == 0 && other->listen_count == 0;
}

/* Another server by exactly the name where the chosen one listens. */
static void find_twin(const struct nginx_servers *servers, const struct nginx_server *chosen,
                      struct nginx_facts *facts)
{
    for (size_t i = 0; i < servers->count && chosen->rank == RANK_EXACT; i++) {
        const struct nginx_server *server = &servers->items[i];
        if (server == chosen || server->rank != RANK_EXACT || !meet(chosen, server))
            continue;
        memcpy(facts->twin_file, server->file, sizeof(facts->twin_file));
        facts->twin_line = server->line;
        return;
    }
}

static void tell(const struct nginx_server *server, unsigned port, struct nginx_facts *facts)
{
    const struct reach reach = reach_of(server, port);
    facts->has_server = server->rank > 0;
    facts->by_default = server->rank == 0;
    facts->has_tls = reach.tls;
    facts->only_ipv6 = !reach.ipv4;
    memcpy(facts->file, server->file, sizeof(facts->file));
    facts->line = server->line;
    if (server->route == NULL)
        return;
    facts->has_location = true;
    memcpy(facts->location, server->route->location, sizeof(facts->location));
    memcpy(facts->socket, server->route->socket, sizeof(facts->socket));
    memcpy(facts->program, server->route->program, sizeof(facts->program));
    memcpy(facts->config, server->route->config, sizeof(facts->config));
}

void nginx_servers_choose(const struct nginx_servers *servers, unsigned port,
                          struct nginx_facts *facts)
{
    const struct nginx_server *chosen = NULL;
    size_t best = 0;
    for (size_t i = 0; i < servers->count; i++) {
        const size_t claim = claim_of(&servers->items[i], port);
        if (claim <= best)
            continue;
        best = claim;
        chosen = &servers->items[i];
    }
    if (chosen == NULL)
        return;
    tell(chosen, port, facts);
    find_twin(servers, chosen, facts);
}

void nginx_servers_release(struct nginx_servers *servers)
{
    for (size_t i = 0; i < servers->count; i++) {
        free(servers->items[i].listens);
        free(servers->items[i].route);
    }
    free(servers->items);
    *servers = (struct nginx_servers){ NULL, 0 };
}
