/* Effect. What lies in a folder and is not its owner's. */
#ifndef SETUP_STRANGER_H
#define SETUP_STRANGER_H

#include <stdbool.h>
#include <sys/types.h>

/* The path of the first file or folder found, in or below the folder, that does not belong to the
 * user; NULL if there is none, or none that we may see. Looks at some ten thousand at most. Caller
 * frees. */
char *stranger_find(const char *folder, uid_t user);

#endif
