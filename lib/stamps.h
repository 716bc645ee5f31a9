/* Effect. Whether files are still what they were when they were read. */
#ifndef FEISHU_STAMPS_H
#define FEISHU_STAMPS_H

#include <stdbool.h>
#include <stddef.h>

struct stamp;

struct stamps {
    struct stamp *items;
    size_t count;
};

/* Notes what the file at path is now; to be called after it was read. */
void stamps_add(struct stamps *stamps, const char *path);

/* Whether none of the files has changed since. A file that changed shortly before it was noted
 * counts as changed: the clock of files is too coarse to tell whether it did so once more. */
bool stamps_hold(const struct stamps *stamps);

/* Forgets all files. */
void stamps_release(struct stamps *stamps);

#endif
