#include "routes.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "clock.h"
#include "controls.h"
#include "exchange.h"
#include "open_api.h"
#include "open_gate.h"
#include "refusals.h"
#include "world.h"

#define OPEN     "/open-apis/"
#define CHATS    OPEN "im/v1/chats"
#define MESSAGES OPEN "im/v1/messages"

enum gate {
    GATE_NONE,  /* a control */
    GATE_RATE,  /* an API that needs no token */
    GATE_TOKEN, /* any other */
};

static const struct route {
    const char *method;
    const char *pattern; /* ":…" stands for one segment */
    enum gate gate;
    void (*serve)(struct world *world, struct exchange *exchange);
} routes[] = {
    { "POST", OPEN "auth/v3/tenant_access_token/internal", GATE_RATE, open_token },
    { "GET", OPEN "bot/v3/info", GATE_TOKEN, open_bot_info },
    { "GET", OPEN "application/v6/scopes", GATE_TOKEN, open_scopes },
    { "GET", CHATS, GATE_TOKEN, open_chats },
    { "POST", MESSAGES, GATE_TOKEN, open_send },
    { "GET", MESSAGES, GATE_TOKEN, open_list },
    { "GET", MESSAGES "/:message", GATE_TOKEN, open_get },
    { "PATCH", MESSAGES "/:message", GATE_TOKEN, open_patch },
    { "DELETE", MESSAGES "/:message", GATE_TOKEN, open_recall },
    { "POST", MESSAGES "/:message/reply", GATE_TOKEN, open_reply },
    { "POST", MESSAGES "/:message/reactions", GATE_TOKEN, open_react },
    { "GET", MESSAGES "/:message/reactions", GATE_TOKEN, open_reactions },
    { "DELETE", MESSAGES "/:message/reactions/:reaction", GATE_TOKEN, open_unreact },

    { "POST", "/sandbox/say", GATE_NONE, control_say },
    { "POST", "/sandbox/event", GATE_NONE, control_event },
    { "POST", "/sandbox/redeliver", GATE_NONE, control_redeliver },
    { "POST", "/sandbox/verify", GATE_NONE, control_verify },
    { "POST", "/sandbox/fault", GATE_NONE, control_fault },
    { "POST", "/sandbox/reset", GATE_NONE, control_reset },
    { "POST", "/sandbox/revoke", GATE_NONE, control_revoke },
    { "GET", "/sandbox/messages", GATE_NONE, control_messages },
    { "GET", "/sandbox/deliveries", GATE_NONE, control_deliveries },
    { "GET", "/sandbox/requests", GATE_NONE, control_requests },
    { "GET", "/sandbox/wait", GATE_NONE, control_wait },
};

enum { ROUTE_COUNT = sizeof(routes) / sizeof(routes[0]) };
_Static_assert((int)ROUTE_COUNT <= (int)WORLD_APIS_MAX, "each API has a rate of its own");

/* Whether the path has the pattern; parts gets what stands for its ":…". */
static bool matches(const char *pattern, const char *path,
                    char parts[EXCHANGE_PARTS_MAX][EXCHANGE_PART_LEN])
{
    size_t part = 0;
    while (*pattern != '\0') {
        if (*pattern != ':') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        size_t len = strcspn(path, "/");
        if (len == 0 || len >= EXCHANGE_PART_LEN || part == EXCHANGE_PARTS_MAX)
            return false;
        memcpy(parts[part], path, len);
        parts[part++][len] = '\0';
        path += len;
        pattern += strcspn(pattern, "/");
    }
    return *path == '\0';
}

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void answer_unknown(struct exchange *exchange)
{
    if (has_prefix(exchange->path, OPEN))
        refusals_answer(exchange, REFUSAL_PATH, "");
    else
        exchange_complain(exchange, 404, "there is no such control");
}

static void answer_bad_body(struct exchange *exchange)
{
    if (has_prefix(exchange->path, OPEN))
        refusals_answer(exchange, REFUSAL_BAD_REQUEST, "");
    else
        exchange_complain(exchange, 400, "the body is not a JSON object");
}

/* Finds the route and lets it answer. */
static void dispatch(struct world *world, struct exchange *exchange)
{
    size_t at = 0;
    while (at < ROUTE_COUNT && (strcmp(routes[at].method, exchange->method) != 0 ||
                                !matches(routes[at].pattern, exchange->path, exchange->parts)))
        at++;
    if (at == ROUTE_COUNT)
        answer_unknown(exchange);
    else if (routes[at].gate != GATE_NONE && !open_gate_rate(world, exchange, at))
        return;
    else if (routes[at].gate == GATE_TOKEN && !open_gate_token(world, exchange))
        return;
    else if (exchange->body == NULL)
        answer_bad_body(exchange);
    else
        routes[at].serve(world, exchange);
}

/* One request to the Open API: noted, and answered by a fault where one waits for it. */
static void serve_open(struct world *world, struct exchange *exchange)
{
    struct fault fault;
    size_t number = visits_begin(&world->visits, exchange->method, exchange->path, clock_wall_ms());
    if (!faults_take(&world->faults, exchange->method, exchange->path, &fault)) {
        dispatch(world, exchange);
        visits_end(&world->visits, number, exchange->http, exchange->code);
        return;
    }
    if (fault.applies)
        dispatch(world, exchange);
    if (faults_answers(&fault))
        faults_answer(&fault, exchange);
    world_tell(world);
    int64_t deadline_ms = clock_steady_ms() + fault.delay_ms;
    while (world_wait(world, deadline_ms))
        ;
    visits_end(&world->visits, number, exchange->http, exchange->code);
    faults_release_one(&fault);
}

void routes_serve(struct world *world, struct exchange *exchange)
{
    world_lock(world);
    if (has_prefix(exchange->path, OPEN))
        serve_open(world, exchange);
    else
        dispatch(world, exchange);
    world_tell(world);
    world_unlock(world);
}
