/* Pure. A URL in its parts, as far as a connection needs them. */
#ifndef SETUP_ADDRESS_H
#define SETUP_ADDRESS_H

#include <stdbool.h>

struct address {
    bool tls;
    char host[254];
    unsigned port;  /* 1 to 65535; by default that of the scheme */
    char path[256]; /* "" or from its first slash on, without query and fragment */
};

/* Reads "https://host[:port][/path]", or http. False, with *address undefined, if it is something
 * else, has a user's name in it, or is too long. */
bool address_read(const char *url, struct address *address) __attribute__((warn_unused_result));

/* Reads "HOST:PORT" into host and port and leaves the rest as it is. */
bool address_read_pair(const char *text, struct address *address)
    __attribute__((warn_unused_result));

#endif
