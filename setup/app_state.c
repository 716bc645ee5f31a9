#include "app_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "context.h"
#include "link.h"
#include "memory.h"
#include "report.h"
#include "tree.h"

enum { CODE_SCOPE = 99991672 };

/* Whether the version has subscribed to the event, by either of its lists. */
static bool has_event(struct json_object *version, const char *event)
{
    struct json_object *infos = tree_array(version, "event_infos");
    struct json_object *names = tree_array(version, "events");
    for (size_t i = 0; i < tree_count(infos); i++) {
        const char *type = tree_text(tree_at(infos, i), "event_type");
        if (type != NULL && strcmp(type, event) == 0)
            return true;
    }
    for (size_t i = 0; i < tree_count(names); i++) {
        const char *name = tree_text_at(names, i);
        if (name != NULL && strcmp(name, event) == 0)
            return true;
    }
    return false;
}

/* Reads the version whose id the application has under key, if it has one. */
static void read_version(struct link *link, struct json_object *application, const char *key,
                         struct app_state_version *version)
{
    struct api_answer answer = API_ANSWER_INIT;
    const char *id = tree_text(application, key);
    version->there = id != NULL && id[0] != '\0';
    if (!version->there)
        return;
    (void)snprintf(version->id, sizeof(version->id), "%s", id);
    (void)snprintf(version->number, sizeof(version->number), "%s", id);
    char *path = memory_format(
        "/open-apis/application/v6/applications/me/app_versions/%s?lang=zh_cn", version->id);
    link_call(link, "GET", path, NULL, &answer);
    struct json_object *data = tree_object(answer.tree, "data");
    struct json_object *object = tree_object(data, "app_version");
    const char *number = tree_text(object, "version");
    version->readable = object != NULL;
    if (number != NULL)
        (void)snprintf(version->number, sizeof(version->number), "%s", number);
    (void)tree_int(object, "status", &version->verdict);
    version->messages = has_event(object, "im.message.receive_v1");
    version->greetings = has_event(object, "im.chat.member.bot.added_v1");
    api_answer_release(&answer);
    free(path);
}

bool app_state_read(struct link *link, struct app_state *state, struct api_answer *answer)
{
    memset(state, 0, sizeof(*state));
    state->status = APP_STATE_ENABLED;
    link_call(link, "GET", "/open-apis/application/v6/applications/me?lang=zh_cn", NULL, answer);
    if (answer->outcome != API_ACCEPTED)
        return false;
    struct json_object *application = tree_object(tree_object(answer->tree, "data"), "app");
    (void)tree_int(application, "status", &state->status);
    read_version(link, application, "online_version_id", &state->online);
    read_version(link, application, "unaudit_version_id", &state->waiting);
    return true;
}

void app_state_explain_scope(const struct link *link, struct finding *finding)
{
    finding_set(finding, FINDING_SKIP, memory_copy(_("the app may not read its own versions")),
                link_advice(link,
                            _("To have this checked, grant application:application:self_manage"),
                            "auth?q=application:application:self_manage"));
}

void app_state_explain(const struct link *link, const struct api_answer *answer,
                       struct finding *finding)
{
    if (answer->outcome == API_REFUSED && answer->code == CODE_SCOPE)
        app_state_explain_scope(link, finding);
    else
        link_explain(link, answer, finding);
}
