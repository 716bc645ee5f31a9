/* Effect. What runs the program and hands it requests: fcgiwrap, a process for each (cgi.c), or a
 * web server that speaks FastCGI to a process that stays (responder.c). */
#ifndef FEISHU_HOST_H
#define FEISHU_HOST_H

#include <stdbool.h>

#include "request.h"

struct host {
    struct request_source source;
    char *const *environment; /* of the request, "NAME=VALUE", NULL-terminated */
    bool stays;               /* the process serves further requests */
    /* Writes the answer. One that nobody reads is no failure: the work goes on all the same. */
    void (*write)(struct host *host, const char *bytes, size_t len);
    /* The request is over for the web server; what it is borrowed from is gone. */
    void (*let_go)(struct host *host);
};

#endif
