#include "library.h"

#include <dlfcn.h>
#include <string.h>

#include "error.h"

bool library_load(const struct library *library, void *table, struct error *error)
{
    static const char advice[] = "install the Debian package";
    /* Lazily: most functions of the libraries behind it are never called. */
    void *handle = dlopen(library->name, RTLD_LAZY | RTLD_LOCAL);
    if (handle == NULL)
        return error_set(error, ERROR_INTERNAL, "%s cannot be loaded: %s %s", library->name, advice,
                         library->package);
    for (size_t i = 0; i < library->count; i++) {
        void *function = dlsym(handle, library->functions[i].name);
        if (function == NULL)
            return error_set(error, ERROR_INTERNAL, "%s lacks %s: %s %s", library->name,
                             library->functions[i].name, advice, library->package);
        /* Copied as bytes: ISO C has no cast from an object's address to a function's. */
        memcpy((char *)table + library->functions[i].offset, &function, sizeof(function));
    }
    return true;
}
