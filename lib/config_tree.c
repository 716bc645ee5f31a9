#include "config_tree.h"

#include <stdarg.h>
#include <stdlib.h>

#include <confuse.h>

#include "config_schema.h"
#include "memory.h"

/* A text that was scanned is not refused, and libconfuse's own sentences may quote values. */
static void ignore(cfg_t *cfg, const char *format, va_list arguments)
{
    (void)cfg;
    (void)format;
    (void)arguments;
}

static void free_options(cfg_opt_t *options)
{
    for (cfg_opt_t *option = options; option->name != NULL; option++) {
        if (option->subopts != NULL)
            free_options(option->subopts);
    }
    free(options);
}

static bool is_list(enum config_type type)
{
    return type == CONFIG_LIST || type == CONFIG_SECRETS;
}

/* The section as libconfuse wants it told. All is text to it: types are judged in one place, and
 * its integers may be octal. Sections are there only if they are given. Caller frees. */
static cfg_opt_t *make_options(const struct config_section *section)
{
    size_t count = 0;
    cfg_opt_t *options =
        memory_zero(2 * section->key_count + section->section_count + 1, sizeof(*options));
    for (size_t i = 0; i < section->key_count; i++) {
        const struct config_key *key = &section->keys[i];
        options[count++] = (cfg_opt_t){
            .name = key->name,
            .type = CFGT_STR,
            .flags = CFGF_NODEFAULT | (is_list(key->type) ? CFGF_LIST : CFGF_NONE),
        };
        if (key->file_name != NULL)
            options[count++] =
                (cfg_opt_t){ .name = key->file_name, .type = CFGT_STR, .flags = CFGF_NODEFAULT };
    }
    for (size_t i = 0; i < section->section_count; i++) {
        const struct config_section *inner = &section->sections[i];
        options[count++] = (cfg_opt_t){
            .name = inner->name,
            .type = CFGT_SEC,
            .flags =
                CFGF_MULTI | (inner->add != NULL ? CFGF_TITLE | CFGF_NO_TITLE_DUPES : CFGF_NONE),
            .subopts = make_options(inner),
        };
    }
    return options;
}

struct cfg_t *config_tree_read(const struct config_section *schema, const char *text)
{
    cfg_opt_t *options = make_options(schema);
    cfg_t *tree = memory_check(cfg_init(options, CFGF_NONE));
    free_options(options);
    cfg_set_error_function(tree, ignore);
    if (cfg_parse_buf(tree, text) == CFG_SUCCESS)
        return tree;
    cfg_free(tree);
    return NULL;
}

size_t config_tree_count(struct cfg_t *tree, const char *name)
{
    return cfg_size(tree, name);
}

const char *config_tree_value(struct cfg_t *tree, const char *name, size_t index)
{
    return cfg_getnstr(tree, name, (unsigned)index);
}

struct cfg_t *config_tree_section(struct cfg_t *tree, const char *name, size_t index)
{
    return cfg_getnsec(tree, name, (unsigned)index);
}

void config_tree_release(struct cfg_t *tree)
{
    if (tree != NULL)
        cfg_free(tree);
}
