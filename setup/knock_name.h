/* Effect. The addresses of a host's name. */
#ifndef SETUP_KNOCK_NAME_H
#define SETUP_KNOCK_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who can reach an IPv4 address. */
enum knock_reach {
    KNOCK_REACH_ALL,
    KNOCK_REACH_INSIDE, /* its own network only: private, link-local, a carrier's, reserved */
    KNOCK_REACH_SELF    /* the machine itself: loopback */
};

struct knock_name {
    size_t count;           /* IPv4 addresses */
    char first[16];         /* the first of those that reach tells of, or "" */
    enum knock_reach reach; /* the narrowest of all */
    bool ipv6;              /* it has addresses of IPv6 (looked for if there are none of IPv4) */
    char trouble[128];      /* what the resolver says if there are none at all */
};

/* Looks the name, or the address as text, up. */
void knock_name_find(const char *host, struct knock_name *name);

/* address: in host byte order. */
enum knock_reach knock_name_reach(uint32_t address);

#endif
