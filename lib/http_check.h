/* Pure. Whether a request may go out as it stands. */
#ifndef FEISHU_HTTP_CHECK_H
#define FEISHU_HTTP_CHECK_H

#include <stdbool.h>

struct error;
struct http_request;

/* A known method; a URL, a bearer, headers, a place to connect to and a proxy ("" for none) that
 * cannot break out of the line they are put into. ERROR_NETWORK otherwise, without a quote: what is
 * wrong may be a secret. */
bool http_check_request(const struct http_request *request, const char *proxy, struct error *error)
    __attribute__((warn_unused_result));

/* Whether text is neither empty nor holds anything but visible ASCII characters. */
bool http_check_is_word(const char *text);

/* Whether the URL is one of plain http. */
bool http_check_is_plain(const char *url);

#endif
