/* What tests of the sandbox share: a sandbox that runs, a client of it, and a sink, which is where
 * its events arrive. Every failure in here fails the test. */
#ifndef FEISHU_SANDBOX_KIT_H
#define FEISHU_SANDBOX_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KIT_APP_ID "cli_sandbox"
#define KIT_SECRET "sandbox-secret"
#define KIT_TOKEN  "sandbox-token"
#define KIT_KEY    "sandbox-key"

struct json_object;

/* Where events arrive: the test itself accepts and answers them, one after the other. */
struct sink {
    int listener;
    uint16_t port;
};

/* A request or an answer that was read. */
struct kit_message {
    int fd;                   /* of a request: where its answer goes, closed by kit_answer */
    int status;               /* of an answer */
    char *text;               /* all of it */
    char *body;               /* in text */
    struct json_object *tree; /* the body if it is a JSON object, else NULL */
};

struct kit {
    pid_t process;
    uint16_t port;
    char folder[64];
    struct sink sink;
};

/* Starts a sandbox whose events go to the kit's sink. with_key: events are encrypted and signed.
 * options: further ones, NULL at the end. */
void kit_start(struct kit *kit, bool with_key, const char *const *options);

/* Ends it by a signal and proves that it ends well. */
void kit_stop(struct kit *kit);

/* Sends a request to the sandbox. Returns the connection, for kit_receive. */
int kit_send(const struct kit *kit, const char *method, const char *path, const char *headers,
             const char *body);

/* Reads the answer and closes the connection. Caller releases. */
struct kit_message kit_receive(int fd);

/* Both, without further headers. Caller releases. */
struct kit_message kit_get(const struct kit *kit, const char *path);
struct kit_message kit_post(const struct kit *kit, const char *path, const char *body);

/* As kit_post, and the answer is 200; the text of one of its fields. Caller frees. */
char *kit_post_for(const struct kit *kit, const char *path, const char *body, const char *field);

/* Waits until the sandbox has finished that many attempts to send events, and returns the list of
 * deliveries. Caller releases. */
struct kit_message kit_deliveries(const struct kit *kit, int attempts);

/* Accepts the next event. Caller answers and releases. */
struct kit_message kit_accept(const struct kit *kit);

/* Answers an event and closes its connection. */
void kit_answer(struct kit_message *request, int status, const char *body);

/* A header of a message, NULL if it is not there. Caller frees. */
char *kit_header(const struct kit_message *message, const char *name);

/* The event in a request: decrypted where it is encrypted. Caller frees with tree_free. */
struct json_object *kit_event(const struct kit_message *request);

void kit_release(struct kit_message *message);

#endif
