#include "tree.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "text.h"

enum { DEPTH_MAX = 32 };

struct json_object *tree_parse(const char *text, size_t len, struct error *error)
{
    if (len == 0 || len > INT_MAX) {
        error_set(error, ERROR_INVALID, "no JSON");
        return NULL;
    }
    if (!text_is_utf8(text, len)) { /* json-c's own check lets overlong forms and surrogates pass */
        error_set(error, ERROR_INVALID, "no valid JSON: not UTF-8");
        return NULL;
    }
    struct json_tokener *tokener = memory_check(json_tokener_new_ex(DEPTH_MAX));
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    struct json_object *tree = json_tokener_parse_ex(tokener, text, (int)len);
    enum json_tokener_error state = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    /* A number at the very end is complete only when something follows it. */
    if (state == json_tokener_continue) {
        tree = json_tokener_parse_ex(tokener, "", 1);
        state = json_tokener_get_error(tokener);
        end = len;
    }
    json_tokener_free(tokener);
    if (state == json_tokener_success && end == len)
        return tree;
    json_object_put(tree);
    error_set(error, ERROR_INVALID, "no valid JSON: %s",
              state == json_tokener_success ? "more follows" : json_tokener_error_desc(state));
    return NULL;
}

struct json_object *tree_parse_object(const char *text, size_t len, struct error *error)
{
    struct json_object *tree = tree_parse(text, len, error);
    if (tree_is_object(tree))
        return tree;
    json_object_put(tree);
    error_set(error, ERROR_INVALID, "no JSON object");
    return NULL;
}

void tree_free(struct json_object *tree)
{
    json_object_put(tree);
}

/* The field if it has the type, else NULL. */
static struct json_object *field(struct json_object *object, const char *key, enum json_type type)
{
    struct json_object *value = NULL;
    if (!tree_is_object(object) || !json_object_object_get_ex(object, key, &value))
        return NULL;
    return json_object_is_type(value, type) ? value : NULL;
}

