/* Step 4: what proves that a request is Feishu's. */
#include <stdio.h>
#include <string.h>

#include "cipher.h"
#include "config.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "wizard.h"

enum { ANSWER_MAX = 256, VALUE_MAX = 32, RANDOM_LEN = 16 };

static const char without_key[] =
    N_("no Encrypt Key: the bot answers ping, help and id, and refuses to run commands, since "
       "nothing but one fixed token proves where an event comes from");

static const char *check_value(const char *answer)
{
    return strlen(answer) <= VALUE_MAX ? NULL : _("it has at most 32 characters");
}

static const struct secret *current(const struct wizard *wizard, bool key)
{
    const struct config_app *app = &wizard->scene.link.config.app;
    return key ? &app->encrypt_key : &app->verification_token;
}

static bool set(struct wizard *wizard, bool key, const char *value, struct error *error)
{
    return wizard_text_set(wizard, key ? "encrypt_key_file" : "verification_token_file", NULL,
                           error) &&
           wizard_text_set(wizard, key ? "encrypt_key" : "verification_token", value, error);
}

/* A new value, where the console does not have one yet. */
static bool make(struct wizard *wizard, bool key, struct error *error)
{
    char value[2 * RANDOM_LEN + 1];
    cipher_random_hex(value, RANDOM_LEN);
    const bool done = set(wizard, key, value, error);
    explicit_bzero(value, sizeof(value));
    return done;
}

/* The new key on the terminal, once: it has to be pasted into the console. Its line is wiped
 * afterwards. */
static enum wizard_result show_key(struct wizard *wizard)
{
    if (!wizard->report.terminal) {
        (void)printf(
            _("Copy the key from app.encrypt_key of the configuration into the console.\n"));
        return WIZARD_ON;
    }
    (void)printf(_("Put this into the console as Encrypt Key, and save it:\n"));
    (void)printf("    %s\n", wizard->scene.link.config.app.encrypt_key.data);
    const enum wizard_result result =
        wizard_pause(wizard, _("Press Enter when it is saved, which wipes it here: "));
    const int up = result == WIZARD_ON ? 2 : 1; /* Enter has begun another line */
    (void)printf("\033[%dA\r\033[K    …\033[%dB\r", up, up);
    (void)fflush(stdout);
    return result;
}

static enum wizard_result refuse(const struct wizard *wizard, const struct error *error)
{
    (void)fprintf(stderr, "%s: %s\n", wizard->context->program, error->text);
    return WIZARD_STOP;
}

/* Makes the key that somebody has to paste. */
static enum wizard_result make_and_show(struct wizard *wizard)
{
    struct error error = ERROR_INIT;
    if (!make(wizard, true, &error) || !wizard_text_apply(wizard, &error))
        return refuse(wizard, &error);
    return show_key(wizard);
}

static struct question question_of(const struct wizard *wizard, bool key)
{
    const struct wizard_options *options = wizard->options;
    if (key)
        return (struct question){
            .name = "encrypt-key",
            .text = _("Encrypt Key (is not shown; none: go without)"),
            .value = _("make one"),
            .secret = true,
            .file_name = "encrypt-key-file",
            .given_file = options->key_file,
            .check = check_value,
        };
    return (struct question){
        .name = "verification-token",
        .text = _("Verification Token (is not shown)"),
        .secret = true,
        .file_name = "verification-token-file",
        .given_file = options->token_file,
        .check = check_value,
    };
}

/* Asks the person for one of the two. */
static enum wizard_result ask(struct wizard *wizard, bool key)
{
    struct error error = ERROR_INIT;
    struct buf answer = BUF_INIT(ANSWER_MAX);
    const struct question question = question_of(wizard, key);
    enum wizard_result result = wizard_ask(wizard, &question, &answer);
    if (result == WIZARD_ON && key && answer.len == 0)
        result = make_and_show(wizard);
    else if (result == WIZARD_ON && strcmp(buf_text(&answer), "none") != 0 &&
             !set(wizard, key, buf_text(&answer), &error))
        result = refuse(wizard, &error);
    buf_wipe(&answer);
    return result;
}

/* Takes one that was given beforehand. */
static enum wizard_result take_given(struct wizard *wizard, bool key)
{
    struct error error = ERROR_INIT;
    struct buf answer = BUF_INIT(ANSWER_MAX);
    bool given = false;
    const struct question question = question_of(wizard, key);
    enum wizard_result result = wizard_given(wizard, &question, &answer, &given);
    if (result == WIZARD_ON && given && !set(wizard, key, buf_text(&answer), &error))
        result = refuse(wizard, &error);
    buf_wipe(&answer);
    return result;
}

/* Fills one that is not there yet: made where the app can be told, else asked for. */
static enum wizard_result fill(struct wizard *wizard, bool key)
{
    struct error error = ERROR_INIT;
    if (secret_is_set(current(wizard, key)))
        return WIZARD_ON;
    if (wizard->may_change)
        return make(wizard, key, &error) ? WIZARD_ON : refuse(wizard, &error);
    if (wizard->prompt.unattended && (key || secret_is_set(current(wizard, true))))
        return WIZARD_ON; /* one of the two is enough to go on with */
    return ask(wizard, key);
}

static void report_keys(struct wizard *wizard, bool made)
{
    struct finding finding = { 0 };
    if (!secret_is_set(current(wizard, true)))
        finding_set(&finding, FINDING_WARN, memory_copy(_(without_key)),
                    memory_copy(_("Set an Encrypt Key in the console (事件与回调 → 加密策略 · "
                                  "Events & Callbacks → Encryption Strategy) and run this again")));
    else if (made && wizard->may_change)
        finding_set(&finding, FINDING_PASS,
                    memory_copy(_("made here; step 6 tells Feishu about them")), NULL);
    else
        finding_set(&finding, FINDING_PASS,
                    memory_copy(_("there; whether Feishu has the same, step 6 shows")), NULL);
    wizard_show(wizard, "keys", _("token and key"), &finding);
}

enum wizard_result wizard_keys(struct wizard *wizard)
{
    struct error error = ERROR_INIT;
    enum wizard_result result = take_given(wizard, false);
    if (result == WIZARD_ON)
        result = take_given(wizard, true);
    if (result == WIZARD_ON && !wizard_text_apply(wizard, &error))
        return refuse(wizard, &error);
    const bool there =
        secret_is_set(current(wizard, false)) && secret_is_set(current(wizard, true));
    if (result == WIZARD_ON && !there && !wizard->may_change && !wizard->prompt.unattended)
        wizard_clicks_keys(wizard);
    for (int key = 0; key <= 1 && result == WIZARD_ON; key++)
        result = fill(wizard, key != 0);
    if (result == WIZARD_ON && !wizard_text_apply(wizard, &error))
        return refuse(wizard, &error);
    if (result == WIZARD_ON)
        report_keys(wizard, !there);
    return result;
}
