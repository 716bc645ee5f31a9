#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "error.h"
#include "memory.h"
#include "store_backend.h"
#include "store_file.h"
#include "store_folder.h"
#include "store_members.h"
#include "store_sweep.h"

/* Where a key is: "3f", "3f/3fc9….value" and "3f/3fc9….claim", by the digest of the key. Value and
 * claim are two files, so that taking a claim never touches what may be a large, durable value. */
struct place {
    char part[3];
    char value[3 + CIPHER_HEX_LEN + 6];
    char claim[3 + CIPHER_HEX_LEN + 6];
};

static void place_find(const char *key, struct place *place)
{
    char hex[CIPHER_HEX_LEN];
    const struct cipher_part part = { key, strlen(key) };
    cipher_digest_hex(&part, 1, hex);
    (void)snprintf(place->part, sizeof(place->part), "%.2s", hex);
    (void)snprintf(place->value, sizeof(place->value), "%.2s/%s.value", hex, hex);
    (void)snprintf(place->claim, sizeof(place->claim), "%.2s/%s.claim", hex, hex);
}

static const char scheme[] = "dir:";

static void *dir_open(const char *url, struct error *error)
{
    const char *path = url + strlen(scheme);
    if (path[0] != '/') {
        error_set(error, ERROR_STORE, "no store: store.url needs a full path, 'dir:/folder'");
        return NULL;
    }
    struct store_folder *folder = memory_get(sizeof(*folder));
    store_folder_init(folder, path);
    return folder;
}

static void dir_close(void *self)
{
    store_folder_release(self);
    free(self);
}

static enum store_result dir_get(void *self, const char *key, int64_t now_ms, struct buf *value,
                                 struct error *error)
{
    struct store_folder *folder = self;
    struct store_file file;
    struct place place;
    if (!store_folder_ready(folder, error))
        return STORE_FAILED;
    place_find(key, &place);
    enum store_result result = store_file_read_live(folder, place.value, key, now_ms, &file, error);
    if (result == STORE_OK)
        buf_add(value, file.entry.value, file.entry.len);
    store_file_release(&file);
    if (result != STORE_OK || !value->failed)
        return result;
    error_set(error, ERROR_STORE, "the stored value is larger than what it is read for");
    return STORE_FAILED;
}

static enum store_result write_value(const struct store_part *part, const struct place *place,
                                     const char *key, const struct store_value *value,
                                     int64_t now_ms, struct error *error)
{
    const struct store_entry entry = { key, value->data, value->len,
                                       store_entry_over_ms(now_ms, value->life_ms) };
    return store_file_write(part, place->value, &entry, value->durable, error);
}

static enum store_result dir_put(void *self, const char *key, const struct store_value *value,
                                 int64_t now_ms, struct error *error)
{
    struct store_part part;
    struct place place;
    place_find(key, &place);
    enum store_result result = store_folder_lock(self, place.part, STORE_LOCK_CREATE, &part, error);
    if (result != STORE_OK)
        return result;
    result = write_value(&part, &place, key, value, now_ms, error);
    store_part_release(&part);
    return result;
}

/* With the lock: STORE_OK if the present value is the old one of the change, else STORE_TAKEN. */
static enum store_result compare(const struct store_part *part, const struct place *place,
                                 const char *key, const struct store_change *change, int64_t now_ms,
                                 struct error *error)
{
    struct store_file file;
    enum store_result result =
        store_file_read_live(part->folder, place->value, key, now_ms, &file, error);
    bool same = change->old == NULL
                    ? result == STORE_ABSENT
                    : result == STORE_OK && file.entry.len == change->old_len &&
                          memcmp(file.entry.value, change->old, change->old_len) == 0;
    store_file_release(&file);
    if (result == STORE_FAILED)
        return STORE_FAILED;
    return same ? STORE_OK : STORE_TAKEN;
}

static enum store_result dir_put_if(void *self, const char *key, const struct store_change *change,
                                    int64_t now_ms, struct error *error)
{
    const struct store_value value = { change->value, change->len, change->life_ms,
                                       change->durable };
    enum store_lock how = change->old == NULL ? STORE_LOCK_CREATE : STORE_LOCK_EXISTING;
    struct store_part part;
    struct place place;
    place_find(key, &place);
    enum store_result result = store_folder_lock(self, place.part, how, &part, error);
    if (result != STORE_OK)
        return result == STORE_ABSENT ? STORE_TAKEN : result;
    result = compare(&part, &place, key, change, now_ms, error);
    if (result == STORE_OK)
        result = write_value(&part, &place, key, &value, now_ms, error);
    store_part_release(&part);
    return result;
}

