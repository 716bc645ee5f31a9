#include "map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

enum { CAPACITY_MIN = 64 };

/* FNV-1a: the keys are our own, or bounded in number by what one client can post. */
static size_t hash(const char *key)
{
    uint64_t sum = UINT64_C(14695981039346656037);
    for (; *key != '\0'; key++)
        sum = (sum ^ (unsigned char)*key) * UINT64_C(1099511628211);
    return (size_t)sum;
}

/* The slot that holds the key, or the free one where it belongs. */
static struct map_slot *find(const struct map *map, const char *key)
{
    size_t mask = map->capacity - 1;
    size_t at = hash(key) & mask;
    while (map->slots[at].key != NULL && strcmp(map->slots[at].key, key) != 0)
        at = (at + 1) & mask;
    return &map->slots[at];
}

static void grow(struct map *map)
{
    struct map larger = { NULL, map->capacity == 0 ? CAPACITY_MIN : 2 * map->capacity, map->count };
    larger.slots = memory_zero(larger.capacity, sizeof(*larger.slots));
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].key != NULL)
            *find(&larger, map->slots[i].key) = map->slots[i];
    }
    free(map->slots);
    *map = larger;
}

void map_put(struct map *map, const char *key, void *value)
{
    if (2 * (map->count + 1) > map->capacity)
        grow(map);
    struct map_slot *slot = find(map, key);
    if (slot->key == NULL)
        map->count++;
    slot->key = key;
    slot->value = value;
}

void *map_get(const struct map *map, const char *key)
{
    return map->capacity == 0 ? NULL : find(map, key)->value;
}

void map_release(struct map *map)
{
    free(map->slots);
    *map = (struct map){ NULL, 0, 0 };
}
