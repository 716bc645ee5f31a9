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
    bool clock_known;      /* the platform has told its time */
    int64_t clock_ahead_s; /* of ours before the platform's, by its last answer */
    bool refused;          /* probe_token failed: nothing else is to be asked */
    int64_t deadline_ms;   /* of clock_steady_ms: no call goes on beyond it; 0: none */
    bool not_installed; /* probe_bot found the app in no organisation: likewise, but for itself */
};

/* Loads the configuration. On failure nothing is to be closed. */
bool link_open(struct link *link, const char *config_path, struct error *error)
    __attribute__((warn_unused_result));

/* The same with a configuration that is there already, which becomes the link's. */
void link_open_with(struct link *link, struct config *config);
void link_close(struct link *link);

/* Tries id and secret, as api_probe_token, with a deadline of 10 s, or the link's. */
void link_try_token(struct link *link, struct api_answer *answer);

/* A call with a deadline of 10 s, or the link's. answer is overwritten; caller releases it. */
void link_call(struct link *link, const char *method, const char *path, struct json_object *body,
               struct api_answer *answer);

/* Whether more than so many milliseconds are left until the link's deadline. */
bool link_has_time(const struct link *link, int64_t ms);

/* Whether an earlier step failed for a reason that every further call would meet again; finding is
 * then a skip that says so. */
bool link_is_barred(const struct link *link, struct finding *finding);

/* A finding for an answer that is no success: what the code means in plain words, and what to do,
 * with the console's page as a link that holds the app id. Knows the token endpoint's codes (10003,
 * 10014, 10015 …: wrong secret, wrong host), 99991401 (IP whitelist, with the address that the
 * platform saw), 99991662, 99991673, 11205, 99991672 (with a link that asks for the scopes that the
 * platform names), those of messages and chats, and the transport's troubles (DNS, refused, TLS,
 * proxy). */
void link_explain(const struct link *link, const struct api_answer *answer,
                  struct finding *finding);

/* The same for an answer that did not come, or not from the platform. */
void link_explain_way(const struct link *link, const struct api_answer *answer,
                      struct finding *finding);

/* The address of a console page of this app: "baseinfo", "capability", "auth", "event", "version",
 * "safe"
 * or "auth?q=SCOPE,…". Caller frees. */
char *link_console(const struct link *link, const char *page);

/* What to do, a translated sentence without its full stop, and that address. Caller frees. */
char *link_advice(const struct link *link, const char *fix, const char *page);

#endif
