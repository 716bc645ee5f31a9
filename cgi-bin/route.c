#include "route.h"

#include <string.h>

#include "exchange.h"
#include "handlers.h"
#include "watchdog.h"

static const struct route routes[] = {
    { "/event", "POST", 1 << 20, SERVICE_ANSWER_MS, on_event },
    { "/alert/", "POST", 4 << 20, ALERT_ANSWER_MS, on_alert },
    { "/healthz", "GET", 0, SERVICE_ANSWER_MS, on_health },
};

/* A route that ends with a slash leads to all that is one name below it. */
static bool leads(const char *route, const char *path)
{
    const size_t len = strlen(route);
    if (route[len - 1] != '/')
        return strcmp(route, path) == 0;
    return strncmp(route, path, len) == 0 && path[len] != '\0' && strchr(path + len, '/') == NULL;
}

const struct route *route_find(const char *method, const char *path, const char **allow)
{
    *allow = NULL;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (!leads(routes[i].path, path))
            continue;
        if (strcmp(routes[i].method, method) == 0)
            return &routes[i];
        *allow = routes[i].method;
    }
    return NULL;
}

/* Answers what no handler may see; false if there is nothing wrong with the request as such. */
static bool refuse(struct exchange *exchange, const struct route *route, const char *allow)
{
    const struct request *request = &exchange->request;
    struct reply *reply = &exchange->reply;
    bool absent = request->length == REQUEST_LENGTH_ABSENT;
    if (request->length == REQUEST_LENGTH_WRONG)
        reply_set(reply, 400, "body is not as long as CONTENT_LENGTH");
    else if (request->length == REQUEST_LENGTH_INVALID)
        reply_set(reply, 400, "CONTENT_LENGTH is no number");
    else if (route == NULL)
        reply_set(reply, allow == NULL ? 404 : 405, allow == NULL ? "no such path" : "method");
    else if (request->content_length > route->max_body)
        reply_set(reply, 413, "body too large");
    else if (absent && route->max_body > 0)
        reply_set(reply, 411, "no CONTENT_LENGTH");
    reply->allow = allow;
    return reply->status != 0;
}

void route_serve(struct exchange *exchange, int64_t started_ms)
{
    const char *allow;
    const struct request_source *source = &exchange->host->source;
    request_begin(source, started_ms, &exchange->request);
    const struct route *route =
        route_find(exchange->request.method, exchange->request.path, &allow);
    watchdog_start(&(const struct watchdog){
        .at_ms = started_ms + (route == NULL ? SERVICE_ANSWER_MS : route->deadline_ms),
        .id = exchange->request.id,
        .config_path = exchange_config_path(exchange),
        .environment = exchange->host->environment,
        .answers = !exchange->host->stays,
    });
    request_read_body(source, route == NULL ? 0 : route->max_body, &exchange->request);
    if (!refuse(exchange, route, allow))
        route->handle(exchange);
}
