/* Effect. Requests to the bot's own URL, as the platform makes them and as an attacker would. */
#ifndef SETUP_KNOCK_H
#define SETUP_KNOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"

struct config;
struct finding;
struct json_object;

struct knock {
    const char *url;
    const char *connect_to;      /* HOST:PORT, or NULL */
    const struct config *config; /* key, token, id, and the certificates to trust */
    struct http *http;           /* of its own: it takes no proxy */
    bool answers;                /* knock_challenge got the challenge back, if perhaps late */
};

struct knock_answer {
    enum http_outcome outcome;
    struct http_response response;
    char trouble[256]; /* what the transport said if there is no answer */
    int64_t ms;
};

/* Borrows all three. Closed with knock_close. A URL that knock_url_trouble objects to is posted
 * nowhere. */
void knock_open(struct knock *knock, const char *url, const char *connect_to,
                const struct config *config);
void knock_close(struct knock *knock);

/* How a request differs from what the platform would send. */
enum knock_forgery {
    KNOCK_GENUINE,         /* not at all */
    KNOCK_UNSIGNED,        /* without the signature's headers */
    KNOCK_WRONG_SIGNATURE, /* signed with another key */
    KNOCK_WRONG_TOKEN,     /* another verification token inside */
    KNOCK_STALE            /* signed longer ago than max_age */
};

/* Posts the event (or challenge), which becomes knock's, with the platform's headers, over IPv4,
 * without redirects: its token and (of an event) the time of its creation are filled in, and it is
 * encrypted and signed if there is a key (a challenge is never signed). answer is overwritten;
 * caller releases it. */
void knock_post(struct knock *knock, struct json_object *event, enum knock_forgery forgery,
                int64_t timeout_ms, struct knock_answer *answer);
void knock_answer_release(struct knock_answer *answer);

/* An event of schema 2.0 with that id and type; body, its `event`, becomes its own. */
struct json_object *knock_event(const struct knock *knock, const char *id, const char *type,
                                struct json_object *body);

/* The url_verification that carries the challenge. */
struct json_object *knock_challenge_event(const char *challenge);

/* The event im.message.receive_v1, in schema 2.0, about a message. */
struct knock_message {
    const char *event_id; /* begins with "feishu-setup-" */
    const char *message_id;
    const char *chat_id;
    const char *bot_open_id; /* is mentioned */
    const char *bot_name;
    const char *text; /* behind the mention */
};
struct json_object *knock_message_event(const struct knock *knock,
                                        const struct knock_message *message);

/* A new id that begins with "feishu-setup-". */
enum { KNOCK_ID_LEN = 46 };
void knock_new_id(char id[static KNOCK_ID_LEN]);

/* What is wrong with a URL that a person typed, in one translated line; NULL if nothing is.
 * Borrowed. */
const char *knock_url_trouble(const char *url);

/* Whether Feishu can find and reach the URL's host: its name has a public IPv4 address. A warning
 * if it has a private one, which does not keep the rest from being tested. */
void knock_address(const struct knock *knock, struct finding *finding);

/* A finding for an answer that is not the expected one: names DNS, a refused connection, the TLS
 * chain, a redirect, nginx's 403, 404 and 502, an HTML page (an ICP page by name) where JSON should
 * be, our own 401 (a wrong key or token) and 500, and what never came. */
void knock_explain(const struct knock *knock, const struct knock_answer *answer,
                   struct finding *finding);

/* The two halves of verify-url, also a step of the wizard. The challenge, which has to come back
 * within a second: one finding. Then, step by step into the report, a genuine event ("event"), and
 * the attacks ("unsigned", "signature", "token", "stale"); what the configuration does not check is
 * skip or warn. All of them are skip unless knock_challenge got the challenge back before. */
struct report;
void knock_challenge(struct knock *knock, struct finding *finding);
void knock_attacks(struct knock *knock, struct report *report);

#endif
