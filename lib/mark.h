/* Effect. When something last happened on this machine: the time of an empty file in the state
 * folder. It costs two system calls, and nothing of what a store costs. */
#ifndef FEISHU_MARK_H
#define FEISHU_MARK_H

#include <stdint.h>

/* Notes that it happened at when_ms (since the epoch); name is a file's, of letters. The folder is
 * made when missing. A mark that cannot be made is not there, and that is all. */
void mark_set(const char *state_directory, const char *name, int64_t when_ms);

/* When that was; 0: never, or it cannot be told. */
int64_t mark_get(const char *state_directory, const char *name);

#endif
