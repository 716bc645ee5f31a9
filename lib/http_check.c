#include "http_check.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "http.h"

static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };

enum { METHOD_COUNT = sizeof(methods) / sizeof(methods[0]) };

bool http_check_is_word(const char *text)
{
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    }
    return text[0] != '\0';
}

bool http_check_is_plain(const char *url)
{
    return strncasecmp(url, "http://", strlen("http://")) == 0;
}

/* libcurl would guess a scheme where there is none. */
static bool is_url(const char *url)
{
    return http_check_is_word(url) &&
           (http_check_is_plain(url) || strncasecmp(url, "https://", strlen("https://")) == 0);
}

static bool is_method(const char *method)
{
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        if (strcmp(method, methods[i]) == 0)
            return true;
    }
    return false;
}

/* No scheme but http: to a proxy that speaks TLS other rules of trust would apply. */
static bool is_proxy(const char *proxy)
{
    return proxy[0] == '\0' || (http_check_is_plain(proxy) && http_check_is_word(proxy));
}

/* A line of its own for each, and nothing that would end it. */
static bool are_headers(const char *const *headers)
{
    for (size_t i = 0; headers != NULL && headers[i] != NULL; i++) {
        if (strpbrk(headers[i], "\r\n") != NULL || strchr(headers[i], ':') == NULL)
            return false;
    }
    return true;
}

bool http_check_request(const struct http_request *request, const char *proxy, struct error *error)
{
    const char *why = NULL;
    if (!is_method(request->method))
        why = "unknown method";
    else if (!is_url(request->url))
        why = "no URL of http or https";
    else if (request->bearer != NULL && !http_check_is_word(request->bearer))
        why = "characters that no token has";
    else if (!are_headers(request->headers))
        why = "a header of more than one line";
    else if (request->connect_to != NULL && !http_check_is_word(request->connect_to))
        why = "no HOST:PORT to connect to";
    else if (!is_proxy(proxy))
        why = "app.proxy is not http://host:port";
    return why == NULL || error_set(error, ERROR_NETWORK, "nothing was sent: %s", why);
}
