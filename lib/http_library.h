/* Effect. The functions of libcurl that http.c uses, loaded when the first request is sent: to be
 * linked with it costs 1.5 ms at every start. */
#ifndef FEISHU_HTTP_LIBRARY_H
#define FEISHU_HTTP_LIBRARY_H

#include <stdbool.h>

#include <curl/curl.h>

struct error;

/* Without their type-checking macros these are plain functions. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

struct http_library {
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_global_cleanup) *global_cleanup;
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_easy_reset) *easy_reset;
    __typeof__(curl_easy_setopt) *easy_setopt;
    __typeof__(curl_easy_getinfo) *easy_getinfo;
    __typeof__(curl_easy_perform) *easy_perform;
    __typeof__(curl_easy_header) *easy_header;
    __typeof__(curl_easy_strerror) *easy_strerror;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
    __typeof__(curl_getdate) *getdate;
};

/* Loads the library and looks its functions up. ERROR_NETWORK if it is missing or too old. It stays
 * loaded: a resolver that was left behind may still be running in it. */
bool http_library_load(struct http_library *library, struct error *error)
    __attribute__((warn_unused_result));

#endif
