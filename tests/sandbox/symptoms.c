#include "symptoms.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "memory.h"

enum { CLOCK_OFF_S = 120, BOT_DISABLED = 1 };

static void nothing(struct app *app, const struct symptoms_sense *sense)
{
    (void)app;
    (void)sense;
}

static void wrong_secret(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app->secret_right = false;
}

static void wrong_host(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app->known = false;
}

static void ip_whitelist(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app->ip_allowed = false;
}

static void app_disabled(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app->status = APP_DISABLED;
    app->activate_status = BOT_DISABLED;
}

static void bot_off(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app->draft.bot = false;
    app_online(app)->face.bot = false;
}

static void not_installed(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app->installed = false;
}

/* Takes a scope from everywhere. */
static void lose_scope(struct app *app, const char *scope)
{
    names_remove(&app->granted, scope);
    names_remove(&app->draft.scopes, scope);
    names_remove(&app_online(app)->face.scopes, scope);
}

static void scope_missing(struct app *app, const struct symptoms_sense *sense)
{
    const char *scope = sense->scope == NULL ? "p2p" : sense->scope;
    if (strcmp(scope, "p2p") == 0)
        scope = APP_SCOPE_P2P;
    else if (strcmp(scope, "group_at") == 0)
        scope = APP_SCOPE_GROUP_AT;
    lose_scope(app, scope);
}

static void event_missing(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    names_release(&app->draft.events);
    names_release(&app_online(app)->face.events);
}

static void callback_missing(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    names_release(&app->draft.callbacks);
    names_release(&app_online(app)->face.callbacks);
}

static void unpublished(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app_unpublish(app);
}

/* The version that has the event is not approved: it is the first, or the one that is online has a
 * bot and nothing more. */
static void not_approved(struct app *app, const struct symptoms_sense *sense,
                         enum app_verdict verdict)
{
    if (sense->first) {
        app_unpublish(app);
    } else {
        names_release(&app_online(app)->face.events);
        names_release(&app_online(app)->face.callbacks);
    }
    (void)app_submit(app, 0, verdict);
}

static void in_review(struct app *app, const struct symptoms_sense *sense)
{
    not_approved(app, sense, APP_IN_REVIEW);
}

static void rejected(struct app *app, const struct symptoms_sense *sense)
{
    not_approved(app, sense, APP_REJECTED);
}

static void long_connection(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app->long_connection = true;
    app->callback_long_connection = true;
}

/* Nobody listens on the port, and the right URL is not forgotten. */
static void other_url(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    free(app->request_url);
    app->request_url = memory_copy("http://127.0.0.1:9/elsewhere");
}

static void clock_ahead(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app->clock_ahead_s = CLOCK_OFF_S;
}

static void clock_behind(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    app->clock_ahead_s = -CLOCK_OFF_S;
}

static void no_read_scope(struct app *app, const struct symptoms_sense *sense)
{
    (void)sense;
    lose_scope(app, APP_SCOPE_MANAGE);
}

static const struct {
    const char *name;
    void (*cause)(struct app *app, const struct symptoms_sense *sense);
} symptoms[] = {
    { "none", nothing },
    { "wrong_secret", wrong_secret },
    { "wrong_host", wrong_host },
    { "ip_whitelist", ip_whitelist },
    { "app_disabled", app_disabled },
    { "bot_off", bot_off },
    { "not_installed", not_installed },
    { "scope_missing", scope_missing },
    { "event_missing", event_missing },
    { "unpublished", unpublished },
    { "in_review", in_review },
    { "rejected", rejected },
    { "long_connection", long_connection },
    { "other_url", other_url },
    { "callback_missing", callback_missing },
    { "clock_ahead", clock_ahead },
    { "clock_behind", clock_behind },
    { "no_read_scope", no_read_scope },
};

bool symptoms_cause(struct app *app, const char *name, const struct symptoms_sense *sense)
{
    size_t at = 0;
    size_t count = sizeof(symptoms) / sizeof(symptoms[0]);
    while (at < count && strcmp(symptoms[at].name, name) != 0)
        at++;
    if (at == count)
        return false;
    app_mend(app);
    symptoms[at].cause(app, sense);
    return true;
}
