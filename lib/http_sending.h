/* Effect. One request on its way: what the parts of http.c share. */
#ifndef FEISHU_HTTP_SENDING_H
#define FEISHU_HTTP_SENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "http.h"
#include "http_library.h"

struct error;

struct http_connection {
    struct http http; /* first, so that one is the other */
    const char *ca;
    const char *proxy;
    bool plain_allowed;
    struct http_library curl;
    CURL *handle; /* NULL until the first send */
};

struct http_sending {
    struct http_connection *connection;
    const struct http_request *request;
    struct http_response *response;
    struct curl_slist *headers;
    struct curl_slist *connect_to;
    char trouble[CURL_ERROR_SIZE];
    bool started;      /* a connection stands and the request is about to be written to it */
    bool headers_over; /* the empty line after the answer's headers was read */
    CURLcode refused;  /* why an option could not be set */
};

/* Sets all options of the request on the connection's handle; left_ms: until the deadline. False,
 * with ERROR_NETWORK, if libcurl refuses one. */
bool http_sending_prepare(struct http_sending *sending, int64_t left_ms, struct error *error)
    __attribute__((warn_unused_result));

/* Wipes and frees what prepare made. */
void http_sending_release(struct http_sending *sending);

/* Remembers the first option that could not be set. */
void http_sending_expect(struct http_sending *sending, CURLcode code);

#endif
