/* Effect. One HTTP request out, one answer in; the one user of libcurl, which is loaded when the
 * first request is sent and not before. `struct http` is also the seam for tests. */
#ifndef FEISHU_HTTP_H
#define FEISHU_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct error;

enum { HTTP_BODY_MAX = 4 << 20 }; /* bytes of an answer; more is HTTP_CUT */

struct http_request {
    const char *method; /* GET, POST, PUT, PATCH or DELETE */
    const char *url;
    const char *bearer; /* token for the Authorization header, or NULL */
    const char *body;   /* JSON, or NULL */
    size_t body_len;
    /* What only those need who act as the platform does; zero for all others. */
    /* Further ones, "Name: value", NULL-terminated; or NULL. "Name:" leaves out what would be sent
     * otherwise, and a Content-Type replaces ours. */
    const char *const *headers;
    const char *connect_to; /* HOST:PORT to connect to in place of the URL's; or NULL */
    const char *user_agent; /* or NULL for our own */
    bool ipv4;              /* no IPv6 */
};

/* Where a request that was not answered got stuck. */
enum http_trouble {
    HTTP_NO_TROUBLE,
    HTTP_TROUBLE_NAME,        /* the host's name has no address */
    HTTP_TROUBLE_CONNECTION,  /* refused, or no way there */
    HTTP_TROUBLE_CERTIFICATE, /* the chain or the name is not to be trusted */
    HTTP_TROUBLE_TLS,
    HTTP_TROUBLE_TIME, /* the deadline came first */
    HTTP_TROUBLE_PROXY,
    HTTP_TROUBLE_OTHER
};

struct http_response {
    int status;
    struct buf body; /* caller wipes it with buf_wipe: it may hold a token */
    char log_id[64]; /* X-Tt-Logid, or "" */
    char content_type[64];
    char location[256];        /* Location: where a redirect leads, or "" */
    int64_t reset_s;           /* x-ogw-ratelimit-reset: seconds until more is allowed, or -1 */
    int64_t date_s;            /* Date: seconds since the epoch, or -1 */
    enum http_trouble trouble; /* set for outcomes other than HTTP_ANSWERED too */
};

#define HTTP_RESPONSE_INIT                                                                         \
    {                                                                                              \
        0, BUF_INIT(HTTP_BODY_MAX), "", "", "", -1, -1, HTTP_NO_TROUBLE                            \
    }

enum http_outcome {
    HTTP_ANSWERED,  /* a whole answer, of whatever status */
    HTTP_UNREACHED, /* no byte of the request left: nothing can have happened */
    HTTP_CUT        /* sent, at least in part, and no whole answer: anything may have happened */
};

struct http {
    /* Sends the request and waits for the answer until deadline_ms of clock_steady_ms. response is
     * filled for HTTP_ANSWERED only and emptied for the others, which set error (ERROR_NETWORK):
     * its text holds neither bearer nor body. */
    enum http_outcome (*send)(struct http *http, const struct http_request *request,
                              int64_t deadline_ms, struct http_response *response,
                              struct error *error);
    void (*close)(struct http *http); /* frees http */
};

/* An http over libcurl. ca: folder or file of the trusted certificates. proxy: "http://host:port"
 * or
 * "" for none; the environment never chooses one. Only https, or http if plain_allowed; plain http
 * never takes the proxy, which would carry the token off this machine in the clear. No redirects.
 * The connection is kept for the next send; nothing else of a request is. Never NULL; ca and proxy
 * are borrowed until it is closed with http_close. */
struct http *http_open(const char *ca, const char *proxy, bool plain_allowed);
void http_close(struct http *http); /* NULL is fine */

#endif
