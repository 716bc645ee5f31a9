#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "memory.h"
#include "tree.h"

static const char *const stages[] = {
    [RECORD_NEW] = "new",           [RECORD_ANSWERING] = "answering", [RECORD_BEGUN] = "begun",
    [RECORD_FINISHED] = "finished", [RECORD_DONE] = "done",
};

static const char *const purposes[] = {
    [RECORD_REPLY] = "reply",     [RECORD_RUNNING] = "running",
    [RECORD_RESULT] = "result",   [RECORD_INTERRUPTED] = "interrupted",
    [RECORD_REFUSED] = "refused",
};

static const char *const kinds[] = { [CONTENT_TEXT] = "text", [CONTENT_CARD] = "card" };

/* The place of name among the names, into *index; false if it is none of them. */
static bool find(const char *name, const char *const *names, size_t count, unsigned *index)
{
    for (unsigned i = 0; name != NULL && i < count; i++) {
        if (strcmp(name, names[i]) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

#define FIND(object, key, names, index)                                                            \
    find(tree_text((object), (key)), (names), sizeof(names) / sizeof((names)[0]), (index))

/* The time of the first POST of unknown outcome; absent where there was none. One that cannot be
 * read is not the same: something may have been sent. */
static bool read_sending(struct json_object *tree, int64_t *sending_ms)
{
    return !tree_has(tree, "sending") || (tree_int(tree, "sending", sending_ms) && *sending_ms > 0);
}

static char *copy_or_null(const char *text)
{
    return text == NULL ? NULL : memory_copy(text);
}

bool record_parse(const char *text, size_t len, struct record *record, struct error *error)
{
    struct error cause = ERROR_INIT;
    unsigned stage = RECORD_NEW;
    unsigned purpose = RECORD_REPLY;
    unsigned kind = CONTENT_TEXT;
    struct record read = RECORD_INIT;
    struct json_object *tree = tree_parse_object(text, len, &cause);
    bool valid = FIND(tree, "stage", stages, &stage) && stage != RECORD_NEW;
    if (valid && stage != RECORD_DONE) {
        valid = FIND(tree, "purpose", purposes, &purpose) && FIND(tree, "kind", kinds, &kind);
        read.content =
            (struct content){ (enum content_kind)kind, copy_or_null(tree_text(tree, "content")) };
        read.command = copy_or_null(tree_text(tree, "command"));
        valid = valid && read_sending(tree, &read.sending_ms) &&
                (stage == RECORD_BEGUN ? read.command != NULL : read.content.text != NULL);
    }
    tree_free(tree);
    read.stage = (enum record_stage)stage;
    read.purpose = (enum record_purpose)purpose;
    if (!valid) {
        record_release(&read);
        return error_set(error, ERROR_STORE, "a stored record cannot be read");
    }
    *record = read;
    return true;
}

void record_print(const struct record *record, struct buf *out)
{
    struct json_object *tree = tree_new_object();
    tree_set_text(tree, "stage", stages[record->stage]);
    if (record->stage != RECORD_DONE) {
        tree_set_text(tree, "purpose", purposes[record->purpose]);
        tree_set_text(tree, "kind", kinds[record->content.kind]);
        if (record->content.text != NULL)
            tree_set_text(tree, "content", record->content.text);
        if (record->command != NULL)
            tree_set_text(tree, "command", record->command);
        if (record->sending_ms != 0)
            tree_set_int(tree, "sending", record->sending_ms);
    }
    tree_print(tree, out);
    tree_free(tree);
}

bool record_is_fixed(const struct record *record)
{
    return record->stage == RECORD_ANSWERING &&
           (record->sending_ms != 0 || record->purpose != RECORD_REPLY);
}

void record_release(struct record *record)
{
    content_release(&record->content);
    free(record->command);
    *record = (struct record)RECORD_INIT;
}

const char *record_purpose_name(enum record_purpose purpose)
{
    return purposes[purpose];
}
