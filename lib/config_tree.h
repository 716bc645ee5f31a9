/* Pure. What libconfuse reads in a text. It keeps its scanner in global variables, so that one text
 * is read at a time, and overwrites nothing that it frees: hand it no secret. */
#ifndef FEISHU_CONFIG_TREE_H
#define FEISHU_CONFIG_TREE_H

#include <stddef.h>

struct config_section;
struct cfg_t;

/* Reads the text as the schema has it; NULL if libconfuse refuses it. Caller releases. */
struct cfg_t *config_tree_read(const struct config_section *schema, const char *text);

/* How many values the key has, or how many sections there are of the name. */
size_t config_tree_count(struct cfg_t *tree, const char *name);

/* One of the key's values. Borrowed. */
const char *config_tree_value(struct cfg_t *tree, const char *name, size_t index);

/* One of the sections of the name, in the order of the text. Borrowed. */
struct cfg_t *config_tree_section(struct cfg_t *tree, const char *name, size_t index);

void config_tree_release(struct cfg_t *tree);

#endif
