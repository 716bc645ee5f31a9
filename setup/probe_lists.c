#include <string.h>

#include "buf.h"
#include "config.h"
#include "context.h"
#include "error.h"
#include "folder.h"
#include "memory.h"
#include "owner.h"
#include "report.h"
#include "scene.h"

enum { LIST_MAX = 16384 }; /* bytes: 200 names of 64 and what is between them */

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

/* The commands whose rule the predicate is true of, with ", " between them. Caller releases. */
static struct buf select_names(const struct config *config, char **names, size_t count,
                               bool (*is)(const struct config_rule *rule))
{
    struct buf list = BUF_INIT(LIST_MAX);
    for (size_t i = 0; i < count; i++) {
        if (is(config_rule(config, names[i])))
            buf_add_format(&list, "%s%s", list.len > 0 ? ", " : "", names[i]);
    }
    return list;
}

static void judge(const struct config *config, char **names, size_t count, struct finding *finding)
{
    struct buf nobodys = select_names(config, names, count, names_nobody);
    struct buf everybodys = select_names(config, names, count, names_everybody);
    if (nobodys.len > 0)
        finding_set(finding, FINDING_WARN,
                    memory_format(_("nobody may run %s"), buf_text(&nobodys)),
                    memory_copy(_("Name people: commands { people = {'ou_…'} }; \"@bot id\" tells "
                                  "their ids")));
    else if (everybodys.len > 0)
        finding_set(
            finding, FINDING_WARN,
            memory_format(_("everybody of the organisation may run %s"), buf_text(&everybodys)),
            memory_copy(_("If that is not meant, name people or chats in place of '*'")));
    else
        finding_set(finding, FINDING_PASS,
                    memory_copy(count == 0 ? _("there are no commands to be allowed")
                                           : _("each command names who may run it")),
                    NULL);
    buf_release(&nobodys);
    buf_release(&everybodys);
}

/* The commands are those that the CGI's user finds: what belongs to him he may run. */
void probe_lists(struct scene *scene, struct finding *finding)
{
    struct owner owner;
    struct error error = ERROR_INIT;
    size_t count = 0;
    uid_t user = 0;
    gid_t group = 0;
    const struct config *config = &scene->link.config;
    if (!place_user(&scene->place, &user, &group))
        user = 0;
    if (!owner_become_user(&owner, user, group, &error)) {
        finding_set(finding, FINDING_FAIL, memory_copy(error.text), NULL);
        return;
    }
    char **names = folder_names(config->command_directory, &count);
    owner_return(&owner);
    judge(config, names, count, finding);
    folder_names_free(names, count);
}
