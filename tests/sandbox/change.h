/* Pure. A change of the app's configuration, as application/v7 takes it, read but not made yet. */
#ifndef SANDBOX_CHANGE_H
#define SANDBOX_CHANGE_H

#include <stdbool.h>

#include "names.h"

struct app;
struct json_object;

/* Texts are borrowed from the request; NULL leaves what there is. */
struct change {
    struct names add_scopes, remove_scopes;
    struct names add_events, remove_events;
    struct names add_callbacks, remove_callbacks;
    const char *subscription_type; /* "webhook" or "websocket" */
    const char *request_url;
    const char *callback_type; /* likewise */
    const char *callback_request_url;
    const char *key;
    const char *token;
};

/* Reads the request. NULL, or which field is wrong. Either way the caller releases change. */
const char *change_read(struct change *change, struct json_object *body);

/* Whether it adds what only an app with a bot may have. */
bool change_needs_bot(const struct change *change);

/* Makes the change: to the draft, or at once, as the platform does. */
void change_apply(const struct change *change, struct app *app);

void change_release(struct change *change);

#endif
