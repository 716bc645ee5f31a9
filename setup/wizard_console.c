/* Step 6: the URL, tried as the platform does; then the platform itself, by its console or by its
 * API. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "api.h"
#include "app.h"
#include "clock.h"
#include "context.h"
#include "error.h"
#include "knock.h"
#include "memory.h"
#include "news.h"
#include "wizard.h"

enum { NOTE_MS = 2000 }; /* the bot notes a challenge soon after it has answered it */

/* As verify-url: the platform's challenge, and then the attacks. */
static void knock(struct wizard *wizard)
{
    struct knock knock;
    struct finding finding = { 0 };
    const struct scene *scene = &wizard->scene;
    knock_open(&knock, scene->url, scene->connect_to, &scene->link.config);
    report_step(&wizard->report, "address", _("the URL's address"));
    knock_address(&knock, &finding);
    report_end(&wizard->report, &finding);
    report_step(&wizard->report, "challenge", _("our own challenge to the URL"));
    knock_challenge(&knock, &finding);
    wizard->status = finding.status;
    report_end(&wizard->report, &finding);
    if (wizard->status != FINDING_FAIL)
        knock_attacks(&knock, &wizard->report);
    knock_close(&knock);
}

/* The reload that was forgotten is offered, once; then whatever people want. */
static enum wizard_result after_knock(struct wizard *wizard, bool *again)
{
    if (wizard->leads) {
        wizard->leads = false;
        const enum wizard_result result = wizard_reload(wizard);
        *again = result == WIZARD_ON && wizard->status == FINDING_PASS;
        if (*again)
            wizard->report.counts[FINDING_FAIL]--;
        if (*again || result != WIZARD_ON)
            return result;
    }
    return wizard_after_failure(wizard, again);
}

/* Until the bot answers at its URL. */
static enum wizard_result knock_until_well(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    while (result == WIZARD_ON && again) {
        again = false;
        knock(wizard);
        if (prompt_interrupted(&wizard->prompt))
            return WIZARD_INTERRUPTED;
        if (wizard->status == FINDING_FAIL)
            result = after_knock(wizard, &again);
    }
    return result;
}

/* What has been proven by earlier runs. */
struct proof {
    bool challenge; /* Feishu called the bot with the values that are configured now */
    bool event;     /* … and delivered an event */
};

static struct proof read_proof(struct wizard *wizard)
{
    struct error ignored = ERROR_INIT;
    struct news news;
    struct proof proof = { false, false };
    if (news_read(&wizard->scene, &news, &ignored)) {
        proof.challenge = wizard_challenge_came(wizard, &news);
        proof.event = wizard_event_came(wizard, &news);
    }
    news_release(&news);
    return proof;
}

static void report_came(struct wizard *wizard, const char *detail)
{
    struct finding finding = { 0 };
    finding_set(&finding, FINDING_PASS, memory_copy(detail), NULL);
    wizard_show(wizard, "saved", _("Feishu's challenge"), &finding);
}

/* Waits for the challenge that the console sends when the URL is saved. */
static enum wizard_result wait_for_challenge(struct wizard *wizard)
{
    struct error error = ERROR_INIT;
    struct news news;
    struct finding finding = { 0 };
    report_step(&wizard->report, "saved", _("Feishu's challenge"));
    const enum wizard_wait wait =
        wizard_wait(wizard, wizard_challenge_came, 5 * wizard->patience_ms, &news, &error);
    if (wait == WIZARD_CAME)
        finding_set(&finding, FINDING_PASS,
                    memory_copy(_("it has just arrived, and the console has saved the URL")), NULL);
    else if (wait == WIZARD_BLIND)
        finding_set(&finding, FINDING_WARN, memory_copy(error.text),
                    memory_copy(_("The bot cannot note what arrives: see the store, above")));
    else
        finding_set(&finding, FINDING_FAIL, memory_copy(_("none has arrived")),
                    memory_copy(_("Save the URL again, and see what the console says: without an "
                                  "answer: the address, the firewall or the cloud's security "
                                  "group; no valid JSON: token or key differ from step 4")));
    wizard->status = finding.status;
    if (wait == WIZARD_LATE && prompt_interrupted(&wizard->prompt)) {
        finding_release(&finding);
        (void)printf("\n");
        return WIZARD_INTERRUPTED;
    }
    report_end(&wizard->report, &finding);
    news_release(&news);
    return WIZARD_ON;
}

static enum wizard_result console_url(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    wizard_clicks_url(wizard);
    while (result == WIZARD_ON && again) {
        again = false;
        result = wait_for_challenge(wizard);
        if (result == WIZARD_ON && wizard->status == FINDING_FAIL)
            result = wizard_after_failure(wizard, &again);
    }
    return result;
}

