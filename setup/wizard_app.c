/* Step 1: which app, and whether its id and secret are right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "config.h"
#include "config_check.h"
#include "config_edit.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "wizard.h"

enum { ANSWER_MAX = 4096, SECRET_MAX = 256 };

/* Hosts that have a name. */
static const struct {
    const char *name;
    const char *url;
} hosts[] = {
    { "feishu", "https://open.feishu.cn" },
    { "lark", "https://open.larksuite.com" },
};

enum { FEISHU, LARK, HOST_COUNT };

static const char *url_of_host(const char *answer)
{
    for (size_t i = 0; i < HOST_COUNT; i++) {
        if (strcmp(hosts[i].name, answer) == 0)
            return hosts[i].url;
    }
    return answer;
}

static const char *name_of_host(const char *url)
{
    for (size_t i = 0; i < HOST_COUNT; i++) {
        if (strcmp(hosts[i].url, url) == 0)
            return hosts[i].name;
    }
    return url;
}

static const char *check_host(const char *answer)
{
    return config_check_base_url(url_of_host(answer)) == NULL
               ? NULL
               : _("answer feishu, lark, or an address as https://open.feishu.example.com");
}

static const char *check_id(const char *answer)
{
    return strncmp(answer, "cli_", strlen("cli_")) == 0 && config_check_app_id(answer) == NULL
               ? NULL
               : _("an App ID begins with cli_");
}

static const char *check_secret(const char *answer)
{
    return strlen(answer) <= SECRET_MAX ? NULL : _("an App Secret has at most 256 characters");
}

static const char *check_proxy(const char *answer)
{
    return strcmp(answer, "none") == 0 || config_check_proxy(answer) == NULL
               ? NULL
               : _("answer http://HOST:PORT, or none");
}

/* The values that the questions begin with. */
static const struct config_app *known(const struct wizard *wizard)
{
    return wizard->scene.configured ? &wizard->scene.link.config.app : NULL;
}

enum { HOST, ID, SECRET, PROXY, COUNT };

static struct question question_of(const struct wizard *wizard, int which)
{
    const struct wizard_options *options = wizard->options;
    const struct config_app *app = known(wizard);
    switch (which) {
    case HOST:
        return (struct question){
            .name = "host",
            .given = options->host,
            .text = _("Where is the app? feishu, lark, or the address of your own installation"),
            .value = app == NULL ? hosts[FEISHU].name : name_of_host(app->base_url),
            .check = check_host,
        };
    case ID:
        return (struct question){
            .name = "app-id",
            .given = options->app_id,
            .text = _("App ID"),
            .value = app == NULL ? NULL : app->id,
            .check = check_id,
        };
    case SECRET:
        return (struct question){
            .name = "app-secret",
            .text = _("App Secret (is not shown)"),
            .value = app == NULL ? NULL : "…",
            .secret = true,
            .file_name = "app-secret-file",
            .given_file = options->app_secret_file,
            .check = check_secret,
        };
    default:
        return (struct question){
            .name = "proxy",
            .given = options->proxy,
            .text = _("Proxy, if this machine reaches the internet through one only: "
                      "http://HOST:PORT, or none"),
            .value = app == NULL || app->proxy[0] == '\0' ? "none" : app->proxy,
            .check = check_proxy,
        };
    }
}

/* Another app has another token and another key. */
static bool change_id(struct wizard *wizard, const char *id, struct error *error)
{
    static const char *const keys[] = { "verification_token", "verification_token_file",
                                        "encrypt_key", "encrypt_key_file" };
    const struct config_app *app = known(wizard);
    bool done = true;
    if (app != NULL && strcmp(app->id, id) == 0)
        return true;
    for (size_t i = 0; app != NULL && i < sizeof(keys) / sizeof(keys[0]) && done; i++)
        done = wizard_text_set(wizard, keys[i], NULL, error);
    return done && wizard_text_set(wizard, "id", id, error);
}

/* In a new configuration the bot speaks English to people who use Lark. */
static bool change_host(struct wizard *wizard, const char *answer, struct error *error)
{
    char *url = memory_copy(url_of_host(answer));
    const size_t len = strlen(url);
    const struct config_app *app = known(wizard);
    if (len > 0 && url[len - 1] == '/')
        url[len - 1] = '\0';
    const bool same = app != NULL && strcmp(app->base_url, url) == 0;
    bool done = same || wizard_text_set(wizard, "base_url", url, error);
    if (done && !wizard->existed)
        done = config_edit(&wizard->text, "bot", "language",
                           strcmp(url, hosts[LARK].url) == 0 ? "en" : "zh", error);
    free(url);
    return done;
}

