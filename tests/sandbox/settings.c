#include "settings.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "app.h"
#include "tree.h"

enum { STATUS_MAX = 3, ACTIVATE_MAX = 6, CLOCK_MAX_S = 86400 };

/* Yes or no. */
static const struct {
    const char *key;
    size_t offset;
} switches[] = {
    { "known", offsetof(struct app, known) },
    { "secret_right", offsetof(struct app, secret_right) },
    { "ip_allowed", offsetof(struct app, ip_allowed) },
    { "installed", offsetof(struct app, installed) },
    { "console_made", offsetof(struct app, console_made) },
    { "review", offsetof(struct app, review) },
};

static const struct {
    const char *key;
    size_t offset;
    int64_t min;
    int64_t max;
    const char *wrong;
} numbers[] = {
    { "status", offsetof(struct app, status), 0, STATUS_MAX, "status: 0 to 3" },
    { "activate_status", offsetof(struct app, activate_status), 0, ACTIVATE_MAX,
      "activate_status: 0 to 6" },
    { "clock_ahead_s", offsetof(struct app, clock_ahead_s), -CLOCK_MAX_S, CLOCK_MAX_S,
      "clock_ahead_s: up to a day" },
};

/* By which way something is delivered. */
static const struct {
    const char *key;
    size_t offset;
} ways[] = {
    { "subscription_type", offsetof(struct app, long_connection) },
    { "callback_type", offsetof(struct app, callback_long_connection) },
};

static const char *const lists[] = { "scopes", "events", "callbacks" };
static const char *const texts[] = { "request_url", "callback_request_url", "encryption_key",
                                     "verification_token" };
static const char *const versions[] = { "none", "published", "rejected", "in_review" };

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

static void *field(struct app *app, size_t offset)
{
    return (char *)app + offset;
}

static bool is_names(struct json_object *object, const char *key)
{
    struct names names = { NULL, 0 };
    bool fine = !tree_has(object, key) || names_read(&names, tree_array(object, key));
    names_release(&names);
    return fine;
}

static bool is_bool(struct json_object *object, const char *key)
{
    bool value = false;
    return !tree_has(object, key) || tree_bool(object, key, &value);
}

static bool is_one_of(struct json_object *object, const char *key, const char *const *words,
                      size_t count)
{
    const char *text = tree_text(object, key);
    if (!tree_has(object, key))
        return true;
    for (size_t i = 0; text != NULL && i < count; i++) {
        if (strcmp(words[i], text) == 0)
            return true;
    }
    return false;
}

static const char *check_numbers(struct json_object *body)
{
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        int64_t value = 0;
        if (tree_has(body, numbers[i].key) && (!tree_int(body, numbers[i].key, &value) ||
                                               value < numbers[i].min || value > numbers[i].max))
            return numbers[i].wrong;
    }
    return NULL;
}

static const char *check_words(struct json_object *body)
{
    static const char *const types[] = { "webhook", "websocket" };
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        if (!is_one_of(body, ways[i].key, types, COUNT_OF(types)))
            return "subscription_type, callback_type: \"webhook\" or \"websocket\"";
    }
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (tree_has(body, texts[i]) && tree_text(body, texts[i]) == NULL)
            return "request_url, callback_request_url, encryption_key, verification_token: texts";
    }
    return is_one_of(body, "version", versions, COUNT_OF(versions))
               ? NULL
               : "version: \"none\", \"published\", \"rejected\" or \"in_review\"";
}

/* bot, scopes, events and callbacks, in the body or in its draft. */
static const char *check_face(struct json_object *object)
{
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        if (!is_names(object, lists[i]))
            return "scopes, events, callbacks: arrays of texts";
    }
    return is_bool(object, "bot") ? NULL : "bot: true or false";
}

static const char *check(struct json_object *body)
{
    const char *wrong = check_face(body);
    if (wrong == NULL && tree_has(body, "draft"))
        wrong = tree_object(body, "draft") == NULL ? "draft: an object"
                                                   : check_face(tree_object(body, "draft"));
    for (size_t i = 0; wrong == NULL && i < COUNT_OF(switches); i++) {
        if (!is_bool(body, switches[i].key))
            wrong = "known, secret_right, ip_allowed, installed, console_made, review: true or "
                    "false";
    }
    if (wrong == NULL && (!is_names(body, "grant") || !is_names(body, "withdraw")))
        wrong = "grant, withdraw: arrays of scopes";
    if (wrong == NULL)
        wrong = check_words(body);
    return wrong != NULL ? wrong : check_numbers(body);
}

/* Replaces the names if the key is there. */
static void take_names(struct names *names, struct json_object *object, const char *key)
{
    if (!tree_has(object, key))
        return;
    names_release(names);
    (void)names_read(names, tree_array(object, key));
}

