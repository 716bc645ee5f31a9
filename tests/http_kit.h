/* Effect. What the tests of lib/http.c share: a scripted server, and something that calls it. */
#ifndef FEISHU_HTTP_KIT_H
#define FEISHU_HTTP_KIT_H

#include <check.h>
#include <stdint.h>

#include "error.h"
#include "http.h"
#include "script_server.h"

/* Stands in every request that has a bearer, and must show up in no error text. */
#define HTTP_KIT_TOKEN "t-0123456789.secret"

extern struct http_kit {
    char *folder; /* empty at first, and removed afterwards */
    struct script_server server;
    struct http *http;
    struct http_response response;
    struct error error;
} http_kit;

/* As suite_add, with a kit for each test. */
void http_kit_add(Suite *suite, const char *name, const TTest *test, int rows);

/* Starts the server; certificate as in script_server.h. */
void http_kit_serve(const struct script_step *steps, size_t count, const char *certificate);

/* A request with a token to path at the server, and one to any URL. The outcome and the response
 * are checked for what always holds. */
enum http_outcome http_kit_post(const char *path, const char *body);
enum http_outcome http_kit_send(const struct http_request *request, int64_t deadline_ms);

/* "SCHEME://127.0.0.1:PORT/PATH" of the server. Caller frees. */
char *http_kit_url(const char *scheme, const char *path);

/* Closes http, and then stops the server: what it recorded can be read. */
void http_kit_finish(void);

/* The text of the server's request at index; fails if there is none. Borrowed. */
const char *http_kit_request(size_t index);

/* Makes a self-signed certificate for names ("IP:127.0.0.1", "DNS:…") in the folder. Path of the
 * PEM file with certificate and key; caller frees. */
char *http_kit_certificate(const char *file, const char *names);

/* Runs a command of the shell that must succeed. */
void http_kit_run(const char *command);

/* A time that no test reaches, and one that passes soon. */
int64_t http_kit_late(void);
int64_t http_kit_soon(void);

#endif
