#include "scene.h"

#include <inttypes.h>
#include <string.h>

#include "api.h"
#include "context.h"
#include "memory.h"
#include "report.h"
#include "tree.h"

enum { CODE_NOT_INSTALLED = 99991673, ENABLED = 2 };

/* What an administrator does about an app that is switched off. */
static const char enable[] =
    N_("Ask an administrator to enable the app: 管理后台 → 工作台 → 应用管理 · Admin Console → "
       "Workplace → App Management");
static const char renew[] = N_("Ask an administrator to renew it, or what the organisation pays "
                               "for: 管理后台 · Admin Console");

/* Each activate_status but ENABLED. */
static const struct {
    int64_t status;
    const char *meaning;
    const char *fix;
} inactive[] = {
    { 0, N_("the bot is there, but not installed in the organisation yet (status 0)"),
      N_("Publish a version (应用发布 → 版本管理与发布 · Version Management & Release) and have an "
         "administrator approve it") },
    { 1, N_("the organisation has disabled the bot (status 1)"), enable },
    { 3, N_("the bot is installed and waits to be enabled (status 3)"), enable },
    { 4, N_("a new version of the bot waits to be enabled (status 4)"), enable },
    { 5, N_("the bot is disabled, since its licence has run out (status 5)"), renew },
    { 6,
      N_("the bot is disabled, since the organisation's plan has ended or was reduced (status "
         "6)"),
      renew },
};

/* Takes who the bot is. */
static void take_bot(struct bot_info *bot, struct json_object *object)
{
    report_copy_line(bot->name, sizeof(bot->name), tree_text(object, "app_name"));
    report_copy_line(bot->open_id, sizeof(bot->open_id), tree_text(object, "open_id"));
}

/* In groups the bot knows itself by the configured id, if there is one. */
static void judge_id(const struct scene *scene, struct finding *finding)
{
    const char *configured = scene->link.config.bot_open_id;
    const struct bot_info *bot = &scene->bot;
    if (configured[0] == '\0' || bot->open_id[0] == '\0' || strcmp(configured, bot->open_id) == 0) {
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s (%s) is enabled"), bot->name, bot->open_id), NULL);
        return;
    }
    finding_set(finding, FINDING_FAIL,
                memory_format(_("the configuration says that the bot is %s, but it is %s: groups "
                                "stay silent"),
                              configured, bot->open_id),
                memory_copy(_("Correct bot.open_id, or remove it: the bot then asks for it")));
}

static void judge(const struct scene *scene, int64_t status, struct finding *finding)
{
    size_t at = 0;
    size_t count = sizeof(inactive) / sizeof(inactive[0]);
    while (at < count && inactive[at].status != status)
        at++;
    if (status == ENABLED) {
        judge_id(scene, finding);
        return;
    }
    if (at == count) {
        finding_set(finding, FINDING_WARN,
                    memory_format(_("the bot has an unknown status, %" PRId64), status), NULL);
        return;
    }
    finding_set(finding, FINDING_FAIL, memory_copy(_(inactive[at].meaning)),
                link_advice(&scene->link, _(inactive[at].fix), "version"));
}

void probe_bot(struct scene *scene, struct finding *finding)
{
    struct link *link = &scene->link;
    struct api_answer answer = API_ANSWER_INIT;
    int64_t status = -1;
    link->not_installed = false;
    if (link_is_barred(link, finding))
        return;
    link_call(link, "GET", "/open-apis/bot/v3/info", NULL, &answer);
    link->not_installed = answer.outcome == API_REFUSED && answer.code == CODE_NOT_INSTALLED;
    if (answer.outcome == API_ACCEPTED) {
        struct json_object *bot = tree_object(answer.tree, "bot");
        take_bot(&scene->bot, bot);
        (void)tree_int(bot, "activate_status", &status);
        judge(scene, status, finding);
    } else {
        link_explain(link, &answer, finding);
    }
    api_answer_release(&answer);
}