/* Puts the answer into the text; an empty one leaves what is there. */
static bool change(struct wizard *wizard, int which, const char *answer, struct error *error)
{
    if (answer[0] == '\0')
        return true;
    switch (which) {
    case HOST:
        return change_host(wizard, answer, error);
    case ID:
        return change_id(wizard, answer, error);
    case SECRET:
        return wizard_text_set(wizard, "secret_file", NULL, error) &&
               wizard_text_set(wizard, "secret", answer, error);
    default:
        return wizard_text_set(wizard, "proxy", strcmp(answer, "none") == 0 ? NULL : answer, error);
    }
}

/* The text cannot be used after all: what the questions let pass. */
static enum wizard_result refuse(const struct wizard *wizard, const struct error *error)
{
    (void)fprintf(stderr, "%s: %s\n", wizard->context->program, error->text);
    return WIZARD_STOP;
}

/* Takes one value, from whoever gives it; *given tells whether it was there beforehand. */
static enum wizard_result take(struct wizard *wizard, int which, bool ask, bool *given)
{
    struct error error = ERROR_INIT;
    struct buf answer = BUF_INIT(ANSWER_MAX);
    bool there = false;
    const struct question question = question_of(wizard, which);
    enum wizard_result result = wizard_given(wizard, &question, &answer, &there);
    *given = *given || there;
    if (result == WIZARD_ON && !there && ask)
        result = wizard_ask(wizard, &question, &answer);
    if (result == WIZARD_ON && which == HOST && !wizard->scene.configured && ask &&
        !wizard->prompt.unattended)
        wizard_clicks_app(url_of_host(buf_text(&answer)));
    if (result == WIZARD_ON && !change(wizard, which, buf_text(&answer), &error))
        result = refuse(wizard, &error);
    buf_wipe(&answer);
    return result;
}

/* Takes host, id and secret (and the proxy, which is asked for only where nothing is reached). */
static enum wizard_result take_all(struct wizard *wizard, bool ask, bool proxy, bool *given)
{
    struct error error = ERROR_INIT;
    enum wizard_result result = WIZARD_ON;
    for (int which = 0; which < COUNT && result == WIZARD_ON; which++)
        result = take(wizard, which, ask && (which != PROXY || proxy), given);
    if (result != WIZARD_ON || (!ask && !wizard->scene.configured && !wizard->unsaved))
        return result;
    if (!wizard_text_apply(wizard, &error) && ask)
        return refuse(wizard, &error);
    return WIZARD_ON;
}

/* Why the platform does not take id and secret. */
enum verdict { RIGHT, WRONG, UNREACHED };

static enum verdict judge(struct wizard *wizard)
{
    struct api_answer answer = API_ANSWER_INIT;
    link_try_token(&wizard->scene.link, &answer);
    const enum api_outcome outcome = answer.outcome;
    api_answer_release(&answer);
    if (outcome == API_ACCEPTED)
        return RIGHT;
    return outcome == API_REFUSED ? WRONG : UNREACHED;
}

static const struct wizard_check token_check = { "token", N_("App ID and App Secret"),
                                                 probe_token };
static const struct wizard_check clock_check = { "clock", N_("clock"), probe_clock };

/* After a failure: asks anew, or waits until what is wrong elsewhere is mended. */
static enum wizard_result mend(struct wizard *wizard, bool given)
{
    const enum verdict verdict = judge(wizard);
    bool again = false;
    bool ignored = false;
    if (prompt_interrupted(&wizard->prompt))
        return WIZARD_INTERRUPTED;
    if (wizard->prompt.unattended || (given && verdict == WRONG))
        return WIZARD_STOP;
    if (verdict == RIGHT || given) {
        const enum wizard_result result = wizard_after_failure(wizard, &again);
        return result == WIZARD_ON && !again ? WIZARD_STOP : result;
    }
    wizard->report.counts[FINDING_FAIL]--;
    return take_all(wizard, true, verdict == UNREACHED, &ignored);
}

enum wizard_result wizard_app(struct wizard *wizard)
{
    bool given = false;
    enum wizard_result result = take_all(wizard, false, false, &given);
    if (result == WIZARD_ON && !wizard->scene.configured) {
        result = take_all(wizard, true, false, &given);
    }
    while (result == WIZARD_ON) {
        wizard_look(wizard, &token_check);
        if (wizard->status != FINDING_FAIL)
            break;
        result = mend(wizard, given);
    }
    if (result != WIZARD_ON)
        return result;
    wizard->credible = true;
    wizard_look(wizard, &clock_check);
    return WIZARD_ON;
}
