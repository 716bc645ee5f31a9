/* Effect. Files that may hold secrets. */
#ifndef SETUP_PRIVATE_FILE_H
#define SETUP_PRIVATE_FILE_H

#include <stdbool.h>

struct buf;
struct error;

/* Appends what the file holds, up to the ceiling of text; caller wipes it. ERROR_CONFIG if it
 * cannot be read, is no regular file, or others may read or write it, with the chmod to run. */
bool private_file_read(const char *path, struct buf *text, struct error *error)
    __attribute__((warn_unused_result));

#endif
