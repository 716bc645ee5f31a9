/* Effect. The folder of commands: which there are, and one of them opened so that what was checked
 * is what runs. */
#ifndef FEISHU_FOLDER_H
#define FEISHU_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

struct error;

enum { FOLDER_NONE = -1 };

/* Opens the executable called name, which must be a command name. It and every folder above it must
 * belong to root or to this process's user and be writable by nobody else; a sticky folder of
 * root's passes. Returns a descriptor that is kept across exec (caller closes), or FOLDER_NONE:
 * there is no such file (no error is set), or it may not be run (ERROR_INTERNAL says why and what
 * to do). */
int folder_open(const char *directory, const char *name, struct error *error)
    __attribute__((warn_unused_result));

/* The names of the executables in the folder, sorted; count gets how many, at most 200. A folder
 * that is missing or unsafe has none. Caller frees with folder_names_free. */
char **folder_names(const char *directory, size_t *count);
void folder_names_free(char **names, size_t count);

#endif
