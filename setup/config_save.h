/* Effect. Writes the configuration: whole or not at all. */
#ifndef SETUP_CONFIG_SAVE_H
#define SETUP_CONFIG_SAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct error;

/* Writes text to path through a new file beside it, synced and renamed; mode 0640, of root and
 * group, if we are root, else 0600 and ours. What was there before becomes PATH.bak with the same
 * rights, in place of an older one. Makes no folder. A link at path is refused. ERROR_INTERNAL says
 * what went wrong; path then holds what it held. */
bool config_save(const char *path, const char *text, size_t len, gid_t group, struct error *error)
    __attribute__((warn_unused_result));

#endif
