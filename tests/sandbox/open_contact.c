#include "open_api.h"

#include <stdlib.h>
#include <string.h>

#include "cast.h"
#include "events.h"
#include "exchange.h"
#include "mentions.h"
#include "refusals.h"
#include "tree.h"
#include "world.h"

/* One of these shows who somebody is, and not only that there is somebody. */
#define TO_NAME                                                                                    \
    "contact:user.base:readonly contact:contact:access_as_app contact:contact:readonly "           \
    "contact:contact:readonly_as_app"

/* As the platform answers about a person of the organisation: everybody but the bot is one. */
void open_user(struct world *world, struct exchange *exchange)
{
    const char *id = exchange->parts[0];
    const char *kind = exchange_query(exchange, "user_id_type");
    if (kind != NULL && strcmp(kind, "open_id") != 0) {
        refusals_answer_field(exchange, "user_id_type", "the sandbox knows people by open_id");
        return;
    }
    if (strncmp(id, "ou_", 3) != 0) {
        refusals_answer(exchange, REFUSAL_OPEN_ID, "see field_violations");
        return;
    }
    if (strcmp(id, world->bot_id) == 0) {
        refusals_answer(exchange, REFUSAL_USER, "");
        return;
    }
    struct json_object *user = tree_new_object();
    struct json_object *data = tree_new_object();
    char *union_id = events_union_id(id);
    char *name = mentions_name(id, world->bot_id);
    tree_set_text(user, "union_id", union_id);
    tree_set_text(user, "open_id", id);
    if (app_granted(&world->app, TO_NAME))
        tree_set_text(user, "name", name);
    tree_set(data, "user", user);
    exchange_answer_data(exchange, data);
    free(union_id);
    free(name);
}
