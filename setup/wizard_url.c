/* Step 5: where Feishu reaches the bot; writes the configuration and looks at what serves it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "context.h"
#include "error.h"
#include "knock.h"
#include "memory.h"
#include "nginx_block.h"
#include "wizard.h"

enum { ANSWER_MAX = 512 };

static const struct wizard_check before_nginx[] = {
    { "config", N_("configuration"), probe_config },
    { "program", N_("CGI program"), probe_program },
    { "store", N_("store"), probe_store },
    { "workers", N_("socket and workers"), probe_workers },
};
static const struct wizard_check certificate_check = { "certificate", N_("TLS certificate"),
                                                       probe_certificate };

/* A bare name is completed: it is what most people have at hand. Caller frees. */
static char *complete(const char *answer)
{
    if (strchr(answer, '.') != NULL && nginx_domain_is_valid(answer))
        return memory_format("https://%s/feishu/event", answer);
    return memory_copy(answer);
}

static const char *check_url(const char *answer)
{
    char *url = complete(answer);
    const char *trouble = knock_url_trouble(url);
    free(url);
    return trouble;
}

static enum wizard_result refuse(const struct wizard *wizard, const struct error *error)
{
    (void)fprintf(stderr, "%s: %s\n", wizard->context->program, error->text);
    return WIZARD_STOP;
}

/* Puts the URL into the text: from a flag, as it is, or asked for. */
static enum wizard_result take_url(struct wizard *wizard)
{
    struct error error = ERROR_INIT;
    struct buf answer = BUF_INIT(ANSWER_MAX);
    bool given = false;
    const struct question question = {
        .name = "url",
        .given = wizard->options->url,
        .text = _("The name of this machine on the internet, or the whole URL "
                  "(bot.example.com, https://bot.example.com/feishu/event)"),
        .check = check_url,
    };
    enum wizard_result result = wizard_given(wizard, &question, &answer, &given);
    if (result == WIZARD_ON && !given && wizard->scene.url == NULL) {
        result = wizard_ask(wizard, &question, &answer);
        given = result == WIZARD_ON;
    }
    if (given && result == WIZARD_ON) {
        char *url = complete(buf_text(&answer));
        if (!wizard_text_set(wizard, "event_url", url, &error))
            result = refuse(wizard, &error);
        free(url);
    }
    buf_release(&answer);
    return result;
}

/* From here on the running bot has the new values. */
static enum wizard_result save(struct wizard *wizard)
{
    struct error error = ERROR_INIT;
    struct finding finding = { 0 };
    const bool unsaved = wizard->unsaved;
    if (prompt_interrupted(&wizard->prompt))
        return WIZARD_INTERRUPTED;
    if (!wizard_text_apply(wizard, &error) || !wizard_text_save(wizard, &error)) {
        finding_set(&finding, FINDING_FAIL, memory_copy(error.text), NULL);
        wizard_show(wizard, "write", _("file written"), &finding);
        return WIZARD_STOP;
    }
    if (!unsaved)
        return WIZARD_ON;
    finding_set(&finding, FINDING_PASS,
                wizard->existed
                    ? memory_format(_("%s; what was there before is %s.bak"),
                                    wizard->context->config_path, wizard->context->config_path)
                    : memory_copy(wizard->context->config_path),
                NULL);
    wizard_show(wizard, "write", _("file written"), &finding);
    return WIZARD_ON;
}

enum wizard_result wizard_url(struct wizard *wizard)
{
    enum wizard_result result = take_url(wizard);
    if (result == WIZARD_ON)
        result = save(wizard);
    for (size_t i = 0; i < sizeof(before_nginx) / sizeof(before_nginx[0]) && result == WIZARD_ON;
         i++)
        result = wizard_examine(wizard, &before_nginx[i]);
    if (result == WIZARD_ON)
        result = wizard_nginx(wizard);
    if (result == WIZARD_ON)
        result = wizard_examine(wizard, &certificate_check);
    return result;
}