/* The second field has a challenge of its own. */
static enum wizard_result console_callback(struct wizard *wizard)
{
    struct error ignored = ERROR_INIT;
    struct news news;
    struct finding finding = { 0 };
    struct wizard later = *wizard; /* for whom the first challenge proves nothing */
    later.since_ms = clock_wall_ms();
    wizard_clicks_callback(wizard);
    const enum wizard_result result =
        wizard_pause(wizard, _("Press Enter when both are saved, or to leave buttons out: "));
    if (result != WIZARD_ON)
        return result;
    if (wizard_wait(&later, wizard_challenge_came, NOTE_MS, &news, &ignored) == WIZARD_CAME)
        finding_set(&finding, FINDING_PASS, memory_copy(_("Feishu's challenge has arrived")), NULL);
    else
        finding_set(
            &finding, FINDING_WARN, memory_copy(_("no challenge of Feishu's has arrived")),
            memory_copy(_("Buttons on cards will not work until the URL is saved in 回调配置 "
                          "· Callback Configuration, too")));
    news_release(&news);
    wizard_show(wizard, "callback", _("the callback's URL"), &finding);
    return WIZARD_ON;
}

/* Everything by hand, but for what earlier runs have shown to be done. */
static enum wizard_result by_hand(struct wizard *wizard, const struct proof *proof)
{
    enum wizard_result result = WIZARD_ON;
    if (!proof->challenge) {
        result = console_url(wizard);
        if (result == WIZARD_ON)
            result = console_callback(wizard);
    }
    if (result != WIZARD_ON)
        return result;
    wizard_clicks_events(wizard);
    wizard_clicks_version(wizard);
    result = wizard_pause(wizard, _("Press Enter when the version is released: "));
    return result == WIZARD_ON ? wizard_version(wizard) : result;
}

/* What nobody is here to click. */
static enum wizard_result leave_to_people(struct wizard *wizard)
{
    struct finding finding = { 0 };
    char *command = wizard_command(wizard, "wizard");
    finding_set(&finding, FINDING_SKIP, memory_copy(_("the console needs a person")),
                memory_format(_("Run this at a terminal, which says what to click: %s"), command));
    free(command);
    wizard_show(wizard, "saved", _("URL, events and version in the console"), &finding);
    return WIZARD_ON;
}

/* One change by the platform's API, as a step of the report. */
static void change(struct wizard *wizard, const char *name, const char *title,
                   void (*run)(struct scene *scene, struct finding *finding))
{
    struct finding finding = { 0 };
    report_step(&wizard->report, name, title);
    run(&wizard->scene, &finding);
    wizard->status = finding.status;
    report_end(&wizard->report, &finding);
}

/* The settings, again as often as the person wants; wizard->status tells how it went at last. */
static enum wizard_result configure(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    while (result == WIZARD_ON && again) {
        again = false;
        change(wizard, "configure", _("URL, encryption, events and callbacks"), app_configure);
        if (wizard->status == FINDING_FAIL)
            result = wizard_after_failure(wizard, &again);
    }
    return result;
}

/* By the platform's API: settings, then a version. */
static enum wizard_result by_itself(struct wizard *wizard)
{
    const enum wizard_result result = configure(wizard);
    if (result != WIZARD_ON || wizard->status == FINDING_FAIL)
        return result;
    change(wizard, "publish", _("publishing a version"), app_publish);
    return wizard_version(wizard);
}

static enum wizard_result tell_platform(struct wizard *wizard)
{
    const struct proof proof = read_proof(wizard);
    bool itself = wizard->may_change;
    enum wizard_result result = WIZARD_ON;
    const struct wizard_standing standing = wizard_standing(wizard);
    if (proof.event || (proof.challenge && (standing.subscribed || standing.waits))) {
        report_came(wizard, _("it arrived earlier"));
        return wizard_version(wizard);
    }
    if (itself)
        result = wizard_confirm(
            wizard, "change-app", wizard->options->change_app,
            _("The app may change itself. Set its URL, encryption, events and callbacks now, and "
              "publish a version?"),
            true, &itself);
    if (result != WIZARD_ON)
        return result;
    if (itself)
        return by_itself(wizard);
    return wizard->prompt.unattended ? leave_to_people(wizard) : by_hand(wizard, &proof);
}

enum wizard_result wizard_console(struct wizard *wizard)
{
    const enum wizard_result result = knock_until_well(wizard);
    return result == WIZARD_ON ? tell_platform(wizard) : result;
}
