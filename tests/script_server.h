/* Effect. A server on a loopback port, in a thread, that plays a script of raw answers and
 * remembers what it was sent: for tests of the one who calls it. */
#ifndef FEISHU_SCRIPT_SERVER_H
#define FEISHU_SCRIPT_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

enum { SCRIPT_REQUESTS_MAX = 8 };

enum script_end {
    SCRIPT_CLOSE, /* the connection is closed */
    SCRIPT_KEEP,  /* the next step has the same connection */
    SCRIPT_RESET, /* the connection is reset */
    SCRIPT_HOLD   /* nothing more until the other side goes */
};

struct script_step {
    bool unread;       /* the request is not read, only its first byte waited for */
    const char *reply; /* bytes; NULL: none */
    enum script_end end;
    bool then_gone; /* nobody listens any more, from before the end on */
    bool then_tls;  /* with SCRIPT_KEEP: TLS begins after the reply, as behind a proxy's tunnel */
};

struct script_server {
    const struct script_step *steps;
    size_t count;
    const char *certificate; /* PEM file with certificate and key; NULL: no TLS */
    bool plain_first;        /* TLS not at once, but by then_tls */
    int port;
    int socket;
    pthread_t thread;
    struct buf requests[SCRIPT_REQUESTS_MAX];
    size_t request_count;
    size_t
        connections; /* accepted; to be read after script_server_stop, as all that was recorded */
};

/* Starts the server: steps, count, certificate and plain_first are given by the caller. After the
 * last step every connection is counted and closed. */
void script_server_start(struct script_server *server);

/* Ends it, once all its connections are closed by the other side or by it. */
void script_server_stop(struct script_server *server);

/* Frees the requests. */
void script_server_release(struct script_server *server);

/* A port of the loopback on which nobody listens. */
int script_server_free_port(void);

#endif
