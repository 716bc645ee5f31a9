/* Pure. Where a Redis is: "redis://[user:password@]host[:port][/db]", or, as other clients write a
 * socket, "unix://[user:password@]/path[?db=N]". User and password may hold %XX for any byte. */
#ifndef FEISHU_REDIS_URL_H
#define FEISHU_REDIS_URL_H

#include <stdbool.h>

#include "secret.h"

enum { REDIS_PORT = 6379, REDIS_DATABASE_MAX = 65535 };

struct redis_url {
    char *path; /* of the unix socket, or NULL: */
    char *host; /* a name or an address, IPv6 without its brackets */
    int port;
    char *user;             /* "" for none */
    struct secret password; /* may be unset */
    int database;
};

/* Reads it. False if it is none; else the caller releases url. */
bool redis_url_parse(const char *text, struct redis_url *url) __attribute__((warn_unused_result));

void redis_url_release(struct redis_url *url);

#endif
