#include "http_answer.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "http_check.h"
#include "number.h"

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct http_sending *sending = context;
    struct buf *body = &sending->response->body;
    buf_add(body, data, size * count);
    return body->failed ? 0 : size * count;
}

/* Sees where the headers end: libcurl takes a connection that ends within them, or after those of
 * an interim answer (100), for a whole answer. Trailers come through here too. */
static size_t take_header(char *data, size_t size, size_t count, void *context)
{
    struct http_sending *sending = context;
    size_t len = size * count;
    if (len >= strlen("HTTP/") && memcmp(data, "HTTP/", strlen("HTTP/")) == 0)
        sending->headers_over = false;
    else if (len > 0 && (data[0] == '\r' || data[0] == '\n'))
        sending->headers_over = true;
    return len;
}

/* Called once name, connection, proxy and TLS are through, before the first byte is written. */
static int note_start(void *context, char *their_ip, char *our_ip, int their_port, int our_port)
{
    struct http_sending *sending = context;
    (void)their_ip;
    (void)our_ip;
    (void)their_port;
    (void)our_port;
    sending->started = true;
    return CURL_PREREQFUNC_OK;
}

void http_answer_listen(struct http_sending *sending)
{
    struct http_connection *connection = sending->connection;
    __typeof__(curl_easy_setopt) *set = connection->curl.easy_setopt;
    CURL *handle = connection->handle;
    http_sending_expect(sending, set(handle, CURLOPT_PREREQFUNCTION, note_start));
    http_sending_expect(sending, set(handle, CURLOPT_PREREQDATA, sending));
    http_sending_expect(sending, set(handle, CURLOPT_HEADERFUNCTION, take_header));
    http_sending_expect(sending, set(handle, CURLOPT_HEADERDATA, sending));
    http_sending_expect(sending, set(handle, CURLOPT_WRITEFUNCTION, take_body));
    http_sending_expect(sending, set(handle, CURLOPT_WRITEDATA, sending));
    http_sending_expect(sending, set(handle, CURLOPT_ERRORBUFFER, sending->trouble));
}

static const char *header_value(const struct http_connection *connection, const char *name)
{
    struct curl_header *header = NULL;
    CURLHcode code =
        connection->curl.easy_header(connection->handle, name, 0, CURLH_HEADER, -1, &header);
    return code == CURLHE_OK ? header->value : "";
}

/* Copies the log id if it is a word of fitting length: it goes into logs. */
static void read_headers(struct http_sending *sending)
{
    const struct http_connection *connection = sending->connection;
    struct http_response *response = sending->response;
    const char *log_id = header_value(connection, "X-Tt-Logid");
    uint64_t reset_s = 0;
    (void)snprintf(response->content_type, sizeof(response->content_type), "%s",
                   header_value(connection, "Content-Type"));
    (void)snprintf(response->location, sizeof(response->location), "%s",
                   header_value(connection, "Location"));
    if (http_check_is_word(log_id) && strlen(log_id) < sizeof(response->log_id))
        memcpy(response->log_id, log_id, strlen(log_id) + 1);
    if (number_parse(header_value(connection, "x-ogw-ratelimit-reset"), 0, INT_MAX, &reset_s))
        response->reset_s = (int64_t)reset_s;
    response->date_s = connection->curl.getdate(header_value(connection, "Date"), NULL);
}

void http_answer_clear(struct http_response *response)
{
    size_t max = response->body.max;
    buf_wipe(&response->body);
    *response = (struct http_response)HTTP_RESPONSE_INIT;
    response->body.max = max;
}

/* Where a request got stuck that libcurl gave up with this code; all others: somewhere else. */
static const struct {
    CURLcode code;
    enum http_trouble trouble;
} troubles[] = {
    { CURLE_COULDNT_RESOLVE_HOST, HTTP_TROUBLE_NAME },
    { CURLE_COULDNT_CONNECT, HTTP_TROUBLE_CONNECTION },
    { CURLE_PEER_FAILED_VERIFICATION, HTTP_TROUBLE_CERTIFICATE },
    { CURLE_SSL_CACERT_BADFILE, HTTP_TROUBLE_CERTIFICATE },
    { CURLE_SSL_CONNECT_ERROR, HTTP_TROUBLE_TLS },
    { CURLE_OPERATION_TIMEDOUT, HTTP_TROUBLE_TIME },
    { CURLE_COULDNT_RESOLVE_PROXY, HTTP_TROUBLE_PROXY },
    { CURLE_PROXY, HTTP_TROUBLE_PROXY },
};

static enum http_trouble find_trouble(CURLcode code)
{
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        if (troubles[i].code == code)
            return troubles[i].trouble;
    }
    return HTTP_TROUBLE_OTHER;
}

/* Until the request was started nothing of it can have left: what a proxy was asked before that
 * (CONNECT) was not the request. */
enum http_outcome http_answer_judge(struct http_sending *sending, CURLcode code,
                                    struct error *error)
{
    const struct http_connection *connection = sending->connection;
    long status = 0;
    if (code == CURLE_OK && sending->headers_over &&
        connection->curl.easy_getinfo(connection->handle, CURLINFO_RESPONSE_CODE, &status) ==
            CURLE_OK) {
        sending->response->status = (int)status;
        read_headers(sending);
        return HTTP_ANSWERED;
    }
    /* This one error quotes the proxy, which may hold a password. */
    bool quotable = sending->trouble[0] != '\0' && code != CURLE_COULDNT_RESOLVE_PROXY;
    const char *why = quotable ? sending->trouble : connection->curl.easy_strerror(code);
    if (code == CURLE_OK)
        why = "the answer ended too early";
    if (sending->response->body.failed)
        why = "the answer is too long";
    error_set(error, ERROR_NETWORK, "%s%s%s", why,
              code == CURLE_PEER_FAILED_VERIFICATION ? "; trusted (app.ca): " : "",
              code == CURLE_PEER_FAILED_VERIFICATION ? connection->ca : "");
    http_answer_clear(sending->response);
    sending->response->trouble = find_trouble(code);
    return sending->started ? HTTP_CUT : HTTP_UNREACHED;
}
