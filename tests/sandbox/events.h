/* Pure, but for random ids. The events that the platform sends, in either schema. */
#ifndef SANDBOX_EVENTS_H
#define SANDBOX_EVENTS_H

#include <stdint.h>

struct json_object;
struct post;
struct world;

enum { EVENTS_ID_LEN = 33 };

/* What an event says of itself. Texts are borrowed. */
struct events_header {
    const char *event_id;
    const char *type;
    const char *token;
    const char *app_id;
    const char *tenant_key;
    int64_t created_ms; /* wall clock */
};

/* A union_id for an open_id: the same with another prefix. Caller frees. */
char *events_union_id(const char *open_id);

/* The header of an event of this app, and a random id for it, to which the header points. */
struct events_header events_header(const struct world *world, const char *type, int64_t created_ms,
                                   char event_id[static EVENTS_ID_LEN]);

/* An event of schema 2.0 about something; body becomes its. Caller frees. */
struct json_object *events_wrap(const struct events_header *header, struct json_object *body);

/* The event that somebody wrote this, in schema 2.0 and in 1.0. Caller frees. */
struct json_object *events_message(const struct events_header *header, const struct post *post,
                                   const char *bot_id);
struct json_object *events_message_old(const struct events_header *header, const struct post *post,
                                       const char *bot_id);

/* The request by which the platform tries a URL. Caller frees. */
struct json_object *events_challenge(const char *token, const char *challenge);

#endif
