#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "owner.h"
#include "report.h"
#include "scene.h"

/* What to do so that the CGI's user can load it; called while we are that user. Caller frees. */
static char *advise(const struct scene *scene)
{
    const char *path = scene->context->config_path;
    const char *user = scene->place.user;
    const char *slash = strrchr(path, '/');
    char *folder =
        slash == NULL ? memory_copy(".") : memory_copy_bytes(path, (size_t)(slash - path) + 1);
    const bool enters = faccessat(AT_FDCWD, folder, X_OK, AT_EACCESS) == 0;
    const bool reads = enters && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0;
    free(folder);
    if (!enters)
        return memory_format(_("Let %s enter each folder above it; they are: namei -l %s"), user,
                             path);
    if (!reads)
        return memory_format(_("Run: chown root:%s %s && chmod 0640 %s"), user, path, path);
    return memory_format(_("Let %s read the file that is named there: chown root:%s, chmod 0640"),
                         user, user);
}

/* Whether the CGI's user can load it too, with the files of secrets that it names. Who is not root
 * has found out already whether he can. */
static bool user_may_load(const struct scene *scene, struct finding *finding)
{
    struct owner owner;
    struct config config;
    struct error error = ERROR_INIT;
    uid_t user;
    gid_t group;
    if (!place_user(&scene->place, &user, &group))
        return true; /* probe_program says so */
    bool loads = false;
    if (owner_become_user(&owner, user, group, &error)) {
        loads = config_load(scene->context->config_path, &config, &error);
        if (!loads)
            finding_set(finding, FINDING_FAIL,
                        memory_format(_("the user %s, whom the CGI runs as, cannot read it: %s"),
                                      scene->place.user, error.text),
                        advise(scene));
        owner_return(&owner);
    } else {
        finding_set(finding, FINDING_FAIL, memory_copy(error.text), NULL);
    }
    if (loads)
        config_release(&config);
    return loads;
}

static bool has_neither(const struct config *config)
{
    return !config_receives(config);
}

static bool has_no_key(const struct config *config)
{
    return !secret_is_set(&config->app.encrypt_key);
}

static bool has_no_token(const struct config *config)
{
    return !secret_is_set(&config->app.verification_token);
}

static bool has_no_url(const struct config *config)
{
    return config->app.event_url[0] == '\0';
}

/* What the configuration may lack although it can be read; the gravest first. */
static const struct {
    bool (*lacks)(const struct config *config);
    enum finding_status status;
    const char *detail;
    const char *fix;
} lacks[] = {
    { has_neither, FINDING_FAIL,
      N_("neither verification_token nor encrypt_key is set: no event can be received"),
      N_("Copy both from the console: 事件与回调 → 加密策略 · Events & Callbacks → Encryption "
         "Strategy") },
    { has_no_key, FINDING_WARN,
      N_("no encrypt_key: events are not signed, and folder commands and buttons are refused"),
      N_("Set an Encrypt Key in the console (事件与回调 → 加密策略 · Events & Callbacks → "
         "Encryption Strategy) and here") },
    { has_no_token, FINDING_WARN, N_("no verification_token: it is not checked"),
      N_("Copy the Verification Token from the console: 事件与回调 → 加密策略 · Events & "
         "Callbacks → Encryption Strategy") },
    { has_no_url, FINDING_WARN, N_("no event_url: the public URL cannot be examined"),
      N_("Set app.event_url to the request URL of the console, or give --url") },
};

static void judge(const struct scene *scene, struct finding *finding)
{
    for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++) {
        if (!lacks[i].lacks(&scene->link.config) ||
            (lacks[i].lacks == has_no_url && scene->url_given))
            continue;
        finding_set(finding, lacks[i].status, memory_copy(_(lacks[i].detail)),
                    memory_copy(_(lacks[i].fix)));
        return;
    }
    finding_set(
        finding, FINDING_PASS,
        memory_format(_("%s, app %s"), scene->context->config_path, scene->link.config.app.id),
        NULL);
}

void probe_config(struct scene *scene, struct finding *finding)
{
    struct stat status;
    struct config config;
    struct error error = ERROR_INIT;
    const char *path = scene->context->config_path;
    if (stat(path, &status) != 0) {
        const bool absent = errno == ENOENT;
        finding_set(finding, FINDING_FAIL, memory_format("%s: %s", path, strerror(errno)),
                    absent ? memory_format(_("Run \"%s wizard\", which writes it, or name another "
                                             "with --config"),
                                           scene->context->program)
                           : memory_copy(_("Run this as root or as the CGI's user")));
        return;
    }
    if (!config_load(path, &config, &error)) {
        const bool denied = access(path, R_OK) != 0;
        finding_set(finding, FINDING_FAIL, memory_copy(error.text),
                    memory_copy(denied ? _("Run this as root or as the CGI's user")
                                       : _("Correct that line; feishu.conf(5) has every key")));
        return;
    }
    scene_configure(scene, &config);
    if (user_may_load(scene, finding))
        judge(scene, finding);
}