static void take_face(struct app_face *face, struct json_object *object)
{
    (void)tree_bool(object, "bot", &face->bot);
    take_names(&face->scopes, object, "scopes");
    take_names(&face->events, object, "events");
    take_names(&face->callbacks, object, "callbacks");
}

static void take_grants(struct app *app, struct json_object *body)
{
    struct names names = { NULL, 0 };
    take_names(&app->granted, body, "scopes");
    take_names(&names, body, "grant");
    names_add_all(&app->granted, &names);
    names_add_all(&app->draft.scopes, &names);
    names_release(&names);
    take_names(&names, body, "withdraw");
    names_remove_all(&app->granted, &names);
    names_remove_all(&app->draft.scopes, &names);
    names_release(&names);
}

/* A version gets the fate: the one that waits for it, else a new one of the draft. */
static void take_version(struct app *app, const char *fate)
{
    static const enum app_verdict verdicts[] = { 0, APP_APPROVED, APP_REJECTED, APP_IN_REVIEW };
    size_t at = 0;
    while (strcmp(versions[at], fate) != 0)
        at++;
    if (at == 0)
        app_unpublish(app);
    else if (app_in_review(app))
        app_decide(app, app_pending(app), verdicts[at]);
    else
        (void)app_submit(app, 0, verdicts[at]);
}

static void take_secret(struct secret *secret, const char *text)
{
    if (text != NULL)
        secret_set(secret, text, strlen(text));
}

const char *settings_merge(struct app *app, struct json_object *body)
{
    const char *wrong = check(body);
    if (wrong != NULL)
        return wrong;
    struct app_version *online = app_online(app);
    take_face(&app->draft, body);
    if (online != NULL)
        take_face(&online->face, body);
    take_grants(app, body);
    if (tree_has(body, "draft"))
        take_face(&app->draft, tree_object(body, "draft"));
    if (tree_has(body, "version"))
        take_version(app, tree_text(body, "version"));
    for (size_t i = 0; i < COUNT_OF(switches); i++)
        (void)tree_bool(body, switches[i].key, field(app, switches[i].offset));
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        (void)tree_int(body, numbers[i].key, field(app, numbers[i].offset));
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        const char *way = tree_text(body, ways[i].key);
        if (way != NULL)
            *(bool *)field(app, ways[i].offset) = strcmp(way, "websocket") == 0;
    }
    app_save_url(app, tree_text(body, "request_url"), tree_text(body, "callback_request_url"));
    take_secret(&app->key, tree_text(body, "encryption_key"));
    take_secret(&app->token, tree_text(body, "verification_token"));
    return NULL;
}

static struct json_object *print_face(const struct app_face *face)
{
    struct json_object *object = tree_new_object();
    tree_set_bool(object, "bot", face->bot);
    tree_set(object, "scopes", names_print(&face->scopes));
    tree_set(object, "events", names_print(&face->events));
    tree_set(object, "callbacks", names_print(&face->callbacks));
    return object;
}

static struct json_object *print_versions(const struct app *app)
{
    struct json_object *array = tree_new_array();
    for (size_t i = 0; i < app->version_count; i++) {
        char number[APP_VERSION_NUMBER_LEN];
        const struct app_version *version = &app->versions[i];
        struct json_object *object = print_face(&version->face);
        app_print_rank(version->rank, number);
        tree_set_text(object, "version", number);
        tree_set_text(object, "version_id", version->id);
        tree_set_int(object, "status", version->verdict);
        tree_set_bool(object, "online", strcmp(version->id, app->online_id) == 0);
        tree_append(array, object);
    }
    return array;
}

struct json_object *settings_print(const struct app *app)
{
    struct json_object *tree = tree_new_object();
    const char *bytes = (const char *)app;
    for (size_t i = 0; i < COUNT_OF(switches); i++)
        tree_set_bool(tree, switches[i].key, *(const bool *)(bytes + switches[i].offset));
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        tree_set_int(tree, numbers[i].key, *(const int64_t *)(bytes + numbers[i].offset));
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        tree_set_text(tree, ways[i].key,
                      *(const bool *)(bytes + ways[i].offset) ? "websocket" : "webhook");
    tree_set_text(tree, "request_url", app->request_url);
    tree_set_text(tree, "callback_request_url", app->callback_request_url);
    tree_set(tree, "granted", names_print(&app->granted));
    tree_set(tree, "draft", print_face(&app->draft));
    tree_set(tree, "versions", print_versions(app));
    const char *reason = app_withholds(app, APP_EVENT_MESSAGE);
    if (reason != NULL)
        tree_set_text(tree, "withheld", reason);
    return tree;
}
