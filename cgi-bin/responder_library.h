/* Effect. The functions of libfcgi that responder.c uses. */
#ifndef FEISHU_RESPONDER_LIBRARY_H
#define FEISHU_RESPONDER_LIBRARY_H

#include <stdbool.h>

#include <fcgiapp.h>

struct error;

struct responder_library {
    __typeof__(FCGX_Init) *init;
    __typeof__(FCGX_InitRequest) *init_request;
    __typeof__(FCGX_Accept_r) *accept;
    __typeof__(FCGX_Finish_r) *finish;
    __typeof__(FCGX_GetParam) *get_param;
    __typeof__(FCGX_GetStr) *get_str;
    __typeof__(FCGX_PutStr) *put_str;
};

/* Loads them. ERROR_INTERNAL if the library is missing. */
bool responder_library_load(struct responder_library *library, struct error *error)
    __attribute__((warn_unused_result));

#endif
