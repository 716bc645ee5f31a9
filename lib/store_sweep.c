#include "store_sweep.h"

#include <stdio.h>
#include <string.h>

#include "cipher.h"
#include "error.h"
#include "store_file.h"

enum {
    NAME_MAX_LEN = 80, /* characters of any name that we give, with the final NUL */
    LOOK_MAX = 128     /* files looked at in one sweep */
};

/* A fair sample of names from a stream of unknown length: once it is full, the nth name replaces
 * one of the sample with the chance max/n. */
struct sample {
    bool (*is_wanted)(const char *name);
    uint64_t random; /* state of a generator that is good enough for this and no secret */
    size_t seen;
    size_t max;
    size_t count;
    char names[LOOK_MAX][NAME_MAX_LEN];
};

static void sample_init(struct sample *sample, bool (*is_wanted)(const char *name), size_t max)
{
    sample->is_wanted = is_wanted;
    cipher_random(&sample->random, sizeof(sample->random));
    sample->seen = 0;
    sample->max = max;
    sample->count = 0;
}

static size_t draw(struct sample *sample, size_t below)
{
    sample->random = sample->random * UINT64_C(6364136223846793005) + 1;
    return (size_t)((sample->random >> 33) % below);
}

static bool sample_add(void *context, const char *name)
{
    struct sample *sample = context;
    if (!sample->is_wanted(name) || strlen(name) >= NAME_MAX_LEN)
        return true;
    sample->seen++;
    size_t place = sample->count < sample->max ? sample->count++ : draw(sample, sample->seen);
    if (place < sample->max)
        memcpy(sample->names[place], name, strlen(name) + 1);
    return true;
}

/* "3f" or "index-unfinished" */
static bool is_part(const char *name)
{
    size_t prefix = strlen(STORE_FOLDER_INDEX);
    return strncmp(name, STORE_FOLDER_INDEX, prefix) == 0 ||
           (strlen(name) == 2 && strspn(name, "0123456789abcdef") == 2);
}

static bool is_file(const char *name)
{
    return name[0] != '.';
}

/* Whether the file may go. Only with the part's lock does the answer still hold in a moment. */
static bool is_over(const struct store_folder *folder, const char *path, int64_t now_ms)
{
    struct error error = ERROR_INIT;
    struct store_file file;
    bool over = store_file_read(folder, path, NULL, &file, &error) == STORE_OK && !file.damaged &&
                file.entry.over_ms <= now_ms;
    store_file_release(&file);
    return over;
}

/* Leaves in the sample what can be removed, or so it seems without the lock. */
static void keep_candidates(struct sample *sample, const struct store_folder *folder,
                            const char *part, int64_t now_ms)
{
    char path[2 * NAME_MAX_LEN];
    size_t kept = 0;
    for (size_t i = 0; i < sample->count; i++) {
        const char *name = sample->names[i];
        (void)snprintf(path, sizeof(path), "%s/%s", part, name);
        if (strcmp(name, STORE_FILE_NEW) != 0 && !is_over(folder, path, now_ms))
            continue;
        if (kept != i)
            memcpy(sample->names[kept], name, strlen(name) + 1);
        kept++;
    }
    sample->count = kept;
}

/* Removes the candidates, with the lock, if they are still what they seemed to be. */
static enum store_result remove_candidates(const struct sample *sample, struct store_part *part,
                                           int64_t now_ms, struct error *error)
{
    enum store_result result = STORE_OK;
    char path[2 * NAME_MAX_LEN];
    for (size_t i = 0; result == STORE_OK && i < sample->count; i++) {
        const char *name = sample->names[i];
        (void)snprintf(path, sizeof(path), "%s/%s", part->name, name);
        if (strcmp(name, STORE_FILE_NEW) == 0 || is_over(part->folder, path, now_ms))
            result = store_file_remove(part, path, error);
    }
    return result;
}

/* Looks without the lock, which on a slow disk others would wait for. */
static enum store_result sweep_part(struct store_folder *folder, const char *name, int64_t now_ms,
                                    struct error *error)
{
    struct sample files;
    struct store_part part;
    sample_init(&files, is_file, LOOK_MAX);
    enum store_result result = store_folder_list(folder, name, sample_add, &files, error);
    if (result != STORE_OK)
        return result;
    keep_candidates(&files, folder, name, now_ms);
    if (files.count == 0)
        return STORE_OK;
    result = store_folder_lock(folder, name, STORE_LOCK_TRY, &part, error);
    if (result != STORE_OK)
        return result;
    result = remove_candidates(&files, &part, now_ms, error);
    store_part_release(&part);
    return result;
}

enum store_result store_sweep(struct store_folder *folder, int64_t now_ms, struct error *error)
{
    struct sample parts;
    if (!store_folder_ready(folder, error))
        return STORE_FAILED;
    sample_init(&parts, is_part, 1);
    enum store_result result = store_folder_list(folder, ".", sample_add, &parts, error);
    if (result == STORE_OK && parts.count > 0)
        result = sweep_part(folder, parts.names[0], now_ms, error);
    /* Absent: it went meanwhile, or another process is busy there. */
    return result == STORE_FAILED ? STORE_FAILED : STORE_OK;
}
