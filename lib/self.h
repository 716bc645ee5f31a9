/* Effect. This same program once more, under another name, which says what it is to do: a process
 * that shares nothing with who started it but the descriptors it is given. */
#ifndef FEISHU_SELF_H
#define FEISHU_SELF_H

#include <spawn.h>

/* Starts it as name (argv[0]) with the descriptors that actions arrange: in a session of its own,
 * with every signal as usual, whatever the host ignores, and with nothing of our environment, which
 * a client has a part in, but FEISHU_CONFIG as given. 0, or the number of the error. The child is
 * the caller's to wait for, if it lives that long. */
int self_start(const char *name, const char *config_path,
               const posix_spawn_file_actions_t *actions);

#endif
