/* Effect. What each route does, a straight line each. */
#ifndef FEISHU_HANDLERS_H
#define FEISHU_HANDLERS_H

struct exchange;

/* POST /event: a challenge or an event of the platform. */
void on_event(struct exchange *exchange);

/* GET /healthz: whether the configuration can be used. */
void on_health(struct exchange *exchange);

/* POST /alert/NAME: alerts become a card in the receiver's chat. */
void on_alert(struct exchange *exchange);

#endif
