#include "list.h"

#include "memory.h"

void *list_grow(void *list, size_t count, size_t size)
{
    /* It is full at each power of two, and then doubled. */
    if ((count & (count - 1)) != 0)
        return list;
    return memory_resize(list, (count == 0 ? 1 : 2 * count) * size);
}
