/* Pure. From texts to pointers, in constant time. */
#ifndef SANDBOX_MAP_H
#define SANDBOX_MAP_H

#include <stddef.h>

struct map_slot {
    const char *key; /* borrowed, NULL while the slot is free */
    void *value;
};

struct map {
    struct map_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

/* Puts value under key, in the place of what was there. key is borrowed: it has to live as long as
 * it is in the map. */
void map_put(struct map *map, const char *key, void *value);

/* The value under key, or NULL. */
void *map_get(const struct map *map, const char *key);

/* Forgets everything and frees the map's own memory; it can be used again. */
void map_release(struct map *map);

#endif
