#include "app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "memory.h"
#include "number.h"

enum { RANK_BASE = 1000, FIRST_RANK = 1000000, ID_RANDOM_LEN = 16 };
enum { BOT_NEW = 0, BOT_ENABLED = 2 };

/* The scopes of an app that is all right. */
static const char *const good_scopes[] = {
    "im:message",       "im:message:send_as_bot", APP_SCOPE_P2P,
    APP_SCOPE_GROUP_AT, "im:chat:readonly",       APP_SCOPE_MANAGE,
};

static void release_face(struct app_face *face)
{
    names_release(&face->scopes);
    names_release(&face->events);
    names_release(&face->callbacks);
}

static void copy_face(struct app_face *face, const struct app_face *other)
{
    face->bot = other->bot;
    names_copy(&face->scopes, &other->scopes);
    names_copy(&face->events, &other->events);
    names_copy(&face->callbacks, &other->callbacks);
}

static void set_text(char **text, const char *value)
{
    char *copy = memory_copy(value);
    free(*text);
    *text = copy;
}

/* The app exists, and nothing is held against it. */
static void welcome(struct app *app)
{
    app->known = true;
    app->secret_right = true;
    app->ip_allowed = true;
    app->installed = true;
    app->console_made = true;
    app->review = false;
    app->clock_ahead_s = 0;
    app->long_connection = false;
    app->callback_long_connection = false;
}

void app_init(struct app *app, const struct config_app *config, const char *url, bool fresh)
{
    memset(app, 0, sizeof(*app));
    app->config = config;
    app->request_url = memory_copy("");
    app->callback_request_url = memory_copy("");
    app->right_url = memory_copy(url == NULL ? "" : url);
    welcome(app);
    app->status = APP_NOT_YET;
    if (!fresh)
        app_mend(app);
}

void app_release(struct app *app)
{
    app_unpublish(app);
    release_face(&app->draft);
    names_release(&app->granted);
    secret_release(&app->key);
    secret_release(&app->token);
    free(app->request_url);
    free(app->callback_request_url);
    free(app->right_url);
}

void app_mend(struct app *app)
{
    welcome(app);
    set_text(&app->request_url, app->right_url);
    set_text(&app->callback_request_url, app->right_url);
    release_face(&app->draft);
    app->draft.bot = true;
    for (size_t i = 0; i < sizeof(good_scopes) / sizeof(good_scopes[0]); i++)
        names_add(&app->draft.scopes, good_scopes[i]);
    names_add(&app->draft.events, APP_EVENT_MESSAGE);
    names_add(&app->draft.callbacks, APP_CALLBACK_CARD);
    app_unpublish(app);
    (void)app_submit(app, 0, APP_APPROVED);
}

void app_save_url(struct app *app, const char *request_url, const char *callback_request_url)
{
    if (callback_request_url != NULL)
        set_text(&app->callback_request_url, callback_request_url);
    if (request_url == NULL)
        return;
    set_text(&app->request_url, request_url);
    set_text(&app->right_url, request_url);
}

const struct secret *app_key(const struct app *app)
{
    static const struct secret none = SECRET_INIT;
    if (!secret_is_set(&app->key))
        return &app->config->encrypt_key;
    return app->key.len == 0 ? &none : &app->key;
}

const char *app_token(const struct app *app)
{
    const struct secret *token =
        secret_is_set(&app->token) ? &app->token : &app->config->verification_token;
    return secret_is_set(token) ? token->data : "";
}

struct app_version *app_find_version(const struct app *app, const char *id)
{
    for (size_t i = 0; i < app->version_count; i++) {
        if (strcmp(app->versions[i].id, id) == 0)
            return &app->versions[i];
    }
    return NULL;
}

struct app_version *app_online(const struct app *app)
{
    return app_find_version(app, app->online_id);
}

struct app_version *app_pending(const struct app *app)
{
    struct app_version *youngest =
        app->version_count == 0 ? NULL : &app->versions[app->version_count - 1];
    return youngest != NULL && youngest->verdict != APP_APPROVED ? youngest : NULL;
}

bool app_in_review(const struct app *app)
{
    const struct app_version *pending = app_pending(app);
    return pending != NULL && pending->verdict == APP_IN_REVIEW;
}

bool app_read_rank(const char *text, int64_t *rank)
{
    int64_t sum = 0;
    for (int part = 0; part < 3; part++) {
        char digits[4] = "";
        uint64_t number = 0;
        size_t len = strcspn(text, ".");
        if (len >= sizeof(digits) || text[len] != (part < 2 ? '.' : '\0'))
            return false;
        memcpy(digits, text, len);
        if (!number_parse(digits, 0, RANK_BASE - 1, &number))
            return false;
        sum = sum * RANK_BASE + (int64_t)number;
        text += len + 1;
    }
    *rank = sum;
    return true;
}

