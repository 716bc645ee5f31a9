/* Steps 2 and 3: the app has a bot, and may do what the bot does. Much of it takes effect with a
 * published version only, which comes in step 6: what waits for that is no failure here. */
#include <stdlib.h>

#include "api.h"
#include "app_state.h"
#include "context.h"
#include "memory.h"
#include "scopes.h"
#include "wizard.h"

/* Whether a version is known to be online. */
static bool is_online(struct wizard *wizard)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct app_state state;
    const bool online = app_state_read(&wizard->scene.link, &state, &answer) && state.online.there;
    api_answer_release(&answer);
    return online;
}

/* The bot that does not show itself yet. */
static void explain_pending(const struct wizard *wizard, struct finding *finding)
{
    finding_set(finding, FINDING_WARN,
                memory_copy(_("cannot be seen before a version of the app is published")),
                link_advice(&wizard->scene.link,
                            _("Add the bot now: 应用能力 → 添加应用能力 → 机器人 · Features → Add "
                              "Features → Bot. Step 6 looks again"),
                            "capability"));
}

/* Examines the bot; wizard->bot_pending tells whether that is to be done again. */
static void look(struct wizard *wizard)
{
    struct finding finding = { 0 };
    report_step(&wizard->report, "bot", _("bot"));
    probe_bot(&wizard->scene, &finding);
    wizard->bot_pending = finding.status == FINDING_FAIL && !is_online(wizard);
    if (wizard->bot_pending)
        explain_pending(wizard, &finding);
    wizard->status = finding.status;
    report_end(&wizard->report, &finding);
}

enum wizard_result wizard_bot(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    while (result == WIZARD_ON && again) {
        again = false;
        look(wizard);
        if (wizard->status == FINDING_FAIL)
            result = wizard_after_failure(wizard, &again);
        else if (wizard->bot_pending)
            result = wizard_pause(wizard, _("Press Enter when the app has its bot: "));
    }
    return prompt_interrupted(&wizard->prompt) ? WIZARD_INTERRUPTED : result;
}

/* Whether all that lack are in the app's settings, and wait for a version. */
static bool all_asked(const struct scopes *scopes)
{
    for (size_t i = 0; i < scopes->count; i++) {
        if (!scopes->lacks[i].asked)
            return false;
    }
    return scopes->count > 0;
}

/* What the findings do not tell: whether the app may change itself, and whether scopes only wait.
 */
static bool read_scopes(struct wizard *wizard)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct scopes scopes;
    const bool read = scopes_read(&wizard->scene.link, &scopes, &answer);
    wizard->may_change = read && scopes.may_change;
    api_answer_release(&answer);
    return read && all_asked(&scopes);
}

static void look_at_scopes(struct wizard *wizard)
{
    struct finding finding = { 0 };
    report_step(&wizard->report, "scopes", _("permissions"));
    probe_scopes(&wizard->scene, &finding);
    if (read_scopes(wizard) && finding.status == FINDING_FAIL)
        finding.status = FINDING_WARN;
    wizard->status = finding.status;
    report_end(&wizard->report, &finding);
}

/* The right that spares the clicks of step 6. */
static void offer_patch(const struct wizard *wizard)
{
    char *page = link_console(&wizard->scene.link, "auth?q=application:application:patch");
    wizard_say(_("To have step 6 done for you, URL, encryption, events and version, also grant\n"
                 "application:application:patch, and withdraw it afterwards: %s"),
               page);
    free(page);
}

enum wizard_result wizard_scopes(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    while (result == WIZARD_ON && again) {
        again = false;
        look_at_scopes(wizard);
        if (wizard->status != FINDING_FAIL)
            break;
        if (!wizard->may_change && !wizard->prompt.unattended)
            offer_patch(wizard);
        result = wizard_after_failure(wizard, &again);
    }
    return prompt_interrupted(&wizard->prompt) ? WIZARD_INTERRUPTED : result;
}
