#include "scene.h"

#include "api.h"
#include "app_state.h"
#include "context.h"
#include "memory.h"
#include "report.h"

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
                    link_advice(link, _(publish), "version"));
    else if (waiting->verdict == APP_STATE_REJECTED)
        finding_set(
            finding, FINDING_FAIL,
            memory_format(_("version %s was rejected, and no other is online"), waiting->number),
            link_advice(link, _(again), "version"));
    else if (waiting->verdict == APP_STATE_NOT_SUBMITTED)
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("version %s was made, but not published"), waiting->number),
                    link_advice(link, _(publish), "version"));
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("version %s waits for an administrator's approval, and no "
                                    "other is online"),
                                  waiting->number),
                    link_advice(link, _(approve), "version"));
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
            link_advice(link, _(enable), "version"));
    else if (waiting->there && waiting->verdict == APP_STATE_REJECTED)
        finding_set(finding, FINDING_WARN,
                    memory_format(_("version %s was rejected; version %s stays online"),
                                  waiting->number, online->number),
                    link_advice(link, _(again), "version"));
    else if (waiting->there && waiting->verdict != APP_STATE_NOT_SUBMITTED)
        finding_set(finding, FINDING_WARN,
                    memory_format(_("version %s waits for an administrator's approval; until then "
                                    "version %s stays online"),
                                  waiting->number, online->number),
                    link_advice(link, _(approve), "version"));
    else
        finding_set(finding, FINDING_PASS, memory_format(_("version %s is online"), online->number),
                    NULL);
}

static void judge(const struct link *link, const struct app_state *state, struct finding *finding)
{
    if (state->status == APP_STATE_DISABLED)
        finding_set(finding, FINDING_FAIL, memory_copy(_("the app is disabled")),
                    link_advice(link, _(enable), "version"));
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
