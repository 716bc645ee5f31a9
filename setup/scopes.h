/* Effect: scopes_read asks the platform; the rest is pure. The permissions that the bot needs:
 * which are granted, and how those that lack are asked for. */
#ifndef SETUP_SCOPES_H
#define SETUP_SCOPES_H

#include <stdbool.h>
#include <stddef.h>

struct api_answer;
struct json_object;
struct link;

enum { SCOPES_MAX = 8 };

/* A need for which nothing is granted. */
struct scopes_lack {
    const char *scope;  /* the one to ask for */
    const char *effect; /* what does not work without it, one clause, translated */
    bool required;      /* else the bot answers all the same */
    bool asked;         /* it is in the app's settings, and waits for a version or an approval */
};

struct scopes {
    struct scopes_lack lacks[SCOPES_MAX];
    size_t count;
    bool required;   /* one of them is required */
    bool may_read;   /* the app may read its own versions: application:application:self_manage */
    bool may_change; /* the app may change itself: application:application:patch */
};

/* Asks the platform. False, with answer telling why, if it does not say. answer is overwritten;
 * caller releases it. */
bool scopes_read(struct link *link, struct scopes *scopes, struct api_answer *answer);

/* The same from an accepted answer's tree. */
void scopes_judge(struct scopes *scopes, struct json_object *tree);

/* The address of the console's page that asks for exactly those that lack. Caller frees. */
char *scopes_link(const struct link *link, const struct scopes *scopes);

/* Those that lack as the console's bulk import takes them, one line of JSON. Caller frees. */
char *scopes_json(const struct scopes *scopes);

/* Those that lack, each with what does not work without it, in one line. Caller frees. */
char *scopes_list(const struct scopes *scopes);

#endif
