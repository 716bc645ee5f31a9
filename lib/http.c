#include "http.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "error.h"
#include "http_check.h"
#include "http_library.h"
#include "memory.h"
#include "number.h"
#include "version.h"

/* The options that are the same for every request. */
static const struct {
    CURLoption option;
    long value;
} fixed_options[] = {
    { CURLOPT_FOLLOWLOCATION, 0 },
    { CURLOPT_NOSIGNAL, 1 },
    { CURLOPT_QUICK_EXIT, 1 }, /* a resolver that hangs is left behind, not waited for */
    { CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
    { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
    { CURLOPT_HEADEROPT, CURLHEADER_SEPARATE }, /* the proxy never sees the bearer */
    { CURLOPT_NETRC, CURL_NETRC_IGNORED },
    { CURLOPT_DISALLOW_USERNAME_IN_URL, 1 },
    { CURLOPT_PATH_AS_IS, 1 },
};

enum {
    FIXED_COUNT = sizeof(fixed_options) / sizeof(fixed_options[0]),
    LONGEST_WAIT_MS = 3600 * 1000
};

struct connection {
    struct http http; /* first, so that one is the other */
    const char *ca;
    const char *proxy;
    bool plain_allowed;
    struct http_library curl;
    CURL *handle; /* NULL until the first send */
};

/* One request on its way. */
struct sending {
    struct connection *connection;
    const struct http_request *request;
    struct http_response *response;
    struct curl_slist *headers;
    struct curl_slist *connect_to;
    char trouble[CURL_ERROR_SIZE];
    bool started;      /* a connection stands and the request is about to be written to it */
    bool headers_over; /* the empty line after the answer's headers was read */
    enum http_trouble stuck;
    CURLcode refused; /* why an option could not be set */
};

/* Makes the handle ready. The library is never unloaded: a resolver may still be running in it. */
static bool start(struct connection *connection, struct error *error)
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

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    struct buf *body = &sending->response->body;
    buf_add(body, data, size * count);
    return body->failed ? 0 : size * count;
}

/* Sees where the headers end: libcurl takes a connection that ends within them, or after those of
 * an interim answer (100), for a whole answer. Trailers come through here too. */
static size_t take_header(char *data, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
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
    struct sending *sending = context;
    (void)their_ip;
    (void)our_ip;
    (void)their_port;
    (void)our_port;
    sending->started = true;
    return CURL_PREREQFUNC_OK;
}

/* Remembers the first option that could not be set. */
static void expect_set(struct sending *sending, CURLcode code)
{
    if (sending->refused == CURLE_OK)
        sending->refused = code;
}

static void set_long(struct sending *sending, CURLoption option, long value)
{
    struct connection *connection = sending->connection;
    expect_set(sending, connection->curl.easy_setopt(connection->handle, option, value));
}

static void set_pointer(struct sending *sending, CURLoption option, const void *value)
{
    struct connection *connection = sending->connection;
    expect_set(sending, connection->curl.easy_setopt(connection->handle, option, value));
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Where it goes, and whom to believe there. */
static void set_way(struct sending *sending)
{
    const struct connection *connection = sending->connection;
    const char *url = sending->request->url;
    bool folder = is_folder(connection->ca);
    for (size_t i = 0; i < FIXED_COUNT; i++)
        set_long(sending, fixed_options[i].option, fixed_options[i].value);
    set_pointer(sending, CURLOPT_URL, url);
    set_pointer(sending, CURLOPT_PROTOCOLS_STR, connection->plain_allowed ? "https,http" : "https");
    set_pointer(sending, CURLOPT_PROXY, http_check_is_plain(url) ? "" : connection->proxy);
    set_pointer(sending, CURLOPT_NOPROXY, "");
    set_pointer(sending, CURLOPT_CAPATH, folder ? connection->ca : NULL);
    set_pointer(sending, CURLOPT_CAINFO, folder ? NULL : connection->ca);
}

static void set_timeout(struct sending *sending, int64_t left_ms)
{
    long wait_ms = (long)(left_ms < LONGEST_WAIT_MS ? left_ms : LONGEST_WAIT_MS);
    set_long(sending, CURLOPT_TIMEOUT_MS, wait_ms);
    set_long(sending, CURLOPT_CONNECTTIMEOUT_MS, wait_ms);
}

static void add_header(struct sending *sending, const char *header)
{
    sending->headers =
        memory_check(sending->connection->curl.slist_append(sending->headers, header));
}

/* Sends the request elsewhere than its URL says, with TLS and Host as the URL has them. */
static void set_connect_to(struct sending *sending)
{
    const struct http_request *request = sending->request;
    if (request->ipv4)
        set_long(sending, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    if (request->connect_to == NULL)
        return;
    char *rule = memory_format("::%s", request->connect_to);
    sending->connect_to = memory_check(sending->connection->curl.slist_append(NULL, rule));
    set_pointer(sending, CURLOPT_CONNECT_TO, sending->connect_to);
    free(rule);
}

static void add_bearer(struct sending *sending)
{
    if (sending->request->bearer == NULL)
        return;
    char *header = memory_format("Authorization: Bearer %s", sending->request->bearer);
    add_header(sending, header);
    explicit_bzero(header, strlen(header));
    free(header);
}

static void add_headers(struct sending *sending)
{
    static const char type[] = "Content-Type:";
    const char *const *further = sending->request->headers;
    bool has_type = false;
    for (size_t i = 0; further != NULL && further[i] != NULL; i++) {
        has_type = has_type || strncasecmp(further[i], type, strlen(type)) == 0;
        add_header(sending, further[i]);
    }
    if (!has_type)
        add_header(sending, "Content-Type: application/json; charset=utf-8");
    add_header(sending, "Expect:");
    add_bearer(sending);
}

static void set_contents(struct sending *sending)
{
    struct connection *connection = sending->connection;
    const struct http_request *request = sending->request;
    add_headers(sending);
    if (request->body != NULL || strcmp(request->method, "GET") != 0) {
        curl_off_t len = request->body == NULL ? 0 : (curl_off_t)request->body_len;
        expect_set(sending, connection->curl.easy_setopt(connection->handle,
                                                         CURLOPT_POSTFIELDSIZE_LARGE, len));
        set_pointer(sending, CURLOPT_POSTFIELDS, request->body == NULL ? "" : request->body);
    }
    set_pointer(sending, CURLOPT_CUSTOMREQUEST, request->method);
    set_pointer(sending, CURLOPT_HTTPHEADER, sending->headers);
    set_pointer(sending, CURLOPT_USERAGENT,
                request->user_agent == NULL ? "feishu.cgi/" FEISHU_VERSION : request->user_agent);
}

static void set_callbacks(struct sending *sending)
{
    struct connection *connection = sending->connection;
    __typeof__(curl_easy_setopt) *set = connection->curl.easy_setopt;
    CURL *handle = connection->handle;
    expect_set(sending, set(handle, CURLOPT_PREREQFUNCTION, note_start));
    expect_set(sending, set(handle, CURLOPT_PREREQDATA, sending));
    expect_set(sending, set(handle, CURLOPT_HEADERFUNCTION, take_header));
    expect_set(sending, set(handle, CURLOPT_HEADERDATA, sending));
    expect_set(sending, set(handle, CURLOPT_WRITEFUNCTION, take_body));
    expect_set(sending, set(handle, CURLOPT_WRITEDATA, sending));
    expect_set(sending, set(handle, CURLOPT_ERRORBUFFER, sending->trouble));
}

static const char *header_value(const struct connection *connection, const char *name)
{
    struct curl_header *header = NULL;
    CURLHcode code =
        connection->curl.easy_header(connection->handle, name, 0, CURLH_HEADER, -1, &header);
    return code == CURLHE_OK ? header->value : "";
}

/* Copies the log id if it is a word of fitting length: it goes into logs. */
static void read_headers(struct sending *sending)
{
    const struct connection *connection = sending->connection;
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

static void response_clear(struct http_response *response)
{
    size_t max = response->body.max;
    buf_wipe(&response->body);
    *response = (struct http_response)HTTP_RESPONSE_INIT;
    response->body.max = max;
}

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

/* What came of it. Until the request was started nothing of it can have left: what a proxy was
 * asked before that (CONNECT) was not the request. */
static enum http_outcome judge(struct sending *sending, CURLcode code, struct error *error)
{
    const struct connection *connection = sending->connection;
    long status = 0;
    if (code == CURLE_OK && sending->headers_over &&
        connection->curl.easy_getinfo(connection->handle, CURLINFO_RESPONSE_CODE, &status) ==
            CURLE_OK) {
        sending->response->status = (int)status;
        read_headers(sending);
        return HTTP_ANSWERED;
    }
    sending->stuck = find_trouble(code);
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
    return sending->started ? HTTP_CUT : HTTP_UNREACHED;
}

static enum http_outcome perform(struct sending *sending, int64_t deadline_ms, struct error *error)
{
    struct connection *connection = sending->connection;
    set_way(sending);
    set_connect_to(sending);
    set_contents(sending);
    set_callbacks(sending);
    int64_t left_ms = deadline_ms - clock_steady_ms();
    if (left_ms <= 0) {
        error_set(error, ERROR_NETWORK, "no time was left to send anything");
        return HTTP_UNREACHED;
    }
    set_timeout(sending, left_ms);
    if (sending->refused != CURLE_OK) {
        error_set(error, ERROR_NETWORK, "nothing was sent: libcurl refuses an option: %s",
                  connection->curl.easy_strerror(sending->refused));
        return HTTP_UNREACHED;
    }
    return judge(sending, connection->curl.easy_perform(connection->handle), error);
}

static void wipe_headers(struct sending *sending)
{
    for (struct curl_slist *line = sending->headers; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    sending->connection->curl.slist_free_all(sending->headers);
    sending->connection->curl.slist_free_all(sending->connect_to);
}

static enum http_outcome connection_send(struct http *http, const struct http_request *request,
                                         int64_t deadline_ms, struct http_response *response,
                                         struct error *error)
{
    struct connection *connection = (struct connection *)http;
    struct sending sending = { .connection = connection, .request = request, .response = response };
    response_clear(response);
    if (!http_check_request(request, connection->proxy, error) || !start(connection, error))
        return HTTP_UNREACHED;
    enum http_outcome outcome = perform(&sending, deadline_ms, error);
    if (outcome != HTTP_ANSWERED) {
        response_clear(response);
        response->trouble = sending.stuck;
    }
    /* Everything but the connection itself: the next request finds nothing of this one. */
    connection->curl.easy_reset(connection->handle);
    wipe_headers(&sending);
    return outcome;
}

static void connection_close(struct http *http)
{
    struct connection *connection = (struct connection *)http;
    if (connection->handle != NULL) {
        connection->curl.easy_cleanup(connection->handle);
        connection->curl.global_cleanup();
    }
    free(connection);
}

struct http *http_open(const char *ca, const char *proxy, bool plain_allowed)
{
    struct connection *connection = memory_zero(1, sizeof(*connection));
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
