#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_receiver.h"
#include "config_rule.h"
#include "config_scan.h"
#include "config_schema.h"
#include "config_take.h"
#include "config_tree.h"
#include "error.h"
#include "memory.h"

struct reading {
    const char *text;
    const char *name;
    const struct config_scan *scan;
    bool (*read_file)(const char *path, struct secret *secret, struct error *error);
    struct config_list *files;
    struct error *error;
};

/* A section that is filled; one that is not given has no place and no tree. */
struct filling {
    const struct config_section *section;
    const struct config_place *place;
    struct cfg_t *tree;
    void *target;
};

static bool fail(const struct reading *reading, size_t line, const struct config_section *section,
                 const char *key, const char *what)
{
    return config_fault(reading->error, reading->name, line,
                        section->name == NULL ? "" : section->name, key, what);
}

static bool take_absent(const struct reading *reading, const struct filling *filling,
                        const struct config_key *key, void *field)
{
    char what[100];
    const struct config_place *place = filling->place;
    const size_t line = place == NULL ? reading->scan->last_line : place->line;
    if (place != NULL && config_tree_count(filling->tree, key->name) > 0)
        return fail(reading, line, filling->section, key->name, config_disagreement);
    if (!filling->section->inherits)
        config_take_absent(key, field);
    if (!key->required)
        return true;
    const bool has_file = key->file_name != NULL;
    (void)snprintf(what, sizeof(what), "is missing%s%s", has_file ? "; give it or " : "",
                   has_file ? key->file_name : "");
    return fail(reading, line, filling->section, key->name, what);
}

static bool take_key(const struct reading *reading, const struct filling *filling, size_t index)
{
    const struct config_key *key = &filling->section->keys[index];
    const struct config_mark *mark = filling->place == NULL ? NULL : &filling->place->marks[index];
    void *field = (char *)filling->target + key->offset;
    if (mark == NULL || mark->line == 0)
        return take_absent(reading, filling, key, field);
    return config_take(&(const struct config_item){
        .section = filling->section,
        .key = key,
        .mark = mark,
        .tree = filling->tree,
        .text = reading->text,
        .name = reading->name,
        .read_file = reading->read_file,
        .files = reading->files,
        .field = field,
        .error = reading->error,
    });
}

static bool take_sections(const struct reading *reading, const struct filling *outer,
                          const struct config_section *section);

static bool take_section(const struct reading *reading, const struct filling *filling)
{
    const struct config_section *section = filling->section;
    for (size_t i = 0; i < section->key_count; i++) {
        if (!take_key(reading, filling, i))
            return false;
    }
    for (size_t i = 0; i < section->section_count; i++) {
        if (!take_sections(reading, filling, &section->sections[i]))
            return false;
    }
    return true;
}

/* Takes the section at place, which is the index'th of its name in the outer one. */
static bool take_given(const struct reading *reading, const struct filling *outer,
                       const struct config_place *place, size_t index)
{
    const struct config_section *section = place->section;
    struct filling filling = { section, place, NULL, outer->target };
    const char *wrong = place->title == NULL ? NULL : section->check_title(place->title);
    if (wrong != NULL)
        return fail(reading, place->line, section, "", wrong);
    filling.tree = config_tree_section(outer->tree, section->name, index);
    if (filling.tree == NULL)
        return fail(reading, place->line, section, "", config_disagreement);
    if (place->title != NULL)
        filling.target = section->add(outer->target, place->title);
    return take_section(reading, &filling);
}

/* Takes all sections of a kind in the outer one. */
static bool take_sections(const struct reading *reading, const struct filling *outer,
                          const struct config_section *section)
{
    const struct config_scan *scan = reading->scan;
    const size_t at = outer->place == NULL ? scan->count : (size_t)(outer->place - scan->places);
    size_t count = 0;
    for (size_t i = 1; i < scan->count; i++) {
        const struct config_place *place = &scan->places[i];
        if (place->section == section && place->outer == at &&
            !take_given(reading, outer, place, count++))
            return false;
    }
    if (outer->tree != NULL && config_tree_count(outer->tree, section->name) != count)
        return fail(reading, scan->last_line, section, "", config_disagreement);
    const struct filling absent = { section, NULL, NULL, outer->target };
    return count > 0 || section->add != NULL || take_section(reading, &absent);
}

/* What follows from other values. */
static void complete(struct config *config)
{
    const size_t len = strlen(config->app.base_url);
    if (len > 0 && config->app.base_url[len - 1] == '/')
        config->app.base_url[len - 1] = '\0';
    if (config->state_directory[0] != '\0')
        return;
    const bool has_folder = strncmp(config->store_url.data, "dir:", 4) == 0;
    free(config->state_directory);
    config->state_directory =
        memory_copy(has_folder ? config->store_url.data + 4 : CONFIG_DEFAULT_STATE);
}

bool config_parse(const char *text, size_t len, const char *name,
                  bool (*read_file)(const char *path, struct secret *secret, struct error *error),
                  struct config *config, struct error *error)
{
    struct config_scan scan;
    const struct reading reading = { text, name, &scan, read_file, &config->files, error };
    struct filling filling = { .section = &config_schema, .target = config };
    bool done = false;
    *config = (struct config){ .rules = NULL };
    if (!config_scan(text, len, name, &scan, error))
        goto out;
    assert(scan.places != NULL);
    filling.place = scan.places;
    filling.tree = config_tree_read(&config_schema, scan.plain);
    done = filling.tree != NULL
               ? take_section(&reading, &filling)
               : fail(&reading, scan.last_line, &config_schema, "", config_disagreement);
    done = done && config_receivers_fit(config, name, error);
    if (done)
        complete(config);
out:
    if (!done)
        config_release(config);
    config_tree_release(filling.tree);
    config_scan_release(&scan);
    return done;
}

bool config_receives(const struct config *config)
{
    return secret_is_set(&config->app.verification_token) ||
           secret_is_set(&config->app.encrypt_key);
}

/* Frees the fields of the section and of those in it that have no title. */
static void drop(const struct config_section *section, struct config *config)
{
    for (size_t i = 0; i < section->key_count; i++)
        config_drop(&section->keys[i], (char *)config + section->keys[i].offset);
    for (size_t i = 0; i < section->section_count; i++) {
        if (section->sections[i].add == NULL)
            drop(&section->sections[i], config);
    }
}

void config_release(struct config *config)
{
    drop(&config_schema, config);
    for (size_t i = 0; i < config->rule_count; i++)
        config_rule_release(&config->rules[i]);
    free(config->rules);
    for (size_t i = 0; i < config->alertmanager_count; i++)
        config_alertmanager_release(&config->alertmanagers[i]);
    free(config->alertmanagers);
    for (size_t i = 0; i < config->receiver_count; i++)
        config_receiver_release(&config->receivers[i]);
    free(config->receivers);
    config_list_release(&config->files);
    *config = (struct config){ .rules = NULL };
}
