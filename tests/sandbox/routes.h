/* Effect. Which function answers which path, and what every request passes on its way there. */
#ifndef SANDBOX_ROUTES_H
#define SANDBOX_ROUTES_H

struct exchange;
struct world;

/* Answers the request of the exchange. The world is not locked. */
void routes_serve(struct world *world, struct exchange *exchange);

#endif
