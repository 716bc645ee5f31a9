/* The end of step 6: whether what was set takes effect, which only a published version makes it. */
#include <stdlib.h>

#include "api.h"
#include "app_state.h"
#include "context.h"
#include "wizard.h"

static const struct wizard_check bot_check = { "bot", N_("bot"), probe_bot };
static const struct wizard_check events_check = { "events", N_("events"), probe_events };

struct wizard_standing wizard_standing(struct wizard *wizard)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct app_state state;
    struct wizard_standing standing = { false, false, false };
    if (app_state_read(&wizard->scene.link, &state, &answer)) {
        standing.online = state.online.there;
        standing.subscribed = state.online.there && state.online.messages;
        standing.waits = state.waiting.there && state.waiting.verdict == APP_STATE_IN_REVIEW;
    }
    api_answer_release(&answer);
    return standing;
}

static void say_good_place(const struct wizard *wizard)
{
    char *command = wizard_command(wizard, "wizard");
    wizard_say(
        _("An approval can take days: this is a good place to stop. All that is done stays.\n"
          "When it is approved, run this again, and it goes on here: %s"),
        command);
    free(command);
}

/* The version. One that waits for its approval needs a person, and is no failure where nobody is.
 * *waits tells whether all that comes with a version has to wait. */
static void look_at_version(struct wizard *wizard, bool *waits)
{
    struct finding finding = { 0 };
    report_step(&wizard->report, "version", _("version"));
    probe_version(&wizard->scene, &finding);
    const struct wizard_standing standing = wizard_standing(wizard);
    if (finding.status == FINDING_FAIL && standing.waits && wizard->prompt.unattended)
        finding.status = FINDING_SKIP;
    wizard->status = finding.status;
    report_end(&wizard->report, &finding);
    *waits = standing.waits && !standing.online;
    if (standing.waits)
        say_good_place(wizard);
}

/* The version, what it has subscribed to, and what had to wait for it. */
enum wizard_result wizard_version(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    bool waits = false;
    while (result == WIZARD_ON && again) {
        again = false;
        look_at_version(wizard, &waits);
        if (wizard->status == FINDING_FAIL)
            result = wizard_after_failure(wizard, &again);
    }
    if (result == WIZARD_ON && !waits)
        result = wizard_examine(wizard, &events_check);
    if (result == WIZARD_ON && !waits && wizard->bot_pending)
        result = wizard_examine(wizard, &bot_check);
    return result;
}
