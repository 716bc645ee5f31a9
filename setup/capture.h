/* Effect. Runs a program of the system's and keeps all that it prints, however much that is. */
#ifndef SETUP_CAPTURE_H
#define SETUP_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct error;

/* Runs the program at path (words[0] is its name, NULL after the last) with nothing on standard
 * input and next to nothing in its environment, for timeout_ms at most; then its process group is
 * killed. output and errors get what it printed, up to their ceilings: what is beyond that of
 * output is an error, of errors it is dropped. True if it ran to its end; status is as of waitpid.
 * ERROR_INTERNAL otherwise. */
bool capture(const char *path, const char *const *words, int64_t timeout_ms, struct buf *output,
             struct buf *errors, int *status, struct error *error)
    __attribute__((warn_unused_result));

#endif
