/* Pure. One value of the configuration: judged, and put into its field. */
#ifndef FEISHU_CONFIG_TAKE_H
#define FEISHU_CONFIG_TAKE_H

#include <stdbool.h>

struct cfg_t;
struct config_key;
struct config_list;
struct config_mark;
struct config_section;
struct error;
struct secret;

/* One key that is given. */
struct config_item {
    const struct config_section *section;
    const struct config_key *key;
    const struct config_mark *mark;
    struct cfg_t *tree; /* of the section */
    const char *text;   /* the file's */
    const char *name;   /* the file's */
    bool (*read_file)(const char *path, struct secret *secret, struct error *error);
    struct config_list *files; /* gets the names of those read */
    void *field;               /* where the value goes */
    struct error *error;
};

/* What is said where libconfuse and our scan see different things in one text: nothing of it is
 * taken then. */
extern const char config_disagreement[];

/* Puts the value into its field. ERROR_CONFIG if it will not do. */
bool config_take(const struct config_item *item);

/* Puts into field, which is zero, what holds if the key is not given. */
void config_take_absent(const struct config_key *key, void *field);

/* Frees what the key's field holds, secrets overwritten. */
void config_drop(const struct config_key *key, void *field);

#endif
