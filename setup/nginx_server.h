/* Pure. The servers of a configuration of nginx, and which of them it takes for a name. */
#ifndef SETUP_NGINX_SERVER_H
#define SETUP_NGINX_SERVER_H

#include <stdbool.h>
#include <stddef.h>

struct nginx_directive;
struct nginx_facts;

/* Where a location leads; see struct nginx_facts. */
struct nginx_route {
    char location[256];
    char socket[256];
    char program[256];
    char config[256];
};

struct nginx_listen {
    char address[64]; /* "" for all of IPv4 */
    unsigned low;     /* ports; 0: a socket of another kind */
    unsigned high;
    bool tls;
    bool ipv6; /* and no IPv4 */
    bool default_server;
};

struct nginx_server {
    char file[256];
    size_t line;
    size_t rank; /* how well a name of its fits; 0: not at all */
    bool tls;    /* on all it listens to */
    struct nginx_listen *listens;
    size_t listen_count;
    int fitness; /* of route; 0: there is none */
    struct nginx_route *route;
};

/* All zero at first; released with nginx_servers_release. */
struct nginx_servers {
    struct nginx_server *items;
    size_t count;
};

/* A server begins; what follows is about the last one that did. */
void nginx_servers_add(struct nginx_servers *servers, const struct nginx_directive *directive);
struct nginx_server *nginx_server_last(struct nginx_servers *servers); /* borrowed */
void nginx_server_listen(struct nginx_servers *servers, const struct nginx_directive *directive);
void nginx_server_name(struct nginx_servers *servers, const struct nginx_directive *directive,
                       const char *domain);

/* A location of its, kept if it is fitter than those before. */
void nginx_server_route(struct nginx_servers *servers, const struct nginx_route *route,
                        int fitness);

/* Fills the facts, which are all zero, about the server that nginx takes for a call of the port; 0:
 * of whichever. */
void nginx_servers_choose(const struct nginx_servers *servers, unsigned port,
                          struct nginx_facts *facts);
void nginx_servers_release(struct nginx_servers *servers);

#endif
