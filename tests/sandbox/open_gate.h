/* Effect. What every call of the Open API passes before it is looked at. */
#ifndef SANDBOX_OPEN_GATE_H
#define SANDBOX_OPEN_GATE_H

#include <stdbool.h>
#include <stddef.h>

struct exchange;
struct world;

/* Counts the request against the API's limit. False if it is over; the refusal is answered. */
bool open_gate_rate(struct world *world, struct exchange *exchange, size_t api);

/* Looks for a valid tenant access token. False if there is none; the refusal is answered. */
bool open_gate_token(struct world *world, struct exchange *exchange);

#endif
