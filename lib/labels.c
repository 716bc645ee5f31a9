#include "labels.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

struct reading {
    struct json_object *labels;
    size_t count;
    size_t bytes;
};

static bool read_label(void *context, const char *key, struct json_object *value)
{
    struct reading *reading = context;
    const char *text = tree_value(value);
    if (text == NULL || strlen(key) > LABELS_NAME_MAX)
        return true;
    char *name = text_clean(key, strlen(key));
    char *clean = text_clean(text, text_cut(text, strlen(text), LABELS_VALUE_MAX));
    reading->count++;
    reading->bytes += strlen(name) + strlen(clean);
    const bool fits = reading->bytes <= LABELS_BYTES_MAX;
    if (fits)
        tree_set_text(reading->labels, name, clean);
    free(clean);
    free(name);
    return fits && reading->count < LABELS_MAX;
}

struct json_object *labels_read(struct json_object *object)
{
    struct reading reading = { tree_new_object(), 0, 0 };
    tree_each(object, read_label, &reading);
    return reading.labels;
}

const char *labels_get(struct json_object *labels, const char *name)
{
    const char *value = tree_text(labels, name);
    return value == NULL ? "" : value;
}

struct naming {
    const char **names;
    size_t count;
};

static bool add_name(void *context, const char *key, struct json_object *value)
{
    struct naming *naming = context;
    (void)value;
    naming->names[naming->count++] = key;
    return naming->count < LABELS_MAX;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t labels_names(struct json_object *labels, const char *names[static LABELS_MAX])
{
    struct naming naming = { names, 0 };
    tree_each(labels, add_name, &naming);
    qsort(names, naming.count, sizeof(*names), compare);
    return naming.count;
}

static bool has(struct json_object *labels, const char *name, const char *value)
{
    const char *found = tree_text(labels, name);
    return found != NULL && strcmp(found, value) == 0;
}

struct json_object *labels_without(struct json_object *labels, struct json_object *other)
{
    const char *names[LABELS_MAX];
    struct json_object *result = tree_new_object();
    const size_t count = labels_names(labels, names);
    for (size_t i = 0; i < count; i++) {
        const char *value = labels_get(labels, names[i]);
        if (!has(other, names[i], value))
            tree_set_text(result, names[i], value);
    }
    return result;
}

struct json_object *labels_shared(struct json_object *const *sets, size_t count)
{
    const char *names[LABELS_MAX];
    struct json_object *result = tree_new_object();
    const size_t name_count = count == 0 ? 0 : labels_names(sets[0], names);
    for (size_t i = 0; i < name_count; i++) {
        const char *value = labels_get(sets[0], names[i]);
        size_t same = 1;
        while (same < count && has(sets[same], names[i], value))
            same++;
        if (same == count)
            tree_set_text(result, names[i], value);
    }
    return result;
}

void labels_digest(struct json_object *labels, char hex[static CIPHER_HEX_LEN])
{
    const char *names[LABELS_MAX];
    struct buf all = BUF_INIT((size_t)LABELS_MAX * (LABELS_NAME_MAX + LABELS_VALUE_MAX + 2) * 3);
    const size_t count = labels_names(labels, names);
    for (size_t i = 0; i < count; i++) {
        const char *value = labels_get(labels, names[i]);
        /* With their final NULs, so that no two sets of labels make the same bytes. */
        buf_add(&all, names[i], strlen(names[i]) + 1);
        buf_add(&all, value, strlen(value) + 1);
    }
    cipher_digest_hex(&(const struct cipher_part){ buf_text(&all), all.len }, 1, hex);
    buf_release(&all);
}
