/* Effect. What people and tests tell the sandbox, and ask it: /sandbox/… One function for each,
 * called with the world locked. */
#ifndef SANDBOX_CONTROLS_H
#define SANDBOX_CONTROLS_H

struct exchange;
struct world;

/* POST say: somebody writes into a chat; the bot gets the event. */
void control_say(struct world *world, struct exchange *exchange);

/* POST event: any event of schema 2.0. POST redeliver: an event of before, once more. */
void control_event(struct world *world, struct exchange *exchange);
void control_redeliver(struct world *world, struct exchange *exchange);

/* POST press: somebody presses a button of a card; the bot gets the callback. */
void control_press(struct world *world, struct exchange *exchange);

/* POST verify: tries a URL, as the console does, and saves it. */
void control_verify(struct world *world, struct exchange *exchange);

/* POST and GET app: what the console would set and show. POST symptom: what is wrong with it. */
void control_app(struct world *world, struct exchange *exchange);
void control_show_app(struct world *world, struct exchange *exchange);
void control_symptom(struct world *world, struct exchange *exchange);

/* POST fault, reset, revoke. */
void control_fault(struct world *world, struct exchange *exchange);
void control_reset(struct world *world, struct exchange *exchange);
void control_revoke(struct world *world, struct exchange *exchange);

/* GET messages, deliveries, requests. */
void control_messages(struct world *world, struct exchange *exchange);
void control_deliveries(struct world *world, struct exchange *exchange);
void control_requests(struct world *world, struct exchange *exchange);

/* GET wait: answers when something has come about. */
void control_wait(struct world *world, struct exchange *exchange);

#endif