void app_print_rank(int64_t rank, char text[static APP_VERSION_NUMBER_LEN])
{
    /* Ranks are read or counted, so each part has three digits at most. */
    (void)snprintf(text, APP_VERSION_NUMBER_LEN, "%d.%d.%d",
                   (int)(rank / RANK_BASE / RANK_BASE % RANK_BASE),
                   (int)(rank / RANK_BASE % RANK_BASE), (int)(rank % RANK_BASE));
}

int64_t app_highest_rank(const struct app *app)
{
    int64_t highest = 0;
    for (size_t i = 0; i < app->version_count; i++) {
        if (app->versions[i].rank > highest)
            highest = app->versions[i].rank;
    }
    return highest;
}

struct app_version *app_submit(struct app *app, int64_t rank, enum app_verdict verdict)
{
    struct app_version version = { .verdict = APP_IN_REVIEW, .created_ms = clock_wall_ms() };
    int64_t highest = app_highest_rank(app);
    memcpy(version.id, "oav_", 4);
    cipher_random_hex(version.id + 4, ID_RANDOM_LEN);
    version.rank = rank != 0 ? rank : highest == 0 ? FIRST_RANK : highest + 1;
    copy_face(&version.face, &app->draft);
    app->versions = memory_resize(app->versions, (app->version_count + 1) * sizeof(*app->versions));
    struct app_version *added = &app->versions[app->version_count++];
    *added = version;
    app_decide(app, added, verdict);
    return added;
}

/* Grants what the version asks for; what was taken out of the draft since is granted no more. */
static void grant(struct app *app, const struct app_version *version)
{
    struct names gone = { NULL, 0 };
    names_copy(&gone, &app->granted);
    names_remove_all(&gone, &app->draft.scopes);
    names_remove_all(&app->granted, &gone);
    names_add_all(&app->granted, &version->face.scopes);
    names_release(&gone);
}

void app_decide(struct app *app, struct app_version *version, enum app_verdict verdict)
{
    version->verdict = verdict;
    if (verdict != APP_APPROVED)
        return;
    memcpy(app->online_id, version->id, sizeof(app->online_id));
    app->status = APP_ENABLED;
    app->activate_status = BOT_ENABLED;
    grant(app, version);
}

void app_unpublish(struct app *app)
{
    for (size_t i = 0; i < app->version_count; i++)
        release_face(&app->versions[i].face);
    free(app->versions);
    app->versions = NULL;
    app->version_count = 0;
    app->online_id[0] = '\0';
    app->status = APP_NOT_YET;
    app->activate_status = BOT_NEW;
}

bool app_granted(const struct app *app, const char *scopes)
{
    while (*scopes != '\0') {
        size_t len = strcspn(scopes, " ");
        char *scope = memory_copy_bytes(scopes, len);
        bool granted = names_has(&app->granted, scope);
        free(scope);
        if (granted)
            return true;
        scopes += len + strspn(scopes + len, " ");
    }
    return false;
}

static bool is_card(const char *type)
{
    return strcmp(type, APP_CALLBACK_CARD) == 0;
}

/* Whether the type, in either schema, is that of a message. */
static bool is_message(const char *type)
{
    return strcmp(type, APP_EVENT_MESSAGE) == 0 || strcmp(type, "message") == 0;
}

const char *app_withholds(const struct app *app, const char *type)
{
    const struct app_version *online = app_online(app);
    bool card = is_card(type);
    if (!app->known || !app->installed || app->status == APP_DISABLED)
        return "the app is unknown, disabled or not installed";
    if (online == NULL)
        return "no version is published";
    if (!online->face.bot)
        return "the published version has no bot";
    if (card ? app->callback_long_connection : app->long_connection)
        return "the app has chosen the long connection";
    if (app_url_for(app, type)[0] == '\0')
        return "no request URL is set";
    if (card && !names_has(&online->face.callbacks, APP_CALLBACK_CARD))
        return "the published version has no callback " APP_CALLBACK_CARD;
    if (is_message(type) && !names_has(&online->face.events, APP_EVENT_MESSAGE))
        return "the published version has not subscribed to " APP_EVENT_MESSAGE;
    return NULL;
}

const char *app_withholds_message(const struct app *app, bool private)
{
    const char *reason = app_withholds(app, APP_EVENT_MESSAGE);
    if (reason != NULL)
        return reason;
    if (private)
        return app_granted(app, APP_SCOPE_P2P " im:message.p2p_msg")
                   ? NULL
                   : "the scope for private messages is not granted";
    return app_granted(app, APP_SCOPE_GROUP_AT
                       " im:message.group_at_msg im:message.group_at_msg.include_bot:readonly"
                       " im:message.group_msg im:message.group_msg:readonly")
               ? NULL
               : "the scope for messages in groups is not granted";
}

const char *app_url_for(const struct app *app, const char *type)
{
    return is_card(type) ? app->callback_request_url : app->request_url;
}
