/* Effect. The processes of this machine, from /proc. */
#ifndef SETUP_PROC_H
#define SETUP_PROC_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct buf;

/* Calls each with the id of every process. */
void proc_each(void (*each)(void *context, pid_t process), void *context);

/* Reads the file /proc/PROCESS/NAME as far as it fits into text, which is emptied first. False if
 * it cannot be read, most often because the process has just ended. */
bool proc_read(pid_t process, const char *name, struct buf *text)
    __attribute__((warn_unused_result));

/* What follows "NAME:" in the text of a file "status", up to the end of its line; NULL if it is not
 * there. Borrowed. */
const char *proc_field(const struct buf *status, const char *name);

/* Whether the process of that "status" may write to the file that at describes, which for a socket
 * means to connect, as the kernel decides it by user and groups. */
bool proc_may_write(const struct buf *status, const struct stat *at);

#endif
