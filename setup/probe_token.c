#include "scene.h"

#include "api.h"
#include "context.h"
#include "memory.h"
#include "report.h"

enum { CODE_ADDRESS = 99991401, CODE_DISABLED = 99991662 };

/* The token is also given to those from whom nothing else is taken: a call shows it. That it fails
 * for other reasons is for the steps behind this one. */
static bool is_refused(struct link *link, struct finding *finding)
{
    struct api_answer answer = API_ANSWER_INIT;
    link_call(link, "GET", "/open-apis/bot/v3/info", NULL, &answer);
    bool refused = answer.outcome == API_REFUSED &&
                   (answer.code == CODE_ADDRESS || answer.code == CODE_DISABLED);
    if (refused)
        link_explain(link, &answer, finding);
    api_answer_release(&answer);
    return refused;
}

void probe_token(struct scene *scene, struct finding *finding)
{
    struct link *link = &scene->link;
    struct api_answer answer = API_ANSWER_INIT;
    link_try_token(link, &answer);
    link->refused = answer.outcome != API_ACCEPTED;
    if (link->refused)
        link_explain(link, &answer, finding);
    else
        link->refused = is_refused(link, finding);
    if (!link->refused)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s takes App ID %s and its secret"), link->config.app.base_url,
                                  link->config.app.id),
                    NULL);
    api_answer_release(&answer);
}
