#include "scene.h"

#include <stdlib.h>

#include "api.h"
#include "context.h"
#include "memory.h"
#include "report.h"
#include "scopes.h"

/* Whether all that lack are in the app's settings already. */
static bool all_asked(const struct scopes *scopes)
{
    for (size_t i = 0; i < scopes->count; i++) {
        if (!scopes->lacks[i].asked)
            return false;
    }
    return true;
}

static char *say_fix(const struct link *link, const struct scopes *scopes)
{
    if (all_asked(scopes))
        return link_advice(link,
                           _("They are asked for, but not granted yet: publish a version and have "
                             "an administrator approve it"),
                           "version");
    char *json = scopes_json(scopes);
    char *address = scopes_link(link, scopes);
    char *fix =
        memory_format(_("Paste %s into 权限管理 → 批量导入/导出权限 · Permissions & Scopes → "
                        "Bulk import/export, or grant them one by one; then publish a "
                        "version. %s"),
                      json, address);
    free(address);
    free(json);
    return fix;
}

static void judge(const struct link *link, const struct scopes *scopes, struct finding *finding)
{
    if (scopes->count == 0) {
        finding_set(finding, FINDING_PASS, memory_copy(_("all that the bot needs are granted")),
                    NULL);
        return;
    }
    char *list = scopes_list(scopes);
    finding_set(finding, scopes->required ? FINDING_FAIL : FINDING_WARN,
                memory_format(_("not granted: %s"), list), say_fix(link, scopes));
    free(list);
}

void probe_scopes(struct scene *scene, struct finding *finding)
{
    struct link *link = &scene->link;
    struct api_answer answer = API_ANSWER_INIT;
    struct scopes scopes;
    if (link_is_barred(link, finding))
        return;
    if (scopes_read(link, &scopes, &answer))
        judge(link, &scopes, finding);
    else
        link_explain(link, &answer, finding);
    api_answer_release(&answer);
}
