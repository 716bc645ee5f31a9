/* Pure, but for random ids. The app as the platform's console knows it: what was configured, what
 * was published, and so what the platform does. */
#ifndef SANDBOX_APP_H
#define SANDBOX_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"
#include "secret.h"

struct config_app;

#define APP_EVENT_MESSAGE  "im.message.receive_v1"
#define APP_CALLBACK_CARD  "card.action.trigger"
#define APP_SCOPE_P2P      "im:message.p2p_msg:readonly"
#define APP_SCOPE_GROUP_AT "im:message.group_at_msg:readonly"
#define APP_SCOPE_MANAGE   "application:application:self_manage"
#define APP_SCOPE_PATCH    "application:application:patch"

enum { APP_VERSION_ID_LEN = 37, APP_VERSION_NUMBER_LEN = 16 };

/* Of application/v6. */
enum { APP_DISABLED = 0, APP_ENABLED = 1, APP_NOT_YET = 2, APP_UNKNOWN = 3 };

/* What takes effect with a version. */
struct app_face {
    bool bot;
    struct names scopes;
    struct names events;
    struct names callbacks;
};

enum app_verdict { APP_APPROVED = 1, APP_REJECTED = 2, APP_IN_REVIEW = 3 };

struct app_version {
    char id[APP_VERSION_ID_LEN];
    int64_t rank; /* of its number: 1.2.3 is 1002003 */
    enum app_verdict verdict;
    int64_t created_ms; /* wall clock */
    struct app_face face;
};

struct app {
    const struct config_app *config;

    /* What the platform thinks of the app. */
    bool known;        /* else its id is none */
    bool secret_right; /* else every secret is wrong */
    bool ip_allowed;
    bool installed;
    bool console_made;       /* made in the console, so that the API may change it */
    bool review;             /* a version waits for an administrator */
    int64_t status;          /* APP_… */
    int64_t activate_status; /* of bot/v3/info */
    int64_t clock_ahead_s;   /* of this machine's before the platform's */

    /* What takes effect at once. URLs are "" if there is none. */
    bool long_connection;          /* events do not go to a URL */
    bool callback_long_connection; /* nor do callbacks */
    char *request_url;
    char *callback_request_url;
    char *right_url;      /* the last one that was saved: where all is well */
    struct secret key;    /* these two: unset, the configuration's count */
    struct secret token;  /* set and empty: there is none */
    struct names granted; /* scopes */

    struct app_face draft;
    struct app_version *versions; /* oldest first */
    size_t version_count;
    char online_id[APP_VERSION_ID_LEN]; /* "" if nothing is published */
};

/* Sets up an app that is all right, with the URL (NULL for none) for events and callbacks; fresh: a
 * new app without anything, which knows the URL only as the right one. config is borrowed. */
void app_init(struct app *app, const struct config_app *config, const char *url, bool fresh);
void app_release(struct app *app);

/* Puts all right: one version with everything is published, and the URL is the right one. */
void app_mend(struct app *app);

/* Saves the URLs; NULL leaves one as it is. */
void app_save_url(struct app *app, const char *request_url, const char *callback_request_url);

/* The key in force, unset if there is none, and the token, "" if there is none. Borrowed. */
const struct secret *app_key(const struct app *app);
const char *app_token(const struct app *app);

/* The version that is online, and the youngest one that is not approved; NULL if there is none. */
struct app_version *app_online(const struct app *app);
struct app_version *app_pending(const struct app *app);
struct app_version *app_find_version(const struct app *app, const char *id);
bool app_in_review(const struct app *app);

/* Reads X.X.X as a rank. */
bool app_read_rank(const char *text, int64_t *rank) __attribute__((warn_unused_result));
void app_print_rank(int64_t rank, char text[static APP_VERSION_NUMBER_LEN]);

/* The rank of the highest version there is, 0 if there is none. */
int64_t app_highest_rank(const struct app *app);

/* Makes a version of the draft, with the next rank if rank is 0; approved, it goes online. */
struct app_version *app_submit(struct app *app, int64_t rank, enum app_verdict verdict);

/* Decides about a version; approved, it goes online. */
void app_decide(struct app *app, struct app_version *version, enum app_verdict verdict);

/* Forgets all versions: nothing is published. */
void app_unpublish(struct app *app);

/* Whether one of the scopes, separated by spaces, is granted. */
bool app_granted(const struct app *app, const char *scopes);

/* Why the platform does not send an event of the type, or NULL. */
const char *app_withholds(const struct app *app, const char *type);

/* Likewise for a message in a chat. */
const char *app_withholds_message(const struct app *app, bool private);

/* Where an event of the type goes; "" if nowhere. */
const char *app_url_for(const struct app *app, const char *type);

#endif
