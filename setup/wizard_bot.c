/* Steps 2 and 3: the app has a bot, and may do what the bot does. Much of it takes effect with a
 * published version only, which comes in step 6: what waits for that is no failure here. */
#include <stdlib.h>

#include "api.h"
#include "app_state.h"
#include "context.h"
#include "memory.h"
#include "scopes.h"
#include "wizard.h"

/* What is known of the app's versions; nothing where it may not read them. */
static struct app_state read_versions(struct wizard *wizard)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct app_state state;
    if (!app_state_read(&wizard->scene.link, &state, &answer))
        state = (struct app_state){ .status = APP_STATE_NOT_YET };
    api_answer_release(&answer);
    return state;
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

/* Examines the bot; wizard->bot_pending tells whether that is to be done again. True if there is
 * something to be clicked for that: no version waits for its approval. */
static bool look(struct wizard *wizard)
{
    struct finding finding = { 0 };
    struct app_state state = { .status = APP_STATE_NOT_YET };
    report_step(&wizard->report, "bot", _("bot"));
    probe_bot(&wizard->scene, &finding);
    if (finding.status == FINDING_FAIL)
        state = read_versions(wizard);
    wizard->bot_pending = finding.status == FINDING_FAIL && !state.online.there;
    if (wizard->bot_pending)
        explain_pending(wizard, &finding);
    wizard->status = finding.status;
    report_end(&wizard->report, &finding);
    return wizard->bot_pending && !state.waiting.there;
}

enum wizard_result wizard_bot(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    while (result == WIZARD_ON && again) {
        again = false;
        const bool clicks = look(wizard);
        if (wizard->status == FINDING_FAIL)
            result = wizard_after_failure(wizard, &again);
        else if (clicks)
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
