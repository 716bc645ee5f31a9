/* Pure. Addresses that never leave this machine. */
#ifndef SANDBOX_LOOPBACK_H
#define SANDBOX_LOOPBACK_H

#include <stdbool.h>
#include <sys/socket.h>

struct error;

/* Whether HOST or HOST:PORT (of a Host header) names this machine's loopback interface: localhost,
 * 127.0.0.0/8 or [::1]. */
bool loopback_authority(const char *authority);

/* Whether an http or https URL goes there. */
bool loopback_url(const char *url);

/* Reads ADDRESS:PORT, as 127.0.0.1:8080 or [::1]:0, to listen on. */
bool loopback_address(const char *text, struct sockaddr_storage *address, struct error *error)
    __attribute__((warn_unused_result));

#endif
