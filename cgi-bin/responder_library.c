#include "responder_library.h"

#include <stddef.h>

#include "library.h"

static const struct library_function functions[] = {
    { "FCGX_Init", offsetof(struct responder_library, init) },
    { "FCGX_InitRequest", offsetof(struct responder_library, init_request) },
    { "FCGX_Accept_r", offsetof(struct responder_library, accept) },
    { "FCGX_Finish_r", offsetof(struct responder_library, finish) },
    { "FCGX_GetParam", offsetof(struct responder_library, get_param) },
    { "FCGX_GetStr", offsetof(struct responder_library, get_str) },
    { "FCGX_PutStr", offsetof(struct responder_library, put_str) },
};

static const struct library libfcgi = {
    .name = "libfcgi.so.0",
    .package = "libfcgi0ldbl",
    .functions = functions,
    .count = sizeof(functions) / sizeof(functions[0]),
};

bool responder_library_load(struct responder_library *library, struct error *error)
{
    return library_load(&libfcgi, library, error);
}
