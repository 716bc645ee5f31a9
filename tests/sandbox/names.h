/* Pure. A few names, each once, in the order they came: scopes, events, callbacks. */
#ifndef SANDBOX_NAMES_H
#define SANDBOX_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

struct names {
    char **list;
    size_t count;
};

bool names_has(const struct names *names, const char *name);
void names_add(struct names *names, const char *name);
void names_remove(struct names *names, const char *name);

/* Adds, or removes, all of others. */
void names_add_all(struct names *names, const struct names *others);
void names_remove_all(struct names *names, const struct names *others);

/* Replaces the names by those of others. */
void names_copy(struct names *names, const struct names *others);

/* Whether the tree is an array of texts; adds them if it is. */
bool names_read(struct names *names, struct json_object *tree);

/* As an array. Caller frees. */
struct json_object *names_print(const struct names *names);

/* Frees the names; it can be used again, empty. */
void names_release(struct names *names);

#endif
