/* Pure. Labels and annotations: JSON objects of texts. */
#ifndef FEISHU_LABELS_H
#define FEISHU_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "cipher.h"

struct json_object;

enum {
    LABELS_MAX = 256,        /* entries kept of one object */
    LABELS_NAME_MAX = 256,   /* bytes of a name; entries with longer ones are left out */
    LABELS_VALUE_MAX = 8192, /* bytes kept of a value */
    LABELS_BYTES_MAX = 65536 /* of all; further entries are left out */
};

/* A copy of what a source sent: texts, numbers, true and false become clean texts (text_clean), the
 * rest is left out. object may be NULL. Caller frees with tree_free. */
struct json_object *labels_read(struct json_object *object);

/* The value of a label, or "". Borrowed. */
const char *labels_get(struct json_object *labels, const char *name);

/* The names in alphabetical order, at most LABELS_MAX; how many. Borrowed from labels. */
size_t labels_names(struct json_object *labels, const char *names[static LABELS_MAX]);

/* The entries of labels that are not, with the same value, in other. Caller frees. */
struct json_object *labels_without(struct json_object *labels, struct json_object *other);

/* The entries that all of the sets have with the same value; none if there are no sets. Caller
 * frees. */
struct json_object *labels_shared(struct json_object *const *sets, size_t count);

/* A digest of names and values in lower-case hex, the same whatever their order. */
void labels_digest(struct json_object *labels, char hex[static CIPHER_HEX_LEN]);

#endif
