/* Effect. The platform, as the setup tool sees it: with the configured secret and never with a
 * stored token, so that what it says of them is true now. */
#ifndef SETUP_LINK_H
#define SETUP_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "api.h"
#include "config.h"

struct error;
struct finding;

struct link {
    struct config config;
    struct http *http;
    struct store *store; /* of kind none */
    struct api api;
    int64_t clock_ahead_s; /* of ours before the platform's, once it has answered */
};

/* Loads the configuration. On failure nothing is to be closed. */
bool link_open(struct link *link, const char *config_path, struct error *error)
    __attribute__((warn_unused_result));

/* The same with a configuration that is there already, which becomes the link's. */
void link_open_with(struct link *link, struct config *config);
void link_close(struct link *link);

/* A call with a deadline of 10 s. answer is overwritten; caller releases it. */
void link_call(struct link *link, const char *method, const char *path, struct json_object *body,
               struct api_answer *answer);

/* A finding for an answer that is no success: what the code means in plain words, and what to do,
 * with the console's page as a link that holds the app id. Knows the token endpoint's codes (10003,
 * 10014, 10015 …: wrong secret, wrong host), 99991401 (IP whitelist), 99991662, 99991673, 11205,
 * 99991672 and the transport's troubles (DNS, refused, TLS, proxy). */
void link_explain(const struct link *link, const struct api_answer *answer,
                  struct finding *finding);

/* The address of a console page of this app: "baseinfo", "capability", "auth", "event", "version",
 * or "auth?q=SCOPE,…". Caller frees. */
char *link_console(const struct link *link, const char *page);

#endif