static enum store_result dir_remove(void *self, const char *key, struct error *error)
{
    struct store_part part;
    struct place place;
    place_find(key, &place);
    enum store_result result =
        store_folder_lock(self, place.part, STORE_LOCK_EXISTING, &part, error);
    if (result != STORE_OK)
        return result == STORE_ABSENT ? STORE_OK : result;
    result = store_file_remove(&part, place.value, error);
    store_part_release(&part);
    return result;
}

/* With the lock: STORE_OK if nobody has the key, else STORE_TAKEN. A damaged claim was somebody's,
 * and for how long is not known: it counts for as long as the one that is asked for. */
static enum store_result is_free(const struct store_part *part, const struct place *place,
                                 const char *key, int64_t lease_ms, int64_t now_ms,
                                 struct error *error)
{
    struct store_file file;
    enum store_result result = store_file_read(part->folder, place->claim, key, &file, error);
    int64_t over_ms =
        file.damaged ? store_entry_over_ms(file.written_ms, lease_ms) : file.entry.over_ms;
    store_file_release(&file);
    if (result == STORE_FAILED)
        return STORE_FAILED;
    return result == STORE_ABSENT || over_ms <= now_ms ? STORE_OK : STORE_TAKEN;
}

static enum store_result dir_claim(void *self, const char *key, const char *owner, int64_t lease_ms,
                                   int64_t now_ms, struct error *error)
{
    const struct store_entry claim = { key, owner, strlen(owner),
                                       store_entry_over_ms(now_ms, lease_ms) };
    struct store_part part;
    struct place place;
    place_find(key, &place);
    enum store_result result = store_folder_lock(self, place.part, STORE_LOCK_CREATE, &part, error);
    if (result != STORE_OK)
        return result;
    result = is_free(&part, &place, key, lease_ms, now_ms, error);
    if (result == STORE_OK)
        result = store_file_write(&part, place.claim, &claim, false, error);
    store_part_release(&part);
    return result;
}

/* With the lock: STORE_OK if the claim is the owner's, else STORE_TAKEN. */
static enum store_result is_owner(const struct store_part *part, const struct place *place,
                                  const char *key, const char *owner, int64_t now_ms,
                                  struct error *error)
{
    struct store_file file;
    enum store_result result =
        store_file_read_live(part->folder, place->claim, key, now_ms, &file, error);
    bool ours = result == STORE_OK && file.entry.len == strlen(owner) &&
                memcmp(file.entry.value, owner, file.entry.len) == 0;
    store_file_release(&file);
    if (result == STORE_FAILED)
        return STORE_FAILED;
    return ours ? STORE_OK : STORE_TAKEN;
}

/* Ends the owner's claim, and before that stores the value unless it is NULL. A process killed in
 * between leaves the value and a claim that ends with its lease. */
static enum store_result end_claim(void *self, const char *key, const char *owner,
                                   const struct store_value *value, int64_t now_ms,
                                   struct error *error)
{
    struct store_part part;
    struct place place;
    place_find(key, &place);
    enum store_result result =
        store_folder_lock(self, place.part, STORE_LOCK_EXISTING, &part, error);
    if (result != STORE_OK)
        return result == STORE_ABSENT ? STORE_TAKEN : result;
    result = is_owner(&part, &place, key, owner, now_ms, error);
    if (result == STORE_OK && value != NULL)
        result = write_value(&part, &place, key, value, now_ms, error);
    if (result == STORE_OK)
        result = store_file_remove(&part, place.claim, error);
    store_part_release(&part);
    return result;
}

static enum store_result dir_settle(void *self, const char *key, const char *owner,
                                    const struct store_value *value, int64_t now_ms,
                                    struct error *error)
{
    return end_claim(self, key, owner, value, now_ms, error);
}

static enum store_result dir_release(void *self, const char *key, const char *owner, int64_t now_ms,
                                     struct error *error)
{
    return end_claim(self, key, owner, NULL, now_ms, error);
}

static enum store_result dir_clean(void *self, int64_t now_ms, struct error *error)
{
    return store_sweep(self, now_ms, error);
}

const struct store_backend store_dir = {
    .schemes = { scheme },
    .open = dir_open,
    .close = dir_close,
    .get = dir_get,
    .put = dir_put,
    .put_if = dir_put_if,
    .remove = dir_remove,
    .claim = dir_claim,
    .settle = dir_settle,
    .release = dir_release,
    .index_add = store_members_add,
    .index_remove = store_members_remove,
    .index_list = store_members_list,
    .clean = dir_clean,
};
