#include "routes.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "clock.h"
#include "controls.h"
#include "exchange.h"
#include "open_api.h"
#include "open_gate.h"
#include "page.h"
#include "refusals.h"
#include "world.h"

#define OPEN        "/open-apis/"
#define CHATS       OPEN "im/v1/chats"
#define MESSAGES    OPEN "im/v1/messages"
#define MESSAGE     MESSAGES "/:message"
#define REACTIONS   MESSAGE "/reactions"
#define APPS_6      OPEN "application/v6/applications/:app"
#define APPS_7      OPEN "application/v7/applications/:app"
#define CARD_UPDATE OPEN "interactive/v1/card/update"
#define USER        OPEN "contact/v3/users/:user"
#define NO_NEEDS                                                                                   \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

enum gate {
    GATE_NONE,  /* a control */
    GATE_RATE,  /* an API that needs no token */
    GATE_TOKEN, /* any other */
};

/* Scopes, one of which is enough. */
#define TO_SEND   "im:message im:message:send_as_bot im:message:send"
#define TO_READ   "im:message im:message:readonly"
#define TO_UPDATE TO_SEND " im:message:update"
#define TO_RECALL TO_SEND " im:message:recall"
#define TO_REACT  "im:message im:message.reactions:write_only"
#define TO_SEE    TO_READ " im:message.reactions:read"
#define TO_CHATS  "im:chat im:chat:readonly im:chat:read im:chat.group_info:readonly"
#define TO_KNOW_USER                                                                               \
    "contact:contact.base:readonly contact:contact:access_as_app contact:contact:readonly "        \
    "contact:contact:readonly_as_app"
#define TO_KNOW_APP  APP_SCOPE_MANAGE " admin:app.info:readonly"
#define TO_KNOW_MORE APP_SCOPE_MANAGE " application:application.app_version:readonly"

static const struct route {
    const char *method;
    const char *pattern; /* ":…" stands for one segment */
    enum gate gate;
    void (*serve)(struct world *world, struct exchange *exchange);
    struct open_needs needs; /* with GATE_TOKEN */
} routes[] = {
    { "POST", OPEN "auth/v3/tenant_access_token/internal", GATE_RATE, open_token, NO_NEEDS },
    { "GET", OPEN "bot/v3/info", GATE_TOKEN, open_bot_info, { NULL, REFUSAL_NO_BOT } },
    { "GET", OPEN "application/v6/scopes", GATE_TOKEN, open_scopes, NO_NEEDS },
    { "GET", APPS_6, GATE_TOKEN, open_application, { TO_KNOW_APP, 0 } },
    { "GET", APPS_6 "/app_versions/:version", GATE_TOKEN, open_version, { TO_KNOW_MORE, 0 } },
    { "PATCH", APPS_7 "/config", GATE_TOKEN, open_configure, { APP_SCOPE_PATCH, 0 } },
    { "PATCH", APPS_7 "/ability", GATE_TOKEN, open_enable, { APP_SCOPE_PATCH, 0 } },
    { "POST", APPS_7 "/publish", GATE_TOKEN, open_publish, { APP_SCOPE_PATCH, 0 } },
    { "GET", CHATS, GATE_TOKEN, open_chats, { TO_CHATS, REFUSAL_CHAT_BOT_OFF } },
    { "POST", MESSAGES, GATE_TOKEN, open_send, { TO_SEND, REFUSAL_BOT_OFF } },
    { "GET", MESSAGES, GATE_TOKEN, open_list, { TO_READ, REFUSAL_BOT_OFF } },
    { "GET", MESSAGE, GATE_TOKEN, open_get, { TO_READ, REFUSAL_BOT_OFF } },
    { "PATCH", MESSAGE, GATE_TOKEN, open_patch, { TO_UPDATE, REFUSAL_BOT_OFF } },
    { "DELETE", MESSAGE, GATE_TOKEN, open_recall, { TO_RECALL, REFUSAL_BOT_OFF } },
    { "POST", MESSAGE "/reply", GATE_TOKEN, open_reply, { TO_SEND, REFUSAL_BOT_OFF } },
    { "POST", REACTIONS, GATE_TOKEN, open_react, { TO_REACT, REFUSAL_BOT_OFF } },
    { "GET", REACTIONS, GATE_TOKEN, open_reactions, { TO_SEE, REFUSAL_BOT_OFF } },
    { "DELETE", REACTIONS "/:reaction", GATE_TOKEN, open_unreact, { TO_REACT, REFUSAL_BOT_OFF } },
    { "POST", CARD_UPDATE, GATE_TOKEN, open_update_card, { TO_UPDATE, REFUSAL_BOT_OFF } },
    { "GET", USER, GATE_TOKEN, open_user, { TO_KNOW_USER, 0 } },

    { "GET", "/", GATE_NONE, page_show, NO_NEEDS },
    { "GET", "/page/:file", GATE_NONE, page_show, NO_NEEDS },
    { "GET", "/sandbox/watch", GATE_NONE, page_watch, NO_NEEDS },
    { "POST", "/sandbox/press", GATE_NONE, control_press, NO_NEEDS },
    { "POST", "/sandbox/say", GATE_NONE, control_say, NO_NEEDS },
    { "POST", "/sandbox/event", GATE_NONE, control_event, NO_NEEDS },
    { "POST", "/sandbox/redeliver", GATE_NONE, control_redeliver, NO_NEEDS },
    { "POST", "/sandbox/verify", GATE_NONE, control_verify, NO_NEEDS },
    { "POST", "/sandbox/app", GATE_NONE, control_app, NO_NEEDS },
    { "GET", "/sandbox/app", GATE_NONE, control_show_app, NO_NEEDS },
    { "POST", "/sandbox/symptom", GATE_NONE, control_symptom, NO_NEEDS },
    { "POST", "/sandbox/fault", GATE_NONE, control_fault, NO_NEEDS },
    { "POST", "/sandbox/reset", GATE_NONE, control_reset, NO_NEEDS },
    { "POST", "/sandbox/revoke", GATE_NONE, control_revoke, NO_NEEDS },
    { "GET", "/sandbox/messages", GATE_NONE, control_messages, NO_NEEDS },
    { "GET", "/sandbox/deliveries", GATE_NONE, control_deliveries, NO_NEEDS },
    { "GET", "/sandbox/requests", GATE_NONE, control_requests, NO_NEEDS },
    { "GET", "/sandbox/wait", GATE_NONE, control_wait, NO_NEEDS },
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
    else if (routes[at].gate == GATE_TOKEN && !open_gate_app(world, exchange, &routes[at].needs))
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
    world_change(world);
    int64_t deadline_ms = clock_steady_ms() + fault.delay_ms;
    while (world_wait(world, deadline_ms))
        ;
    visits_end(&world->visits, number, exchange->http, exchange->code);
    faults_release_one(&fault);
}

void routes_serve(struct world *world, struct exchange *exchange)
{
    bool open = has_prefix(exchange->path, OPEN);
    world_lock(world);
    if (open)
        serve_open(world, exchange);
    else
        dispatch(world, exchange);
    exchange->clock_ahead_s = world->app.clock_ahead_s;
    if (open || strcmp(exchange->method, "GET") != 0)
        world_change(world);
    world_unlock(world);
}
