#include "server.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <microhttpd.h>

#include "buf.h"
#include "clock.h"
#include "error.h"
#include "exchange.h"
#include "guard.h"
#include "memory.h"
#include "options.h"
#include "routes.h"
#include "tree.h"
#include "world.h"

enum {
    BODY_MAX = 1 << 20,
    ANSWER_MAX = 1 << 30,
    CONNECTIONS_MAX = 2000,
    IDLE_S = 300,
    PEM_MAX = 1 << 20
};

struct server {
    struct world *world;
    struct MHD_Daemon *daemon;
    char *certificate;
    char *key;
};

static const char *header(struct MHD_Connection *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value != NULL ? value : "";
}

static const char *query(void *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
    return value != NULL && guard_text(value) ? value : NULL;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    /* A header that cannot be one, from a fault's content type, is left out. */
    (void)MHD_add_response_header(response, name, value);
}

/* What a browser has to know of the page. */
static void add_page_headers(struct MHD_Response *response, const char *policy)
{
    add_header(response, "Content-Security-Policy", policy);
    add_header(response, "X-Content-Type-Options", "nosniff");
    add_header(response, "Referrer-Policy", "no-referrer");
    add_header(response, "Cache-Control", "no-cache");
}

/* Tells another time than the true one, which the server adds by itself. */
static void set_date(struct MHD_Response *response, int64_t ahead_s)
{
    char text[64];
    struct tm parts;
    time_t seconds = (time_t)(clock_wall_ms() / 1000 - ahead_s);
    if (ahead_s != 0 && gmtime_r(&seconds, &parts) != NULL &&
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0)
        add_header(response, MHD_HTTP_HEADER_DATE, text);
}

/* Sends the exchange's answer; false closes the connection. */
static enum MHD_Result send_answer(struct MHD_Connection *connection,
                                   const struct exchange *exchange)
{
    struct buf body = BUF_INIT(ANSWER_MAX);
    char number[24];
    if (exchange->dropped)
        return MHD_NO;
    if (exchange->tree != NULL)
        tree_print(exchange->tree, &body);
    else
        buf_add_text(&body, exchange->raw);
    struct MHD_Response *response =
        memory_check(MHD_create_response_from_buffer(body.len, body.data, MHD_RESPMEM_MUST_COPY));
    buf_release(&body);
    add_header(response, "Content-Type",
               exchange->tree != NULL ? "application/json; charset=utf-8" : exchange->raw_type);
    add_header(response, "X-Tt-Logid", exchange->log_id);
    if (exchange->tree == NULL && exchange->raw_policy != NULL)
        add_page_headers(response, exchange->raw_policy);
    if (exchange->reset_s >= 0) {
        (void)snprintf(number, sizeof(number), "%d", RATES_API);
        add_header(response, "x-ogw-ratelimit-limit", number);
        (void)snprintf(number, sizeof(number), "%lld", (long long)exchange->reset_s);
        add_header(response, "x-ogw-ratelimit-reset", number);
    }
    set_date(response, exchange->clock_ahead_s);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned int)exchange->http, response);
    MHD_destroy_response(response);
    return result;
}

/* The body as an object: an empty one where there is none to read, NULL where there should be. */
static struct json_object *read_body(const char *method, const struct buf *body)
{
    struct error error = ERROR_INIT;
    bool expected =
        strcmp(method, "POST") == 0 || strcmp(method, "PATCH") == 0 || strcmp(method, "PUT") == 0;
    if (!expected || body->len == 0)
        return tree_new_object();
    return tree_parse_object(body->data, body->len, &error);
}

/* Answers a request whose body is complete. */
static enum MHD_Result answer(struct server *server, struct MHD_Connection *connection,
                              const char *method, const char *path, const struct buf *body)
{
    struct exchange exchange;
    exchange_init(&exchange, clock_steady_ms());
    exchange.method = method;
    exchange.path = path;
    exchange.authorization = header(connection, "Authorization");
    exchange.query = query;
    exchange.query_context = connection;
    exchange.body = NULL;
    exchange.body_len = body->len;
    const char *origin = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Origin");
    bool tls = server->certificate != NULL;
    if (!guard_source(header(connection, "Host"), origin, tls)) {
        exchange_complain(&exchange, 403, "only this machine itself may ask the sandbox");
    } else if (!guard_text(path) || !guard_text(method)) {
        exchange_complain(&exchange, 400, "the path is not text");
    } else if (body->failed) {
        exchange_complain(&exchange, 413, "the body is too long");
    } else {
        exchange.body = read_body(method, body);
        routes_serve(server->world, &exchange);
    }
    enum MHD_Result result = send_answer(connection, &exchange);
    exchange_release(&exchange);
    tree_free(exchange.body);
    return result;
}

/* Called for a request's head, for each piece of its body, and at its end. slot holds what has come
 * of the body. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *data, size_t *len, void **slot)
{
    (void)version;
    struct buf *body = *slot;
    if (body == NULL) {
        body = memory_zero(1, sizeof(*body));
        body->max = BODY_MAX;
        *slot = body;
        return MHD_YES;
    }
    if (*len > 0) {
        buf_add(body, data, *len);
        *len = 0;
        return MHD_YES;
    }
    return answer(context, connection, method, path, body);
}

static void on_end(void *context, struct MHD_Connection *connection, void **slot,
                   enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    if (*slot != NULL)
        buf_release(*slot);
    free(*slot);
    *slot = NULL;
}

/* The contents of a small file. Caller frees. */
static char *read_file(const char *path, struct error *error)
{
    char piece[4096];
    size_t len = 0;
    struct buf text = BUF_INIT(PEM_MAX);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        error_set(error, ERROR_INTERNAL, "%s: %s", path, strerror(errno));
        return NULL;
    }
    while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(&text, piece, len);
    (void)fclose(file); /* it was only read */
    char *copy = memory_copy(buf_text(&text));
    explicit_bzero(piece, sizeof(piece));
    buf_wipe(&text);
    return copy;
}

static bool read_identity(struct server *server, const struct options *options, struct error *error)
{
    if (options->certificate == NULL)
        return true;
    server->certificate = read_file(options->certificate, error);
    if (server->certificate == NULL)
        return false;
    server->key = read_file(options->key, error);
    return server->key != NULL;
}

static struct MHD_Daemon *start_daemon(struct server *server, const struct options *options)
{
    unsigned int flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION;
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, server->certificate },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, server->key },
        { MHD_OPTION_END, 0, NULL },
    };
    struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
    if (server->certificate != NULL)
        flags |= MHD_USE_TLS;
    if (options->address.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR,
                            &options->address, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS_MAX,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)IDLE_S, MHD_OPTION_ARRAY,
                            server->certificate != NULL ? tls : none, MHD_OPTION_END);
}

struct server *server_start(struct world *world, uint16_t *port, struct error *error)
{
    struct server *server = memory_zero(1, sizeof(*server));
    server->world = world;
    if (!read_identity(server, world->options, error))
        goto out;
    server->daemon = start_daemon(server, world->options);
    if (server->daemon == NULL) {
        error_set(error, ERROR_INTERNAL, "cannot listen on %s%s: %s", world->options->listen,
                  server->certificate != NULL ? " with this certificate and key" : "",
                  errno != 0 ? strerror(errno) : "refused");
        goto out;
    }
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    *port = info == NULL ? 0 : info->port;
    return server;
out:
    server_stop(server);
    return NULL;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    if (server->key != NULL)
        explicit_bzero(server->key, strlen(server->key));
    free(server->key);
    free(server->certificate);
    free(server);
}
