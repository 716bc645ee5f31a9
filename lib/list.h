/* Effect: ends the process when memory runs out. Lists that grow one by one. */
#ifndef FEISHU_LIST_H
#define FEISHU_LIST_H

#include <stddef.h>

/* Makes room for one more item of the size after count of them; the list was NULL at first and grew
 * by nothing else. Returns the list; caller frees. */
void *list_grow(void *list, size_t count, size_t size);

#endif
