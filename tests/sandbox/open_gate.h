/* Effect. What every call of the Open API passes before it is looked at. */
#ifndef SANDBOX_OPEN_GATE_H
#define SANDBOX_OPEN_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exchange;
struct world;

/* Counts the request against the API's limit. False if it is over; the refusal is answered. */
bool open_gate_rate(struct world *world, struct exchange *exchange, size_t api);

/* Looks for a valid tenant access token. False if there is none; the refusal is answered. */
bool open_gate_token(struct world *world, struct exchange *exchange);

/* What an API asks of the app. */
struct open_needs {
    const char *scopes;  /* one of these, separated by spaces; NULL: none */
    int64_t without_bot; /* the code if no version with a bot is published; 0: it wants none */
};

/* Looks whether the app is in a state to use the API. False if it is not; the refusal is
 * answered. */
bool open_gate_app(const struct world *world, struct exchange *exchange,
                   const struct open_needs *needs);

#endif
