#include "http_sending.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "error.h"
#include "http_answer.h"
#include "http_check.h"
#include "memory.h"
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

void http_sending_expect(struct http_sending *sending, CURLcode code)
{
    if (sending->refused == CURLE_OK)
        sending->refused = code;
}

static void set_long(struct http_sending *sending, CURLoption option, long value)
{
    struct http_connection *connection = sending->connection;
    http_sending_expect(sending, connection->curl.easy_setopt(connection->handle, option, value));
}

static void set_pointer(struct http_sending *sending, CURLoption option, const void *value)
{
    struct http_connection *connection = sending->connection;
    http_sending_expect(sending, connection->curl.easy_setopt(connection->handle, option, value));
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Where it goes, and whom to believe there. */
static void set_way(struct http_sending *sending)
{
    const struct http_connection *connection = sending->connection;
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

static void set_timeout(struct http_sending *sending, int64_t left_ms)
{
    long wait_ms = (long)(left_ms < LONGEST_WAIT_MS ? left_ms : LONGEST_WAIT_MS);
    set_long(sending, CURLOPT_TIMEOUT_MS, wait_ms);
    set_long(sending, CURLOPT_CONNECTTIMEOUT_MS, wait_ms);
}

static void add_header(struct http_sending *sending, const char *header)
{
    sending->headers =
        memory_check(sending->connection->curl.slist_append(sending->headers, header));
}

/* Sends the request elsewhere than its URL says, with TLS and Host as the URL has them. */
static void set_connect_to(struct http_sending *sending)
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

static void add_bearer(struct http_sending *sending)
{
    if (sending->request->bearer == NULL)
        return;
    char *header = memory_format("Authorization: Bearer %s", sending->request->bearer);
    add_header(sending, header);
    explicit_bzero(header, strlen(header));
    free(header);
}

static void add_headers(struct http_sending *sending)
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

static void set_contents(struct http_sending *sending)
{
    struct http_connection *connection = sending->connection;
    const struct http_request *request = sending->request;
    add_headers(sending);
    if (request->body != NULL || strcmp(request->method, "GET") != 0) {
        curl_off_t len = request->body == NULL ? 0 : (curl_off_t)request->body_len;
        http_sending_expect(sending, connection->curl.easy_setopt(
                                         connection->handle, CURLOPT_POSTFIELDSIZE_LARGE, len));
        set_pointer(sending, CURLOPT_POSTFIELDS, request->body == NULL ? "" : request->body);
    }
    set_pointer(sending, CURLOPT_CUSTOMREQUEST, request->method);
    set_pointer(sending, CURLOPT_HTTPHEADER, sending->headers);
    set_pointer(sending, CURLOPT_USERAGENT,
                request->user_agent == NULL ? "feishu.cgi/" FEISHU_VERSION : request->user_agent);
}

bool http_sending_prepare(struct http_sending *sending, int64_t left_ms, struct error *error)
{
    set_way(sending);
    set_connect_to(sending);
    set_contents(sending);
    set_timeout(sending, left_ms);
    http_answer_listen(sending);
    return sending->refused == CURLE_OK ||
           error_set(error, ERROR_NETWORK, "nothing was sent: libcurl refuses an option: %s",
                     sending->connection->curl.easy_strerror(sending->refused));
}

void http_sending_release(struct http_sending *sending)
{
    for (struct curl_slist *line = sending->headers; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    sending->connection->curl.slist_free_all(sending->headers);
    sending->connection->curl.slist_free_all(sending->connect_to);
}
