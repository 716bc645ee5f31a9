/* Effect. Locks of one machine, as files in the state folder that a process holds open: slots that
 * bound how many commands run, and signs of life of the runner of one command. A lock ends with the
 * last process that has its descriptor, however that process ends. */
#ifndef FEISHU_LOCK_H
#define FEISHU_LOCK_H

#include <stdbool.h>

struct error;

enum { LOCK_NONE = -1 };

/* Takes one of count slots. Returns its descriptor (close-on-exec; caller closes), or LOCK_NONE:
 * all are taken (no error is set) or the folder cannot be used (ERROR_STORE). */
int lock_slot(const char *state_directory, int count, struct error *error)
    __attribute__((warn_unused_result));

/* Takes the sign of life for the key. Returns its descriptor as above; LOCK_NONE without an error:
 * another process has it. */
int lock_life(const char *state_directory, const char *key, struct error *error)
    __attribute__((warn_unused_result));

/* Whether some process holds the sign of life for the key; true too where that cannot be told. */
bool lock_is_alive(const char *state_directory, const char *key);

/* Removes the file of the key's sign of life; for the one who holds it, last of all. */
void lock_forget(const char *state_directory, const char *key);

#endif
