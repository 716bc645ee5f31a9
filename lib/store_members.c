#include "store_members.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cipher.h"
#include "error.h"
#include "memory.h"
#include "store_entry.h"
#include "store_file.h"
#include "store_folder.h"

static const char suffix[] = ".member";

enum { PATH_LEN = STORE_PART_MAX + CIPHER_HEX_LEN + sizeof(suffix) };

static void part_name(const char *kind, char name[static STORE_PART_MAX])
{
    (void)snprintf(name, STORE_PART_MAX, "%s%s", STORE_FOLDER_INDEX, kind);
}

static void member_path(const char *part, const char *member, char path[static PATH_LEN])
{
    char hex[CIPHER_HEX_LEN];
    const struct cipher_part text = { member, strlen(member) };
    cipher_digest_hex(&text, 1, hex);
    (void)snprintf(path, PATH_LEN, "%s/%s%s", part, hex, suffix);
}

enum store_result store_members_add(void *self, const char *kind, const char *member,
                                    int64_t life_ms, int64_t now_ms, struct error *error)
{
    const struct store_entry entry = { member, "", 0, store_entry_over_ms(now_ms, life_ms) };
    struct store_part part;
    char name[STORE_PART_MAX];
    char path[PATH_LEN];
    part_name(kind, name);
    member_path(name, member, path);
    enum store_result result = store_folder_lock(self, name, STORE_LOCK_CREATE, &part, error);
    if (result != STORE_OK)
        return result;
    result = store_file_write(&part, path, &entry, true, error);
    store_part_release(&part);
    return result;
}

enum store_result store_members_remove(void *self, const char *kind, const char *member,
                                       struct error *error)
{
    struct store_part part;
    char name[STORE_PART_MAX];
    char path[PATH_LEN];
    part_name(kind, name);
    member_path(name, member, path);
    enum store_result result = store_folder_lock(self, name, STORE_LOCK_EXISTING, &part, error);
    if (result != STORE_OK)
        return result == STORE_ABSENT ? STORE_OK : result;
    result = store_file_remove(&part, path, error);
    store_part_release(&part);
    return result;
}

/* The members found so far. They are collected before anybody is told of one, because the files
 * may then come and go. */
struct list {
    const struct store_folder *folder;
    const char *part;
    int64_t now_ms;
    size_t limit;
    char **members; /* owned, each of them too */
    size_t count;
    bool failed; /* some could not be read */
    struct error *error;
};

static bool list_add(void *context, const char *name)
{
    struct list *list = context;
    struct store_file file;
    char path[PATH_LEN];
    size_t len = strlen(name);
    if (list->count >= list->limit)
        return false;
    if (len != CIPHER_HEX_LEN - 1 + strlen(suffix) ||
        strcmp(name + CIPHER_HEX_LEN - 1, suffix) != 0)
        return true;
    (void)snprintf(path, sizeof(path), "%s/%s", list->part, name);
    enum store_result result =
        store_file_read_live(list->folder, path, NULL, list->now_ms, &file, list->error);
    if (result == STORE_OK) {
        list->members = memory_resize(list->members, (list->count + 1) * sizeof(list->members[0]));
        list->members[list->count++] = memory_copy(file.entry.key);
    }
    list->failed = list->failed || result == STORE_FAILED;
    store_file_release(&file);
    return true;
}

enum store_result store_members_list(void *self, const char *kind, size_t limit, int64_t now_ms,
                                     bool (*each)(void *context, const char *member), void *context,
                                     struct error *error)
{
    char name[STORE_PART_MAX];
    part_name(kind, name);
    struct list list = {
        .folder = self, .part = name, .now_ms = now_ms, .limit = limit, .error = error
    };
    if (!store_folder_ready(self, error))
        return STORE_FAILED;
    enum store_result result = store_folder_list(self, name, list_add, &list, error);
    bool more = true;
    for (size_t i = 0; i < list.count; i++) {
        more = more && each(context, list.members[i]);
        free(list.members[i]);
    }
    free(list.members);
    return list.failed || result == STORE_FAILED ? STORE_FAILED : STORE_OK;
}
