#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "report.h"
#include "scene.h"

/* The command that gives the file the rights it should have. Caller frees. */
static char *rights_command(const struct scene *scene)
{
    return memory_format(_("Run: chown root:%s %s && chmod 0640 %s"), scene->place.user,
                         scene->context->config_path, scene->context->config_path);
}

static bool is_in_group(const struct passwd *user, gid_t group)
{
    gid_t groups[256];
    int count = 256;
    if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
        return false;
    for (int i = 0; i < count; i++) {
        if (groups[i] == group)
            return true;
    }
    return false;
}

/* Whether the CGI's user may read the file; true if that user is not known here. */
static bool user_may_read(const struct scene *scene, const struct stat *status)
{
    const struct passwd *user = getpwnam(scene->place.user);
    if (user == NULL || user->pw_uid == 0)
        return true;
    if (status->st_uid == user->pw_uid)
        return (status->st_mode & S_IRUSR) != 0;
    return is_in_group(user, status->st_gid) && (status->st_mode & S_IRGRP) != 0;
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
    if (!user_may_read(scene, &status))
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s: the user %s, whom the CGI runs as, may not read it"), path,
                                  scene->place.user),
                    rights_command(scene));
    else
        judge(scene, finding);
}
