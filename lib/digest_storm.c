#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "digest.h"
#include "error.h"
#include "memory.h"
#include "tree.h"

struct digest *storm_begin(struct storm *storm)
{
    const size_t size = (storm->count + 1) * sizeof(*storm->digests);
    storm->digests = memory_resize(storm->digests, size);
    struct digest *digest = &storm->digests[storm->count++];
    *digest = (struct digest){ .shown = tree_new_object() };
    cipher_random_hex(digest->id, (INCIDENT_ID_LEN - 1) / 2);
    return digest;
}

struct digest *storm_find(const struct storm *storm, const char *incident)
{
    for (size_t i = 0; i < storm->count; i++) {
        if (tree_has(storm->digests[i].shown, incident))
            return &storm->digests[i];
    }
    return NULL;
}

bool storm_shows(const struct storm *storm, const struct digest_line *line)
{
    char said[DIGEST_SAID_LEN];
    const struct digest *digest = storm_find(storm, line->incident);
    const char *shown = digest == NULL ? NULL : tree_text(digest->shown, line->incident);
    digest_said(line, said);
    return shown != NULL && strcmp(shown, said) == 0;
}

static void release(struct digest *digest)
{
    free(digest->message_id);
    tree_free(digest->shown);
}

/* A card of unknown outcome may be there, and is found again by its uuid. */
static bool is_done(const struct digest *digest)
{
    return digest->sending_ms == 0 && tree_odd_key(digest->shown, "") == NULL;
}

void storm_tidy(struct storm *storm)
{
    size_t kept = 0;
    for (size_t i = 0; i < storm->count; i++) {
        if (is_done(&storm->digests[i]))
            release(&storm->digests[i]);
        else
            storm->digests[kept++] = storm->digests[i];
    }
    storm->count = kept;
}

static bool parse_digest(struct json_object *tree, struct storm *storm)
{
    const char *id = tree_text(tree, "id");
    const char *message_id = tree_text(tree, "message_id");
    struct json_object *shown = tree_object(tree, "shown");
    if (id == NULL || strlen(id) != INCIDENT_ID_LEN - 1 || shown == NULL)
        return false;
    struct digest *digest = storm_begin(storm);
    memcpy(digest->id, id, INCIDENT_ID_LEN);
    digest->message_id = message_id == NULL ? NULL : memory_copy(message_id);
    tree_free(digest->shown);
    digest->shown = tree_share(shown);
    (void)tree_int(tree, "posted_ms", &digest->posted_ms);
    (void)tree_int(tree, "sending_ms", &digest->sending_ms);
    (void)tree_int(tree, "joined_ms", &digest->joined_ms);
    return true;
}

bool storm_parse(const char *text, size_t len, struct storm *storm, struct error *error)
{
    struct error cause = ERROR_INIT;
    struct json_object *tree = tree_parse_object(text, len, &cause);
    struct json_object *digests = tree_array(tree, "digests");
    bool good = digests != NULL;
    *storm = (struct storm){ NULL, 0 };
    for (size_t i = 0; i < tree_count(digests) && good; i++)
        good = parse_digest(tree_at(digests, i), storm);
    tree_free(tree);
    if (good)
        return true;
    storm_release(storm);
    return error_set(error, ERROR_STORE, "a stored storm cannot be read");
}

void storm_print(const struct storm *storm, struct buf *out)
{
    struct json_object *tree = tree_new_object();
    struct json_object *digests = tree_new_array();
    for (size_t i = 0; i < storm->count; i++) {
        const struct digest *digest = &storm->digests[i];
        struct json_object *one = tree_new_object();
        tree_set_text(one, "id", digest->id);
        if (digest->message_id != NULL)
            tree_set_text(one, "message_id", digest->message_id);
        tree_set_int(one, "posted_ms", digest->posted_ms);
        tree_set_int(one, "sending_ms", digest->sending_ms);
        tree_set_int(one, "joined_ms", digest->joined_ms);
        tree_set(one, "shown", tree_share(digest->shown));
        tree_append(digests, one);
    }
    tree_set(tree, "digests", digests);
    tree_print(tree, out);
    tree_free(tree);
}

void storm_release(struct storm *storm)
{
    for (size_t i = 0; i < storm->count; i++)
        release(&storm->digests[i]);
    free(storm->digests);
    *storm = (struct storm){ NULL, 0 };
}
