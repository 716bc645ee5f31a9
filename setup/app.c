#include "app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "app_state.h"
#include "context.h"
#include "link.h"
#include "memory.h"
#include "number.h"
#include "report.h"
#include "scene.h"
#include "scopes.h"
#include "secret.h"
#include "tree.h"

enum { PART_MAX = 999999 };

static const char by_hand[] =
    N_("The API does not change apps of this kind: set URL, events and callbacks in the console");
static const char approve[] = N_(
    "Until it is approved or withdrawn the settings are frozen: ask an administrator (管理后台 → "
    "工作台 → 应用审核 · Admin Console → Workplace → App Review), then run this again");

/* What application/v7 has against a change. */
static const struct {
    int64_t code;
    const char *meaning;
    const char *fix;
    const char *page;
} rows[] = {
    { 210001, N_("the app was not made in the developer console"), by_hand, "version" },
    { 210035, N_("the app was not made in the developer console"), by_hand, "event" },
    { 210040, N_("a version of the app is under review"), approve, "version" },
    { 210041, N_("the app has no bot yet"),
      N_("Add it (应用能力 → 添加应用能力 → 机器人 · Features → Add Features → Bot), then run this "
         "again"),
      "capability" },
    { 210042, N_("the platform tried the URL, and it did not return the challenge in time"),
      N_("Run feishu-setup verify-url, which tries it the same way and says what is wrong; the "
         "page "
         "of the setting"),
      "event" },
    { 210043, N_("the app was not made in the developer console"), by_hand, "event" },
    { 210302, N_("a version of the app is under review"), approve, "version" },
};

/* A finding for a change that was refused. */
static void explain(const struct link *link, const struct api_answer *answer,
                    struct finding *finding)
{
    size_t at = 0;
    size_t count = sizeof(rows) / sizeof(rows[0]);
    while (at < count && (answer->outcome != API_REFUSED || rows[at].code != answer->code))
        at++;
    if (at == count) {
        link_explain(link, answer, finding);
        return;
    }
    finding_set(finding, FINDING_FAIL,
                memory_format(_("%s (code %lld: %s)"), _(rows[at].meaning), (long long)answer->code,
                              answer->text),
                link_advice(link, _(rows[at].fix), rows[at].page));
}

bool app_may_change(struct scene *scene)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct scopes scopes;
    bool may = scopes_read(&scene->link, &scopes, &answer) && scopes.may_change;
    api_answer_release(&answer);
    return may;
}

/* A way of delivery: webhook to the URL, with what is to be delivered. */
static struct json_object *delivery(const char *type_key, const char *url, const char *list_key,
                                    const char *const *list)
{
    struct json_object *object = tree_new_object();
    struct json_object *array = tree_new_array();
    for (; *list != NULL; list++)
        tree_append_text(array, *list);
    tree_set_text(object, type_key, "webhook");
    tree_set_text(object, "request_url", url);
    tree_set(object, list_key, array);
    return object;
}

/* The settings, with the secrets in them: caller wipes. */
static struct json_object *settings(const struct config_app *app, const char *url)
{
    static const char *const events[] = { "im.message.receive_v1", "im.chat.member.bot.added_v1",
                                          NULL };
    static const char *const callbacks[] = { "card.action.trigger", NULL };
    struct json_object *tree = tree_new_object();
    struct json_object *strategy = tree_new_object();
    if (secret_is_set(&app->encrypt_key))
        tree_set_text(strategy, "encryption_key", app->encrypt_key.data);
    if (secret_is_set(&app->verification_token))
        tree_set_text(strategy, "verification_token", app->verification_token.data);
    tree_set(tree, "event_and_callback_encrypt_strategy", strategy);
    tree_set(tree, "event", delivery("subscription_type", url, "add_events", events));
    tree_set(tree, "callback", delivery("callback_type", url, "add_callbacks", callbacks));
    return tree;
}

/* The path of an API of this app. Caller frees. */
static char *path_of(const struct link *link, const char *what)
{
    return memory_format("/open-apis/application/v7/applications/%s/%s", link->config.app.id, what);
}

