/* Effect. The indexes of a dir: store: a part for each kind, a file for each member. The functions
 * are rows of the table in store_dir.c; self is the struct store_folder. */
#ifndef FEISHU_STORE_MEMBERS_H
#define FEISHU_STORE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store.h"

struct error;

enum store_result store_members_add(void *self, const char *kind, const char *member,
                                    int64_t life_ms, int64_t now_ms, struct error *error);
enum store_result store_members_remove(void *self, const char *kind, const char *member,
                                       struct error *error);
enum store_result store_members_list(void *self, const char *kind, size_t limit, int64_t now_ms,
                                     bool (*each)(void *context, const char *member), void *context,
                                     struct error *error);

#endif
