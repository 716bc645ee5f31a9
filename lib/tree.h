/* Pure. Strict JSON in, typed fields out, JSON built and printed; the one layer over json-c.
 *
 * A tree is a `struct json_object`, freed once by its owner with tree_free. What the getters give
 * out is borrowed: it lives as long as the tree. */
#ifndef FEISHU_TREE_H
#define FEISHU_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;
struct json_object;

/* Parses the whole of text, at most 32 levels deep, valid UTF-8, nothing after it. NULL and
 * ERROR_INVALID if it is anything else. Of a key given twice the last value counts. */
struct json_object *tree_parse(const char *text, size_t len, struct error *error)
    __attribute__((warn_unused_result));

/* As tree_parse, and the outermost value is an object. */
struct json_object *tree_parse_object(const char *text, size_t len, struct error *error)
    __attribute__((warn_unused_result));

/* Frees the tree; NULL is fine. */
void tree_free(struct json_object *tree);

/* As tree_free, and overwrites the texts first, also where they were printed: for a tree that holds
 * a secret and is shared with nobody. */
void tree_wipe(struct json_object *tree);

/* Fields of an object. NULL if the object is NULL, the field absent, of another type, or (text)
 * holds a NUL. */
const char *tree_text(struct json_object *object, const char *key);
struct json_object *tree_object(struct json_object *object, const char *key);
struct json_object *tree_array(struct json_object *object, const char *key);

/* False, with *value untouched, if the field is absent or no whole number up to INT64_MAX (no true
 * or false). */
bool tree_int(struct json_object *object, const char *key, int64_t *value);
bool tree_bool(struct json_object *object, const char *key, bool *value);

/* Whether the object has the field, of whatever type. */
bool tree_has(struct json_object *object, const char *key);

/* The field, of whatever type; NULL if it is absent, and if it is null. */
struct json_object *tree_field(struct json_object *object, const char *key);

/* The first field of the object whose name is not among known, names separated by spaces; NULL if
 * all are. */
const char *tree_odd_key(struct json_object *object, const char *known);

/* The elements of an array: how many, and the one at index (NULL if that is none). */
size_t tree_count(struct json_object *array);
struct json_object *tree_at(struct json_object *array, size_t index);
/* The element as text; NULL if it is none. */
const char *tree_text_at(struct json_object *array, size_t index);

/* The element as a whole number; false, with *value untouched, as tree_int. */
bool tree_int_at(struct json_object *array, size_t index, int64_t *value);

/* Calls each for every field of an object, in the object's order, until it returns false. Neither
 * adds nor removes fields. */
void tree_each(struct json_object *object,
               bool (*each)(void *context, const char *key, struct json_object *value),
               void *context);

/* The value itself as text: of a text, a number, true or false. NULL for any other, and for a text
 * that holds a NUL. Borrowed. */
const char *tree_value(struct json_object *value);

/* Whether the tree itself is an object, an array. */
bool tree_is_object(struct json_object *tree);
bool tree_is_array(struct json_object *tree);

/* Builders. New trees belong to the caller; an added tree belongs to its new parent. Text that is
 * not valid UTF-8 must not be passed. */
struct json_object *tree_new_object(void);
struct json_object *tree_new_array(void);
void tree_set_text(struct json_object *object, const char *key, const char *value);
void tree_set_int(struct json_object *object, const char *key, int64_t value);
void tree_set_bool(struct json_object *object, const char *key, bool value);
void tree_set(struct json_object *object, const char *key, struct json_object *value);
void tree_append(struct json_object *array, struct json_object *value);
void tree_append_int(struct json_object *array, int64_t value);
void tree_append_text(struct json_object *array, const char *value);

/* Another owner of the same tree: each frees it once. Returns tree. */
struct json_object *tree_share(struct json_object *tree);

/* Calls rewrite for every text in the tree, keys left alone, and puts the text it returns (which
 * the caller of rewrite frees) in its place; NULL leaves the text as it is. */
void tree_rewrite_texts(struct json_object *tree, char *(*rewrite)(const char *text));

/* Appends the tree as JSON without spaces. */
void tree_print(struct json_object *tree, struct buf *out);

#endif
