#include "http_library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "error.h"

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
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

enum { FUNCTION_COUNT = sizeof(functions) / sizeof(functions[0]) };

bool http_library_load(struct http_library *library, struct error *error)
{
    static const char name[] = "libcurl.so.4";
    static const char advice[] = "install the Debian package libcurl4";
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return error_set(error, ERROR_NETWORK, "%s cannot be loaded: %s", name, advice);
    for (size_t i = 0; i < FUNCTION_COUNT; i++) {
        void *function = dlsym(handle, functions[i].name);
        if (function == NULL)
            return error_set(error, ERROR_NETWORK, "%s lacks %s: %s", name, functions[i].name,
                             advice);
        /* Copied as bytes: ISO C has no cast from an object's address to a function's. */
        memcpy((char *)library + functions[i].offset, &function, sizeof(function));
    }
    return true;
}
