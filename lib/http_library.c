#include "http_library.h"

#include <stddef.h>

#include "error.h"
#include "library.h"

static const struct library_function functions[] = {
    { "curl_global_init", offsetof(struct http_library, global_init) },
    { "curl_global_cleanup", offsetof(struct http_library, global_cleanup) },
    { "curl_easy_init", offsetof(struct http_library, easy_init) },
    { "curl_easy_cleanup", offsetof(struct http_library, easy_cleanup) },
    { "curl_easy_reset", offsetof(struct http_library, easy_reset) },
    { "curl_easy_setopt", offsetof(struct http_library, easy_setopt) },
    { "curl_easy_getinfo", offsetof(struct http_library, easy_getinfo) },
    { "curl_easy_perform", offsetof(struct http_library, easy_perform) },
    { "curl_easy_header", offsetof(struct http_library, easy_header) },
    { "curl_easy_strerror", offsetof(struct http_library, easy_strerror) },
    { "curl_slist_append", offsetof(struct http_library, slist_append) },
    { "curl_slist_free_all", offsetof(struct http_library, slist_free_all) },
    { "curl_getdate", offsetof(struct http_library, getdate) },
};

static const struct library libcurl = {
    .name = "libcurl.so.4",
    .package = "libcurl4",
    .functions = functions,
    .count = sizeof(functions) / sizeof(functions[0]),
};

bool http_library_load(struct http_library *library, struct error *error)
{
    struct error cause = ERROR_INIT;
    return library_load(&libcurl, library, &cause) ||
           error_set(error, ERROR_NETWORK, "%s", cause.text);
}
