/* Effect. Who listens on a unix socket, found without connecting: a connection would start what
 * systemd has not started yet. */
#ifndef SETUP_LISTENER_H
#define SETUP_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct listener {
    bool found;     /* a socket that listens at the file */
    bool activated; /* the first process of the machine has it too: systemd starts its service */
    size_t workers; /* processes that wait at it, without those that only look after them */
    bool all_seen;  /* we may look into every process, so that workers are all there are */
};

/* Looks for the listener of the socket file that at describes. */
void listener_find(const struct stat *at, struct listener *listener);

#endif
