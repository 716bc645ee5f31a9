#include "visits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "tree.h"

enum { ENTRIES_MAX = 20000 };

static void forget(struct visits *visits, size_t count)
{
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        free(visits->list[i].method);
        free(visits->list[i].path);
    }
    visits->count -= count;
    visits->forgotten += count;
    memmove(visits->list, visits->list + count, visits->count * sizeof(*visits->list));
}

size_t visits_begin(struct visits *visits, const char *method, const char *path, int64_t at_ms)
{
    if (visits->list == NULL)
        visits->list = memory_get(ENTRIES_MAX * sizeof(*visits->list));
    if (visits->count == ENTRIES_MAX)
        forget(visits, ENTRIES_MAX / 2);
    visits->list[visits->count++] =
        (struct visit){ at_ms, memory_copy(method), memory_copy(path), 0, 0 };
    return visits->forgotten + visits->count - 1;
}

void visits_end(struct visits *visits, size_t number, int http, int64_t code)
{
    if (number < visits->forgotten || number - visits->forgotten >= visits->count)
        return;
    struct visit *entry = &visits->list[number - visits->forgotten];
    entry->http = http;
    entry->code = code;
}

static bool matches(const struct visit *entry, const char *prefix)
{
    return prefix == NULL || strncmp(entry->path, prefix, strlen(prefix)) == 0;
}

size_t visits_count(const struct visits *visits, const char *prefix)
{
    size_t count = 0;
    for (size_t i = 0; i < visits->count; i++) {
        if (matches(&visits->list[i], prefix))
            count++;
    }
    return count;
}

struct json_object *visits_print(const struct visits *visits, const char *prefix, size_t max)
{
    struct json_object *array = tree_new_array();
    for (size_t i = visits->count > max ? visits->count - max : 0; i < visits->count; i++) {
        const struct visit *entry = &visits->list[i];
        if (!matches(entry, prefix))
            continue;
        struct json_object *object = tree_new_object();
        tree_set_int(object, "at_ms", entry->at_ms);
        tree_set_text(object, "method", entry->method);
        tree_set_text(object, "path", entry->path);
        tree_set_int(object, "http", entry->http);
        tree_set_int(object, "code", entry->code);
        tree_append(array, object);
    }
    return array;
}

void visits_release(struct visits *visits)
{
    forget(visits, visits->count);
    free(visits->list);
    /* Numbers go on: a request that is still being answered must not find another's entry. */
    *visits = (struct visits){ NULL, 0, visits->forgotten };
}
