/* The configuration that the wizard works on: text in memory, written only when it is right. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "config_edit.h"
#include "config_save.h"
#include "context.h"
#include "error.h"
#include "private_file.h"
#include "wizard.h"

/* The sample itself is what a new configuration begins as, with its comments. */
__asm__(".pushsection .rodata\n"
        "wizard_text_sample:\n"
        ".incbin \"docs/feishu.conf.sample\"\n"
        ".byte 0\n"
        ".popsection\n");
extern const char wizard_text_sample[] __attribute__((visibility("hidden")));

enum { TEXT_MAX = 256 * 1024 };

/* Without these, or with others, what Feishu sends is not understood, or does not arrive. */
static const char *const decisive[] = { "id", "verification_token", "encrypt_key", "event_url" };

static bool is_decisive(const char *key)
{
    for (size_t i = 0; i < sizeof(decisive) / sizeof(decisive[0]); i++) {
        if (strcmp(decisive[i], key) == 0)
            return true;
    }
    return false;
}

/* For values that stand in files of their own. */
static bool read_secret(const char *path, struct secret *secret, struct error *error)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    const bool done = private_file_read(path, &text, error);
    if (done) {
        const size_t newline = text.len > 0 && text.data[text.len - 1] == '\n' ? 1 : 0;
        secret_set(secret, buf_text(&text), text.len - newline);
    }
    buf_wipe(&text);
    return done;
}

bool wizard_text_apply(struct wizard *wizard, struct error *error)
{
    struct config config = { .rules = NULL };
    if (!config_parse(buf_text(&wizard->text), wizard->text.len, wizard->context->config_path,
                      read_secret, &config, error))
        return false;
    scene_configure(&wizard->scene, &config);
    return true;
}

/* Removes keys of app, as far as the NULL at the end. */
static bool remove_keys(struct buf *text, const char *const *keys, struct error *error)
{
    bool done = true;
    for (; *keys != NULL && done; keys++)
        done = config_edit(text, "app", *keys, NULL, error);
    return done;
}

/* Whether the text would do if it had an id and a secret, and not those keys. */
static bool would_do(const struct wizard *wizard, const char *const *without, struct error *error)
{
    static const char *const secret_file[] = { "secret_file", NULL };
    struct config config = { .rules = NULL };
    struct buf copy = BUF_INIT(TEXT_MAX);
    buf_add(&copy, buf_text(&wizard->text), wizard->text.len);
    const bool done = remove_keys(&copy, secret_file, error) &&
                      remove_keys(&copy, without, error) &&
                      config_edit(&copy, "app", "id", "cli_0", error) &&
                      config_edit(&copy, "app", "secret", "0", error) &&
                      config_parse(buf_text(&copy), copy.len, wizard->context->config_path,
                                   read_secret, &config, error);
    if (done)
        config_release(&config);
    buf_wipe(&copy);
    return done;
}

/* The sample has id, secret, token and key with nothing in them: they are asked for. */
static bool empty_form(struct wizard *wizard, struct error *error)
{
    static const char *const forms[][3] = {
        { NULL },
        { "verification_token", NULL },
        { "encrypt_key", NULL },
        { "verification_token", "encrypt_key", NULL },
    };
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct error unusable = ERROR_INIT;
        if (would_do(wizard, forms[i], &unusable))
            return remove_keys(&wizard->text, forms[i], error);
        if (i == 0)
            *error = unusable;
    }
    return false;
}

/* A text that lacks its id or secret is no reason to stop. */
static bool judge_loaded(struct wizard *wizard, struct error *error)
{
    struct error unusable = ERROR_INIT;
    struct error other = ERROR_INIT;
    if (wizard_text_apply(wizard, &unusable)) {
        wizard->worked = wizard->existed && config_receives(&wizard->scene.link.config);
        return true;
    }
    if (empty_form(wizard, &other))
        return true;
    *error = other;
    return false;
}

bool wizard_text_load(struct wizard *wizard, struct error *error)
{
    struct stat status;
    const char *path = wizard->context->config_path;
    wizard->text = (struct buf)BUF_INIT(TEXT_MAX);
    wizard->existed = lstat(path, &status) == 0;
    if (!wizard->existed && errno != ENOENT)
        return error_set(error, ERROR_CONFIG, "%s: %s", path, strerror(errno));
    if (!wizard->existed)
        buf_add_text(&wizard->text, wizard_text_sample);
    else if (!private_file_read(path, &wizard->text, error))
        return false;
    wizard->renewed = !wizard->existed;
    return judge_loaded(wizard, error);
}

bool wizard_text_set(struct wizard *wizard, const char *key, const char *value, struct error *error)
{
    struct buf old = BUF_INIT(TEXT_MAX);
    buf_add(&old, buf_text(&wizard->text), wizard->text.len);
    const bool done = config_edit(&wizard->text, "app", key, value, error);
    const bool changed = done && (old.len != wizard->text.len ||
                                  memcmp(buf_text(&old), buf_text(&wizard->text), old.len) != 0);
    wizard->unsaved = wizard->unsaved || changed;
    wizard->renewed = wizard->renewed || (changed && is_decisive(key));
    buf_wipe(&old);
    return done;
}

bool wizard_text_save(struct wizard *wizard, struct error *error)
{
    uid_t user;
    gid_t group = getegid();
    if (!wizard->unsaved)
        return true;
    if (geteuid() == 0 && !place_user(&wizard->scene.place, &user, &group))
        return error_set(error, ERROR_CONFIG,
                         _("there is no user %s, whom the CGI runs as: make install makes it, or "
                           "name another with --user"),
                         wizard->scene.place.user);
    if (!config_save(wizard->context->config_path, buf_text(&wizard->text), wizard->text.len, group,
                     error))
        return false;
    wizard->unsaved = false;
    if (wizard->renewed)
        wizard->since_ms = clock_wall_ms();
    return true;
}

bool wizard_text_keep(struct wizard *wizard)
{
    struct error error = ERROR_INIT;
    return wizard->unsaved && wizard->credible && !wizard->worked &&
           wizard_text_save(wizard, &error);
}
