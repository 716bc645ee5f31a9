/* What the wizard says to people and asks of them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "memory.h"
#include "wizard.h"

enum { ANSWER_MAX = 64 };

void wizard_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)printf("\n");
    (void)vprintf(format, arguments);
    (void)printf("\n");
    (void)fflush(stdout);
    va_end(arguments);
}

char *wizard_command(const struct wizard *wizard, const char *command)
{
    const char *path = wizard->context->config_path;
    const char *program = strcmp(command, "wizard") == 0 ? "feishu-setup" : "feishuctl";
    if (strcmp(path, CONFIG_DEFAULT_PATH) == 0)
        return memory_format("%s %s", program, command);
    return memory_format("%s %s --config %s", program, command, path);
}

static enum wizard_result result_of(const struct wizard *wizard, enum prompt_result result)
{
    static const enum wizard_result results[] = {
        [PROMPT_ANSWERED] = WIZARD_ON,
        [PROMPT_ABSENT] = WIZARD_WRONG,
        [PROMPT_WRONG] = WIZARD_WRONG,
        [PROMPT_INTERRUPTED] = WIZARD_INTERRUPTED,
    };
    return prompt_interrupted(&wizard->prompt) ? WIZARD_INTERRUPTED : results[result];
}

enum wizard_result wizard_ask(struct wizard *wizard, const struct question *question,
                              struct buf *answer)
{
    const enum prompt_result result = prompt_ask(&wizard->prompt, question, answer);
    if (result == PROMPT_ABSENT)
        (void)fprintf(stderr, _("%s: --%s is needed, or a line in the file of --answers\n"),
                      wizard->context->program,
                      question->file_name != NULL ? question->file_name : question->name);
    return result_of(wizard, result);
}

enum wizard_result wizard_given(struct wizard *wizard, const struct question *question,
                                struct buf *answer, bool *given)
{
    const bool unattended = wizard->prompt.unattended;
    struct question quiet = *question;
    quiet.value = NULL;
    wizard->prompt.unattended = true;
    const enum prompt_result result = prompt_ask(&wizard->prompt, &quiet, answer);
    wizard->prompt.unattended = unattended;
    *given = result == PROMPT_ANSWERED;
    return result == PROMPT_ABSENT ? WIZARD_ON : result_of(wizard, result);
}

enum wizard_result wizard_confirm(struct wizard *wizard, const char *name, const char *given,
                                  const char *text, bool otherwise, bool *answer)
{
    return result_of(wizard, prompt_confirm(&wizard->prompt, name, given, text, otherwise, answer));
}

enum wizard_result wizard_pause(struct wizard *wizard, const char *text)
{
    return result_of(wizard, prompt_pause(&wizard->prompt, text));
}

void wizard_show(struct wizard *wizard, const char *name, const char *title,
                 struct finding *finding)
{
    wizard->status = finding->status;
    report_step(&wizard->report, name, title);
    report_end(&wizard->report, finding);
}

void wizard_look(struct wizard *wizard, const struct wizard_check *check)
{
    struct finding finding = { 0 };
    report_step(&wizard->report, check->name, _(check->title));
    check->probe(&wizard->scene, &finding);
    wizard->status = finding.status;
    report_end(&wizard->report, &finding);
}

/* What may be answered after a failure, in both languages' letters alike. */
static const char *check_choice(const char *answer)
{
    static const char *const choices[] = { "a", "s", "q" };
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        if (strcmp(choices[i], answer) == 0)
            return NULL;
    }
    return _("answer a, s or q");
}

enum wizard_result wizard_after_failure(struct wizard *wizard, bool *again)
{
    struct buf answer = BUF_INIT(ANSWER_MAX);
    const struct question question = {
        .name = "after-failure",
        .text = _("Enter: look again; s: go on without it; q: stop here"),
        .value = "a",
        .check = check_choice,
    };
    *again = false;
    if (prompt_interrupted(&wizard->prompt))
        return WIZARD_INTERRUPTED;
    if (wizard->prompt.unattended)
        return WIZARD_ON;
    enum wizard_result result = wizard_ask(wizard, &question, &answer);
    if (result == WIZARD_ON && strcmp(buf_text(&answer), "q") == 0)
        result = WIZARD_STOP;
    *again = result == WIZARD_ON && strcmp(buf_text(&answer), "a") == 0;
    if (*again)
        wizard->report.counts[FINDING_FAIL]--; /* what is mended does not count */
    buf_release(&answer);
    return result;
}

enum wizard_result wizard_examine(struct wizard *wizard, const struct wizard_check *check)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    while (result == WIZARD_ON && again) {
        wizard_look(wizard, check);
        again = false;
        if (prompt_interrupted(&wizard->prompt))
            result = WIZARD_INTERRUPTED;
        else if (wizard->status == FINDING_FAIL)
            result = wizard_after_failure(wizard, &again);
    }
    return result;
}
