/* Effect. One file in a part of a dir: store. A path is relative to the store's folder. */
#ifndef FEISHU_STORE_FILE_H
#define FEISHU_STORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store.h"
#include "store_entry.h"
#include "store_folder.h"

struct error;

/* Being written. Whoever finds it while holding the part's lock finds what a killed process left.
 */
#define STORE_FILE_NEW "new"

struct store_file {
    char *bytes; /* owned; NULL if there is no such file */
    size_t len;
    int64_t written_ms;       /* wall clock */
    bool damaged;             /* the entry cannot be told from the bytes */
    struct store_entry entry; /* borrowed from bytes */
};

/* Reads the file. STORE_OK, also for a damaged one; STORE_ABSENT; STORE_FAILED. key: what it must
 * be about, else it is damaged; NULL: anything. In every case caller releases the file. */
enum store_result store_file_read(const struct store_folder *folder, const char *path,
                                  const char *key, struct store_file *file, struct error *error)
    __attribute__((warn_unused_result));

/* As store_file_read, but a damaged file is STORE_FAILED and one that is over STORE_ABSENT. */
enum store_result store_file_read_live(const struct store_folder *folder, const char *path,
                                       const char *key, int64_t now_ms, struct store_file *file,
                                       struct error *error) __attribute__((warn_unused_result));

/* Wipes the contents too. */
void store_file_release(struct store_file *file);

/* Puts the entry into the file in the place of what was there, or fails and leaves that as it was.
 * durable: file and name are on the disk. STORE_OK, STORE_FAILED. */
enum store_result store_file_write(const struct store_part *part, const char *path,
                                   const struct store_entry *entry, bool durable,
                                   struct error *error) __attribute__((warn_unused_result));

/* STORE_OK, also if there is no such file; STORE_FAILED. */
enum store_result store_file_remove(const struct store_part *part, const char *path,
                                    struct error *error) __attribute__((warn_unused_result));

#endif