void app_configure(struct scene *scene, struct finding *finding)
{
    struct link *link = &scene->link;
    struct api_answer answer = API_ANSWER_INIT;
    if (scene->url == NULL) {
        finding_set(finding, FINDING_FAIL,
                    memory_copy(_("it is not known where Feishu reaches us")),
                    memory_copy(_("Set app.event_url, or give --url")));
        return;
    }
    struct json_object *body = settings(&link->config.app, scene->url);
    char *path = path_of(link, "config");
    link_call(link, "PATCH", path, body, &answer);
    if (answer.outcome == API_ACCEPTED)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("events and callbacks go to %s"), scene->url), NULL);
    else
        explain(link, &answer, finding);
    tree_wipe(body);
    free(path);
    api_answer_release(&answer);
}

/* The next number after "1.2.3", or "" if it is none. */
static void next_number(const char *number, char next[static 32])
{
    uint64_t parts[3] = { 0 };
    char digits[8];
    next[0] = '\0';
    for (int i = 0; i < 3; i++) {
        size_t len = strcspn(number, ".");
        if (len >= sizeof(digits) || number[len] != (i < 2 ? '.' : '\0'))
            return;
        memcpy(digits, number, len);
        digits[len] = '\0';
        if (!number_parse(digits, 0, PART_MAX, &parts[i]))
            return;
        number += len + 1;
    }
    (void)snprintf(next, 32, "%u.%u.%u", (unsigned)parts[0], (unsigned)parts[1],
                   (unsigned)parts[2] + 1);
}

/* What a version is published with; its number only where we know the last one: else the platform
 * counts. Caller frees. */
static struct json_object *version_body(const struct app_state *state)
{
    char number[32];
    struct json_object *body = tree_new_object();
    const struct app_state_version *last = state->waiting.there ? &state->waiting : &state->online;
    next_number(last->number, number);
    if (number[0] != '\0')
        tree_set_text(body, "version", number);
    tree_set_text(body, "mobile_default_ability", "bot");
    tree_set_text(body, "pc_default_ability", "bot");
    tree_set_text(body, "remark", _("The bot receives messages and answers them."));
    tree_set_text(body, "changelog", _("The bot receives messages and answers them."));
    return body;
}

/* What became of the version that was submitted. */
static void judge_published(struct link *link, struct json_object *tree, struct finding *finding)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct app_state state;
    struct json_object *data = tree_object(tree, "data");
    const char *id = tree_text(data, "version_id");
    const char *number = tree_text(data, "version");
    bool read = app_state_read(link, &state, &answer);
    number = number == NULL ? "?" : number;
    if (read && id != NULL && strcmp(state.online.id, id) == 0)
        finding_set(finding, FINDING_PASS, memory_format(_("version %s is online"), number),
                    link_advice(link,
                                _("Now withdraw application:application:patch, which is needed no "
                                  "more"),
                                "auth"));
    else if (read)
        finding_set(
            finding, FINDING_PASS,
            memory_format(_("version %s waits for an administrator's approval"), number),
            link_advice(link,
                        _("Ask an administrator to approve it: 管理后台 → 工作台 → 应用审核 "
                          "· Admin Console → Workplace → App Review. Once it is online, "
                          "withdraw application:application:patch, which is needed no "
                          "more"),
                        "version"));
    else
        finding_set(finding, FINDING_PASS, memory_format(_("version %s is submitted"), number),
                    link_advice(link,
                                _("See whether it waits for an administrator's approval; once it "
                                  "is online, withdraw application:application:patch, which is "
                                  "needed no more"),
                                "version"));
    api_answer_release(&answer);
}

void app_publish(struct scene *scene, struct finding *finding)
{
    struct link *link = &scene->link;
    struct api_answer answer = API_ANSWER_INIT;
    struct app_state state;
    (void)app_state_read(link, &state, &answer); /* without it, the platform counts */
    api_answer_release(&answer);
    struct json_object *body = version_body(&state);
    char *path = path_of(link, "publish");
    link_call(link, "POST", path, body, &answer);
    if (answer.outcome == API_ACCEPTED)
        judge_published(link, answer.tree, finding);
    else
        explain(link, &answer, finding);
    tree_free(body);
    free(path);
    api_answer_release(&answer);
}
