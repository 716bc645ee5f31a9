/* Effect. The folder of a dir: store and its parts: one folder for each first byte of a key's
 * digest, one for each kind of index. Who holds a part's lock alone changes what is in it; a lock
 * ends with its process, however that ends. Names come from digests and checked kinds only. */
#ifndef FEISHU_STORE_FOLDER_H
#define FEISHU_STORE_FOLDER_H

#include <stdbool.h>

#include "store.h"

struct error;

#define STORE_FOLDER_INDEX "index-" /* what the names of parts for an index begin with */

enum { STORE_PART_MAX = sizeof(STORE_FOLDER_INDEX) + STORE_KIND_MAX /* with the final NUL */ };

struct store_folder {
    char *path;     /* owned; for error texts after the first use */
    int descriptor; /* -1 until the first use */
};

/* A part whose lock this process holds. */
struct store_part {
    const struct store_folder *folder;
    const char *name; /* borrowed from the caller */
    int lock;         /* descriptor of the part */
};

/* Which parts to lock, and how. */
enum store_lock {
    STORE_LOCK_EXISTING, /* one that is there; waits a little */
    STORE_LOCK_CREATE,   /* creates it if missing; waits a little */
    STORE_LOCK_TRY       /* one that is there and free this very moment */
};

/* Touches nothing yet. */
void store_folder_init(struct store_folder *folder, const char *path);
void store_folder_release(struct store_folder *folder);

/* Opens the folder unless it is open. It is created if missing; one that belongs to another user
 * than this process's or root, or that others may write to, is refused. */
bool store_folder_ready(struct store_folder *folder, struct error *error)
    __attribute__((warn_unused_result));

/* Locks the part called name. STORE_OK (end it with store_part_release); STORE_ABSENT (there is no
 * such part, or for STORE_LOCK_TRY: another process has it); STORE_FAILED, also when another
 * process keeps it for 300 ms. */
enum store_result store_folder_lock(struct store_folder *folder, const char *name,
                                    enum store_lock how, struct store_part *part,
                                    struct error *error) __attribute__((warn_unused_result));

void store_part_release(struct store_part *part);

/* Calls each for the names in the part called name, "." for the parts themselves, until it returns
 * false. STORE_OK, STORE_ABSENT (no such part), STORE_FAILED. */
enum store_result store_folder_list(const struct store_folder *folder, const char *name,
                                    bool (*each)(void *context, const char *name), void *context,
                                    struct error *error) __attribute__((warn_unused_result));

/* Records what a failed system call means for people and what they can do about it. Always returns
 * STORE_FAILED. */
enum store_result store_folder_fail(const struct store_folder *folder, int number,
                                    struct error *error);

#endif