/* The text of a string without NUL, else NULL. */
static const char *whole_text(struct json_object *value)
{
    if (value == NULL || !json_object_is_type(value, json_type_string))
        return NULL;
    const char *text = json_object_get_string(value);
    return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

const char *tree_text(struct json_object *object, const char *key)
{
    return whole_text(field(object, key, json_type_string));
}

struct json_object *tree_object(struct json_object *object, const char *key)
{
    return field(object, key, json_type_object);
}

struct json_object *tree_array(struct json_object *object, const char *key)
{
    return field(object, key, json_type_array);
}

/* json-c would give the greatest number for any that is greater. */
static bool whole_number(struct json_object *number, int64_t *value)
{
    if (number == NULL || !json_object_is_type(number, json_type_int) ||
        json_object_get_uint64(number) > INT64_MAX)
        return false;
    *value = json_object_get_int64(number);
    return true;
}

bool tree_int(struct json_object *object, const char *key, int64_t *value)
{
    return whole_number(field(object, key, json_type_int), value);
}

bool tree_bool(struct json_object *object, const char *key, bool *value)
{
    struct json_object *boolean = field(object, key, json_type_boolean);
    if (boolean == NULL)
        return false;
    *value = json_object_get_boolean(boolean);
    return true;
}

bool tree_has(struct json_object *object, const char *key)
{
    return tree_is_object(object) && json_object_object_get_ex(object, key, NULL);
}

struct json_object *tree_field(struct json_object *object, const char *key)
{
    struct json_object *field = NULL;
    if (tree_is_object(object))
        (void)json_object_object_get_ex(object, key, &field);
    return field;
}

static bool is_among(const char *name, const char *names)
{
    size_t len = strlen(name);
    for (const char *at = strstr(names, name); len > 0 && at != NULL; at = strstr(at + 1, name)) {
        if ((at == names || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    }
    return false;
}

const char *tree_odd_key(struct json_object *object, const char *known)
{
    if (!tree_is_object(object))
        return NULL;
    json_object_object_foreach(object, key, value)
    {
        (void)value;
        if (!is_among(key, known))
            return key;
    }
    return NULL;
}

size_t tree_count(struct json_object *array)
{
    return tree_is_array(array) ? json_object_array_length(array) : 0;
}

struct json_object *tree_at(struct json_object *array, size_t index)
{
    return index < tree_count(array) ? json_object_array_get_idx(array, index) : NULL;
}

const char *tree_text_at(struct json_object *array, size_t index)
{
    return whole_text(tree_at(array, index));
}

bool tree_int_at(struct json_object *array, size_t index, int64_t *value)
{
    return whole_number(tree_at(array, index), value);
}

void tree_each(struct json_object *object,
               bool (*each)(void *context, const char *key, struct json_object *value),
               void *context)
{
    if (!tree_is_object(object))
        return;
    json_object_object_foreach(object, key, value)
    {
        if (!each(context, key, value))
            return;
    }
}

const char *tree_value(struct json_object *value)
{
    const bool is_plain = json_object_is_type(value, json_type_int) ||
                          json_object_is_type(value, json_type_double) ||
                          json_object_is_type(value, json_type_boolean);
    return is_plain ? json_object_get_string(value) : whole_text(value);
}

bool tree_is_object(struct json_object *tree)
{
    return tree != NULL && json_object_is_type(tree, json_type_object);
}

bool tree_is_array(struct json_object *tree)
{
    return tree != NULL && json_object_is_type(tree, json_type_array);
}

struct json_object *tree_new_object(void)
{
    return memory_check(json_object_new_object());
}

struct json_object *tree_new_array(void)
{
    return memory_check(json_object_new_array());
}

void tree_set(struct json_object *object, const char *key, struct json_object *value)
{
    memory_check(json_object_object_add(object, key, value) == 0 ? object : NULL);
}

void tree_set_text(struct json_object *object, const char *key, const char *value)
{
    tree_set(object, key, memory_check(json_object_new_string(value)));
}

void tree_set_int(struct json_object *object, const char *key, int64_t value)
{
    tree_set(object, key, memory_check(json_object_new_int64(value)));
}

void tree_set_bool(struct json_object *object, const char *key, bool value)
{
    tree_set(object, key, memory_check(json_object_new_boolean(value)));
}

void tree_append(struct json_object *array, struct json_object *value)
{
    memory_check(json_object_array_add(array, value) == 0 ? array : NULL);
}

void tree_append_int(struct json_object *array, int64_t value)
{
    tree_append(array, memory_check(json_object_new_int64(value)));
}

void tree_append_text(struct json_object *array, const char *value)
{
    tree_append(array, memory_check(json_object_new_string(value)));
}

struct json_object *tree_share(struct json_object *tree)
{
    return json_object_get(tree);
}

void tree_rewrite_texts(struct json_object *tree, char *(*rewrite)(const char *text))
{
    if (tree_is_object(tree)) {
        json_object_object_foreach(tree, key, value)
        {
            (void)key;
            tree_rewrite_texts(value, rewrite);
        }
        return;
    }
    for (size_t i = 0; i < tree_count(tree); i++)
        tree_rewrite_texts(tree_at(tree, i), rewrite);
    if (tree == NULL || !json_object_is_type(tree, json_type_string))
        return;
    char *text = rewrite(json_object_get_string(tree));
    if (text != NULL)
        memory_check(json_object_set_string(tree, text) == 1 ? text : NULL);
    free(text);
}

void tree_print(struct json_object *tree, struct buf *out)
{
    size_t len = 0;
    const char *text = memory_check((void *)(uintptr_t)json_object_to_json_string_length(
        tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len));
    buf_add(out, text, len);
}

/* A text of the same length, so that json-c writes it over the old one. */
static char *blank(const char *text)
{
    char *same_length = memory_copy(text);
    memset(same_length, '*', strlen(text));
    return same_length;
}

void tree_wipe(struct json_object *tree)
{
    if (tree == NULL)
        return;
    tree_rewrite_texts(tree, blank);
    /* Printed once more, what json-c keeps of the last time is overwritten too. */
    (void)json_object_to_json_string_ext(tree,
                                         JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    tree_free(tree);
}
