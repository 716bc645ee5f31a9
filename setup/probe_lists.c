#include <string.h>

#include "config.h"
#include "context.h"
#include "folder.h"
#include "memory.h"
#include "report.h"
#include "scene.h"

static bool names_nobody(const struct config_rule *rule)
{
    return rule->people.count == 0 && rule->chats.count == 0;
}

static bool has_star(const struct config_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], "*") == 0)
            return true;
    }
    return false;
}

/* Whether everybody of the organisation may run what the rule governs. */
static bool names_everybody(const struct config_rule *rule)
{
    const bool all_people = rule->people.count == 0 || has_star(&rule->people);
    const bool all_chats = rule->chats.count == 0 || has_star(&rule->chats);
    return !names_nobody(rule) && all_people && all_chats;
}

/* The first command of the folder whose rule the predicate is true of, or NULL. */
static const char *find(const struct config *config, char **names, size_t count,
                        bool (*is)(const struct config_rule *rule))
{
    for (size_t i = 0; i < count; i++) {
        if (is(config_rule(config, names[i])))
            return names[i];
    }
    return NULL;
}

void probe_lists(struct scene *scene, struct finding *finding)
{
    size_t count = 0;
    const struct config *config = &scene->link.config;
    char **names = folder_names(config->command_directory, &count);
    const char *nobodys = find(config, names, count, names_nobody);
    const char *everybodys = find(config, names, count, names_everybody);
    if (nobodys != NULL)
        finding_set(finding, FINDING_WARN, memory_format(_("nobody may run %s"), nobodys),
                    memory_copy(_("Name people: commands { people = {'ou_…'} }; \"@bot id\" tells "
                                  "their ids")));
    else if (everybodys != NULL)
        finding_set(finding, FINDING_WARN,
                    memory_format(_("everybody of the organisation may run %s"), everybodys),
                    memory_copy(_("If that is not meant, name people or chats in place of '*'")));
    else
        finding_set(finding, FINDING_PASS,
                    memory_copy(count == 0 ? _("there are no commands to be allowed")
                                           : _("each command names who may run it")),
                    NULL);
    folder_names_free(names, count);
}
