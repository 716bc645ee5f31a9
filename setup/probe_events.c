#include "scene.h"

#include "api.h"
#include "app_state.h"
#include "context.h"
#include "memory.h"
#include "report.h"

/* The version that is online has not subscribed: perhaps another one has. */
static void judge_lack(const struct link *link, const struct app_state *state,
                       struct finding *finding)
{
    const struct app_state_version *waiting = &state->waiting;
    bool other = waiting->there && waiting->messages;
    char *detail = NULL;
    const char *fix = NULL;
    if (!other) {
        detail = memory_format(_("version %s, which is online, has not subscribed to messages "
                                 "(im.message.receive_v1): none arrives"),
                               state->online.number);
        fix = _("Add 接收消息 v2.0 · Receive messages v2.0 with 事件与回调 → 事件配置 → 添加事件 · "
                "Events & Callbacks → Event Configuration → Add Events, then publish a version");
    } else if (waiting->verdict == APP_STATE_REJECTED) {
        detail = memory_format(_("version %s, which subscribes to messages, was rejected; version "
                                 "%s, which is online, does not: none arrives"),
                               waiting->number, state->online.number);
        fix = _("See why, mend it, and publish another version");
    } else {
        detail = memory_format(_("version %s, which subscribes to messages, waits for approval; "
                                 "version %s, which is online, does not: none arrives"),
                               waiting->number, state->online.number);
        fix =
            _("Ask an administrator to approve it: 管理后台 → 工作台 → 应用审核 · Admin Console → "
              "Workplace → App Review");
    }
    finding_set(finding, FINDING_FAIL, detail, link_advice(link, fix, other ? "version" : "event"));
}

static void judge(const struct link *link, const struct app_state *state, struct finding *finding)
{
    if (!state->online.there)
        finding_set(finding, FINDING_SKIP,
                    memory_copy(_("no version is online that could have subscribed")), NULL);
    else if (!state->online.readable)
        app_state_explain_scope(link, finding);
    else if (!state->online.messages)
        judge_lack(link, state, finding);
    else if (!state->online.greetings)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("version %s has subscribed to messages, but not to "
                                    "im.chat.member.bot.added_v1: no greeting when the bot is "
                                    "added to a group"),
                                  state->online.number),
                    NULL);
    else
        finding_set(finding, FINDING_PASS,
                    memory_format(_("version %s has subscribed to messages and to being added to a "
                                    "group"),
                                  state->online.number),
                    NULL);
}

void probe_events(struct scene *scene, struct finding *finding)
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
