#include "prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answers.h"
#include "config_text.h"
#include "context.h"
#include "error.h"
#include "private_file.h"
#include "terminal.h"
#include "text.h"

enum { ANSWER_MAX = 4096 };

bool prompt_open(struct prompt *prompt, const struct context *context, const char *answers_path,
                 const char *const *names, bool yes, struct error *error)
{
    *prompt = (struct prompt){ .context = context, .unattended = yes || !terminal_is_there() };
    if (answers_path != NULL) {
        prompt->answers = answers_read(answers_path, names, error);
        if (prompt->answers == NULL)
            return false;
    }
    terminal_catch_interrupts();
    return true;
}

void prompt_close(struct prompt *prompt)
{
    answers_free(prompt->answers);
    prompt->answers = NULL;
    terminal_release_interrupts();
}

bool prompt_interrupted(const struct prompt *prompt)
{
    (void)prompt;
    return terminal_is_interrupted();
}

/* What is pasted from a web page, or stands in a file, may have at its ends: ideographic, no-break
 * and other wide or narrow spaces, marks of direction, of byte order and of no width. */
static const char *const blanks[] = {
    " ",      "\t",     "\r",     "\n",     "\u00a0", "\u2002", "\u2003", "\u2009",
    "\u200b", "\u200e", "\u200f", "\u202f", "\u2060", "\u3000", "\ufeff",
};

/* The length of the blank that text begins with, or, with end, ends with; 0 if there is none. */
static size_t blank_at(const char *text, size_t len, bool end)
{
    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        const size_t size = strlen(blanks[i]);
        if (len >= size && memcmp(end ? text + len - size : text, blanks[i], size) == 0)
            return size;
    }
    return 0;
}

static void trim(struct buf *answer)
{
    struct buf trimmed = BUF_INIT(ANSWER_MAX);
    const char *start = buf_text(answer);
    size_t len = answer->len;
    for (size_t size; (size = blank_at(start, len, false)) > 0; len -= size)
        start += size;
    for (size_t size; (size = blank_at(start, len, true)) > 0;)
        len -= size;
    buf_add(&trimmed, start, len);
    trimmed.failed = answer->failed;
    buf_wipe(answer);
    *answer = trimmed;
}

static const char *fault_of(const struct question *question, const struct buf *answer)
{
    if (answer->failed || !text_is_utf8(buf_text(answer), answer->len))
        return _("this is no text");
    if (answer->len == 0)
        return _("an answer is needed");
    if (!config_text_is_clean(buf_text(answer), answer->len))
        return _("there are control characters in it, perhaps of an arrow key, or several lines");
    return question->check == NULL ? NULL : question->check(buf_text(answer));
}

/* Takes what was given beforehand. The name that it was given by; NULL if nothing was. */
static const char *take_given(const struct prompt *prompt, const struct question *question,
                              struct buf *answer, struct error *error)
{
    const char *text =
        question->given != NULL ? question->given : answers_get(prompt->answers, question->name);
    const char *path = question->given_file;
    if (path == NULL && question->file_name != NULL && text == NULL)
        path = answers_get(prompt->answers, question->file_name);
    if (path == NULL && text == NULL)
        return NULL;
    if (path == NULL)
        buf_add_text(answer, text);
    else if (!private_file_read(path, answer, error))
        buf_wipe(answer);
    trim(answer);
    return path == NULL ? question->name : question->file_name;
}

/* Judges an answer that was given beforehand by that name. */
static enum prompt_result judge_given(const struct prompt *prompt, const struct question *question,
                                      const char *name, struct buf *answer,
                                      const struct error *error)
{
    const char *fault = error->kind != ERROR_NONE ? error->text : fault_of(question, answer);
    if (fault == NULL)
        return PROMPT_ANSWERED;
    (void)fprintf(stderr, "%s: --%s: %s\n", prompt->context->program, name, fault);
    buf_wipe(answer);
    return PROMPT_WRONG;
}

static void print_question(const struct question *question)
{
    if (question->value == NULL)
        (void)printf("%s: ", question->text);
    else
        (void)printf("%s [%s]: ", question->text, question->value);
}

/* Takes what was typed; an empty line means the value in the brackets. Returns what is wrong with
 * it, or NULL. */
static const char *take_typed(const struct question *question, struct buf *answer)
{
    trim(answer);
    if (answer->len > 0 || answer->failed || question->value == NULL)
        return fault_of(question, answer);
    if (!question->secret)
        buf_add_text(answer, question->value);
    return NULL;
}

/* Asks the person, again and again. */
static enum prompt_result ask_person(const struct question *question, struct buf *answer)
{
    for (;;) {
        print_question(question);
        if (!terminal_read_line(answer, question->secret)) {
            (void)printf("%s", question->secret ? "" : "\n");
            buf_wipe(answer);
            return PROMPT_INTERRUPTED;
        }
        const char *fault = take_typed(question, answer);
        if (fault == NULL)
            return PROMPT_ANSWERED;
        (void)printf("  %s\n", fault);
    }
}

enum prompt_result prompt_ask(struct prompt *prompt, const struct question *question,
                              struct buf *answer)
{
    struct error error = ERROR_INIT;
    buf_wipe(answer);
    answer->max = ANSWER_MAX;
    const char *name = take_given(prompt, question, answer, &error);
    if (name != NULL)
        return judge_given(prompt, question, name, answer, &error);
    if (!prompt->unattended)
        return ask_person(question, answer);
    if (question->value == NULL)
        return PROMPT_ABSENT;
    if (!question->secret)
        buf_add_text(answer, question->value);
    return PROMPT_ANSWERED;
}

static const struct {
    const char *word;
    bool yes;
} decisions[] = {
    { "yes", true }, { "y", true },  { "true", true },   { "是", true },
    { "no", false }, { "n", false }, { "false", false }, { "否", false },
};

static bool read_decision(const char *word, bool *yes)
{
    for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++) {
        if (strcasecmp(decisions[i].word, word) == 0) {
            *yes = decisions[i].yes;
            return true;
        }
    }
    return false;
}

static const char *check_decision(const char *answer)
{
    bool yes;
    return read_decision(answer, &yes) ? NULL : _("answer yes or no");
}

enum prompt_result prompt_confirm(struct prompt *prompt, const char *name, const char *given,
                                  const char *text, bool otherwise, bool *answer)
{
    struct buf word = BUF_INIT(ANSWER_MAX);
    const struct question question = {
        .name = name,
        .given = given,
        .text = text,
        .value = otherwise ? "yes" : "no",
        .check = check_decision,
    };
    const enum prompt_result result = prompt_ask(prompt, &question, &word);
    *answer = otherwise;
    if (result == PROMPT_ANSWERED)
        (void)read_decision(buf_text(&word), answer);
    buf_release(&word);
    return result;
}

enum prompt_result prompt_pause(struct prompt *prompt, const char *text)
{
    struct buf line = BUF_INIT(ANSWER_MAX);
    if (prompt->unattended)
        return PROMPT_ANSWERED;
    (void)printf("%s", text);
    const bool done = terminal_read_line(&line, false);
    buf_release(&line);
    return done ? PROMPT_ANSWERED : PROMPT_INTERRUPTED;
}
