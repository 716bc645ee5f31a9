#include "http.h"

#include <stdlib.h>

#include "clock.h"
#include "error.h"
#include "http_answer.h"
#include "http_check.h"
#include "http_library.h"
#include "http_sending.h"
#include "memory.h"

/* Makes the handle ready. The library is never unloaded: a resolver may still be running in it. */
static bool start(struct http_connection *connection, struct error *error)
{
    struct http_library *curl = &connection->curl;
    if (connection->handle != NULL)
        return true;
    if (!http_library_load(curl, error))
        return false;
    if (curl->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_set(error, ERROR_NETWORK, "libcurl does not start");
    connection->handle = memory_check(curl->easy_init());
    return true;
}

static enum http_outcome perform(struct http_sending *sending, int64_t deadline_ms,
                                 struct error *error)
{
    struct http_connection *connection = sending->connection;
    const int64_t left_ms = deadline_ms - clock_steady_ms();
    if (left_ms <= 0) {
        error_set(error, ERROR_NETWORK, "no time was left to send anything");
        return HTTP_UNREACHED;
    }
    if (!http_sending_prepare(sending, left_ms, error))
        return HTTP_UNREACHED;
    return http_answer_judge(sending, connection->curl.easy_perform(connection->handle), error);
}

static enum http_outcome connection_send(struct http *http, const struct http_request *request,
                                         int64_t deadline_ms, struct http_response *response,
                                         struct error *error)
{
    struct http_connection *connection = (struct http_connection *)http;
    struct http_sending sending = { .connection = connection,
                                    .request = request,
                                    .response = response };
    http_answer_clear(response);
    if (!http_check_request(request, connection->proxy, error) || !start(connection, error))
        return HTTP_UNREACHED;
    enum http_outcome outcome = perform(&sending, deadline_ms, error);
    /* Everything but the connection itself: the next request finds nothing of this one. */
    connection->curl.easy_reset(connection->handle);
    http_sending_release(&sending);
    return outcome;
}

static void connection_close(struct http *http)
{
    struct http_connection *connection = (struct http_connection *)http;
    if (connection->handle != NULL) {
        connection->curl.easy_cleanup(connection->handle);
        connection->curl.global_cleanup();
    }
    free(connection);
}

struct http *http_open(const char *ca, const char *proxy, bool plain_allowed)
{
    struct http_connection *connection = memory_zero(1, sizeof(*connection));
    connection->http = (struct http){ connection_send, connection_close };
    connection->ca = ca;
    connection->proxy = proxy;
    connection->plain_allowed = plain_allowed;
    return &connection->http;
}

void http_close(struct http *http)
{
    if (http != NULL)
        http->close(http);
}
