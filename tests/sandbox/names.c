#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "tree.h"

/* Where the name stands, or the count. */
static size_t find(const struct names *names, const char *name)
{
    size_t at = 0;
    while (at < names->count && strcmp(names->list[at], name) != 0)
        at++;
    return at;
}

bool names_has(const struct names *names, const char *name)
{
    return find(names, name) < names->count;
}

void names_add(struct names *names, const char *name)
{
    if (names_has(names, name))
        return;
    names->list = memory_resize(names->list, (names->count + 1) * sizeof(*names->list));
    names->list[names->count++] = memory_copy(name);
}

void names_remove(struct names *names, const char *name)
{
    size_t at = find(names, name);
    if (at == names->count)
        return;
    free(names->list[at]);
    names->count--;
    memmove(&names->list[at], &names->list[at + 1], (names->count - at) * sizeof(*names->list));
}

void names_add_all(struct names *names, const struct names *others)
{
    for (size_t i = 0; i < others->count; i++)
        names_add(names, others->list[i]);
}

void names_remove_all(struct names *names, const struct names *others)
{
    for (size_t i = 0; i < others->count; i++)
        names_remove(names, others->list[i]);
}

void names_copy(struct names *names, const struct names *others)
{
    if (names == others)
        return;
    names_release(names);
    names_add_all(names, others);
}

bool names_read(struct names *names, struct json_object *tree)
{
    if (!tree_is_array(tree))
        return false;
    for (size_t i = 0; i < tree_count(tree); i++) {
        const char *name = tree_text_at(tree, i);
        if (name == NULL || name[0] == '\0')
            return false;
        names_add(names, name);
    }
    return true;
}

struct json_object *names_print(const struct names *names)
{
    struct json_object *array = tree_new_array();
    for (size_t i = 0; i < names->count; i++)
        tree_append_text(array, names->list[i]);
    return array;
}

void names_release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
    *names = (struct names){ NULL, 0 };
}
