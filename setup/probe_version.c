#include "scene.h"

#include <stdlib.h>

#include "api.h"
#include "app_state.h"
#include "context.h"
#include "memory.h"
#include "report.h"

/* What to do, with the page where versions are made. */
static char *advise(const struct link *link, const char *fix)
{
    char *page = link_console(link, "version");
    char *advice = memory_format("%s: %s", fix, page);
    free(page);
    return advice;
}

static const char publish[] = N_(
    "应用发布 → 版本管理与发布 → 创建版本 · Version Management & Release → Create a version; then "
    "申请线上发布 · Release");
static const char approve[] = N_(
    "Ask an administrator to approve it: 管理后台 → 工作台 → 应用审核 · Admin Console → Workplace "
    "→ App Review. This can take days; all that is done so far stays");
static const char again[] = N_("See why, mend it, and publish another version");
static const char enable[] =
    N_("Ask an administrator to enable the app: 管理后台 → 工作台 → 应用管理 · Admin Console → "
       "Workplace → App Management");

/* No version is online. */
static void judge_first(const struct link *link, const struct app_state_version *waiting,
                        struct finding *finding)
{
    if (!waiting->there)
        finding_set(finding, FINDING_FAIL, memory_copy(_("no version was ever published")),
                    advise(link, _(publish)));
    else if (waiting->verdict == APP_STATE_REJECTED)
        finding_set(
            finding, FINDING_FAIL,
            memory_format(_("version %s was rejected, and no other is online"), waiting->number),
            advise(link, _(again)));
    else if (waiting->verdict == APP_STATE_NOT_SUBMITTED)
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("version %s was made, but not published"), waiting->number),
                    advise(link, _(publish)));
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("version %s waits for an administrator's approval, and no "
                                    "other is online"),
                                  waiting->number),
                    advise(link, _(approve)));
}

/* A version is online; perhaps there is a younger one. */
static void judge_online(const struct link *link, const struct app_state *state,
                         struct finding *finding)
{
    const struct app_state_version *online = &state->online;
    const struct app_state_version *waiting = &state->waiting;
    if (state->status == APP_STATE_NOT_YET)
        finding_set(
            finding, FINDING_FAIL,
            memory_format(_("version %s is published, but the app is not enabled"), online->number),
            advise(link, _(enable)));
    else if (waiting->there && waiting->verdict == APP_STATE_REJECTED)
        finding_set(finding, FINDING_WARN,
                    memory_format(_("version %s was rejected; version %s stays online"),
                                  waiting->number, online->number),
                    advise(link, _(again)));
    else if (waiting->there && waiting->verdict != APP_STATE_NOT_SUBMITTED)
        finding_set(finding, FINDING_WARN,
                    memory_format(_("version %s waits for an administrator's approval; until then "
                                    "version %s stays online"),
                                  waiting->number, online->number),
                    advise(link, _(approve)));
    else
        finding_set(finding, FINDING_PASS, memory_format(_("version %s is online"), online->number),
                    NULL);
}

static void judge(const struct link *link, const struct app_state *state, struct finding *finding)
{
    if (state->status == APP_STATE_DISABLED)
        finding_set(finding, FINDING_FAIL, memory_copy(_("the app is disabled")),
                    advise(link, _(enable)));
    else if (state->online.there)
        judge_online(link, state, finding);
    else
        judge_first(link, &state->waiting, finding);
}

void probe_version(struct scene *scene, struct finding *finding)
{
    struct link *link = &scene->link;
    struct api_answer answer = API_ANSWER_INIT;
    struct app_state state;
    if (link_is_barred(link, finding))
        return;
    if (app_state_read(link, &state, &answer))
        judge(link, &state, finding);
    else
        app_state_explain(link, &answer, finding);
    api_answer_release(&answer);
}
