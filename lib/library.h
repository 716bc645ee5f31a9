/* Effect. Functions of a shared library that is loaded when it is first needed: to be linked with
 * one costs every process its start, and most need none. */
#ifndef FEISHU_LIBRARY_H
#define FEISHU_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* One function, and where in the caller's table its address goes. */
struct library_function {
    const char *name;
    size_t offset;
};

struct library {
    const char *name;    /* of the file, "libcurl.so.4" */
    const char *package; /* that brings it, "libcurl4" */
    const struct library_function *functions;
    size_t count;
};

/* Loads the library and fills the table, a struct of pointers to functions. False, with
 * ERROR_INTERNAL, if it is missing or too old. It stays loaded as long as the process lives. */
bool library_load(const struct library *library, void *table, struct error *error)
    __attribute__((warn_unused_result));

#endif
