#include "change.h"

#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "tree.h"

enum { SECRET_MAX = 32 };

/* Reads [{scope_name, token_type}] if it is there; of a user's scopes nothing comes. */
static bool read_scopes(struct names *names, struct json_object *scope, const char *key)
{
    struct json_object *array = tree_array(scope, key);
    if (!tree_has(scope, key))
        return true;
    for (size_t i = 0; i < tree_count(array); i++) {
        struct json_object *one = tree_at(array, i);
        const char *name = tree_text(one, "scope_name");
        const char *type = tree_text(one, "token_type");
        if (name == NULL || name[0] == '\0' || type == NULL)
            return false;
        if (strcmp(type, "tenant") == 0)
            names_add(names, name);
        else if (strcmp(type, "user") != 0)
            return false;
    }
    return array != NULL;
}

static bool read_list(struct names *names, struct json_object *object, const char *key)
{
    return !tree_has(object, key) || names_read(names, tree_array(object, key));
}

/* Whether the object has the way of delivery, which is required, and a text as URL, if any. */
static bool read_way(struct json_object *object, const char *key, const char **type,
                     const char **url)
{
    *type = tree_text(object, key);
    *url = tree_text(object, "request_url");
    if (*type == NULL || (strcmp(*type, "webhook") != 0 && strcmp(*type, "websocket") != 0))
        return false;
    return !tree_has(object, "request_url") || *url != NULL;
}

/* Reads a key or token of 1 to 32 characters if it is there. */
static bool read_secret(struct json_object *object, const char *key, const char **text)
{
    *text = tree_text(object, key);
    return !tree_has(object, key) ||
           (*text != NULL && (*text)[0] != '\0' && strlen(*text) <= SECRET_MAX);
}

static const char *read_event(struct change *change, struct json_object *event)
{
    if (!read_way(event, "subscription_type", &change->subscription_type, &change->request_url))
        return "event.subscription_type, event.request_url";
    if (!read_list(&change->add_events, event, "add_events") ||
        !read_list(&change->remove_events, event, "remove_events"))
        return "event.add_events, event.remove_events";
    return NULL;
}

static const char *read_callback(struct change *change, struct json_object *callback)
{
    if (!read_way(callback, "callback_type", &change->callback_type, &change->callback_request_url))
        return "callback.callback_type, callback.request_url";
    if (!read_list(&change->add_callbacks, callback, "add_callbacks") ||
        !read_list(&change->remove_callbacks, callback, "remove_callbacks"))
        return "callback.add_callbacks, callback.remove_callbacks";
    return NULL;
}

const char *change_read(struct change *change, struct json_object *body)
{
    static const char *const parts[] = { "scope", "event", "callback",
                                         "event_and_callback_encrypt_strategy" };
    struct json_object *scope = tree_object(body, "scope");
    struct json_object *strategy = tree_object(body, "event_and_callback_encrypt_strategy");
    const char *wrong = NULL;
    memset(change, 0, sizeof(*change));
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (tree_has(body, parts[i]) && tree_object(body, parts[i]) == NULL)
            return parts[i];
    }
    if (!read_scopes(&change->add_scopes, scope, "add_scopes") ||
        !read_scopes(&change->remove_scopes, scope, "remove_scopes"))
        return "scope.add_scopes, scope.remove_scopes";
    if (!read_secret(strategy, "encryption_key", &change->key) ||
        !read_secret(strategy, "verification_token", &change->token))
        return "encryption_key, verification_token: 1 to 32 characters";
    if (tree_has(body, "event"))
        wrong = read_event(change, tree_object(body, "event"));
    if (wrong == NULL && tree_has(body, "callback"))
        wrong = read_callback(change, tree_object(body, "callback"));
    return wrong;
}

static bool has_im(const struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strncmp(names->list[i], "im:", 3) == 0 || strncmp(names->list[i], "im.", 3) == 0)
            return true;
    }
    return false;
}

bool change_needs_bot(const struct change *change)
{
    return has_im(&change->add_scopes) || has_im(&change->add_events);
}

void change_apply(const struct change *change, struct app *app)
{
    struct app_face *draft = &app->draft;
    names_add_all(&draft->scopes, &change->add_scopes);
    names_remove_all(&draft->scopes, &change->remove_scopes);
    names_add_all(&draft->events, &change->add_events);
    names_remove_all(&draft->events, &change->remove_events);
    names_add_all(&draft->callbacks, &change->add_callbacks);
    names_remove_all(&draft->callbacks, &change->remove_callbacks);
    if (change->subscription_type != NULL)
        app->long_connection = strcmp(change->subscription_type, "websocket") == 0;
    if (change->callback_type != NULL)
        app->callback_long_connection = strcmp(change->callback_type, "websocket") == 0;
    app_save_url(app, change->request_url, change->callback_request_url);
    if (change->key != NULL)
        secret_set(&app->key, change->key, strlen(change->key));
    if (change->token != NULL)
        secret_set(&app->token, change->token, strlen(change->token));
}

void change_release(struct change *change)
{
    names_release(&change->add_scopes);
    names_release(&change->remove_scopes);
    names_release(&change->add_events);
    names_release(&change->remove_events);
    names_release(&change->add_callbacks);
    names_release(&change->remove_callbacks);
}
