/* Effect. The Open API, one function for each: reads the request of the exchange, changes the world
 * (which is locked) and sets the answer. */
#ifndef SANDBOX_OPEN_API_H
#define SANDBOX_OPEN_API_H

struct exchange;
struct post;
struct world;

/* auth/v3/tenant_access_token/internal */
void open_token(struct world *world, struct exchange *exchange);

/* bot/v3/info, im/v1/chats */
void open_bot_info(struct world *world, struct exchange *exchange);
void open_chats(struct world *world, struct exchange *exchange);

/* application/v6: scopes, applications/:app_id and a version of it */
void open_scopes(struct world *world, struct exchange *exchange);
void open_application(struct world *world, struct exchange *exchange);
void open_version(struct world *world, struct exchange *exchange);

/* application/v7/applications/:app_id: PATCH config, PATCH ability, POST publish */
void open_configure(struct world *world, struct exchange *exchange);
void open_enable(struct world *world, struct exchange *exchange);
void open_publish(struct world *world, struct exchange *exchange);

/* im/v1/messages: POST, and POST of a reply to one */
void open_send(struct world *world, struct exchange *exchange);
void open_reply(struct world *world, struct exchange *exchange);

/* im/v1/messages: GET of many and of one, PATCH, DELETE */
void open_list(struct world *world, struct exchange *exchange);
void open_get(struct world *world, struct exchange *exchange);
void open_patch(struct world *world, struct exchange *exchange);
void open_recall(struct world *world, struct exchange *exchange);

/* im/v1/messages/:message_id/reactions: POST, GET, DELETE of one */
void open_react(struct world *world, struct exchange *exchange);
void open_reactions(struct world *world, struct exchange *exchange);
void open_unreact(struct world *world, struct exchange *exchange);

/* interactive/v1/card/update */
void open_update_card(struct world *world, struct exchange *exchange);

/* contact/v3/users/:user_id */
void open_user(struct world *world, struct exchange *exchange);

/* The post that the path names, if it is there and not recalled; else NULL, with the refusal
 * answered. */
struct post *open_find_post(struct world *world, struct exchange *exchange);

#endif
