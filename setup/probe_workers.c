#include "scene.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "context.h"
#include "listener.h"
#include "memory.h"
#include "nginx_worker.h"
#include "report.h"

enum { NAME_LEN = 64 };

/* "feishu", or the number where there is no name. */
static void name_of(char name[static NAME_LEN], const char *known, unsigned id)
{
    if (known == NULL)
        (void)snprintf(name, NAME_LEN, "%u", id);
    else
        (void)snprintf(name, NAME_LEN, "%s", known);
}

/* "0660 feishu:www-data". Caller frees. */
static char *rights_of(const struct stat *at)
{
    char user[NAME_LEN];
    char group[NAME_LEN];
    const struct passwd *owner = getpwuid(at->st_uid);
    name_of(user, owner == NULL ? NULL : owner->pw_name, at->st_uid);
    const struct group *owners = getgrgid(at->st_gid);
    name_of(group, owners == NULL ? NULL : owners->gr_name, at->st_gid);
    return memory_format("%04o %s:%s", at->st_mode & 07777, user, group);
}

/* Finds the socket's file. */
static bool find_file(const char *path, const char *unit, struct stat *at, struct finding *finding)
{
    if (stat(path, at) != 0) {
        const bool hidden = errno == EACCES;
        finding_set(finding, hidden ? FINDING_SKIP : FINDING_FAIL,
                    memory_format("%s: %s", path, strerror(errno)),
                    hidden ? memory_copy(_("Run this as root"))
                           : memory_format(_("Run: systemctl enable --now %s. With another "
                                             "fcgiwrap name its socket: --socket FILE"),
                                           unit));
        return false;
    }
    if (S_ISSOCK(at->st_mode))
        return true;
    finding_set(finding, FINDING_FAIL, memory_format(_("%s is no socket"), path),
                memory_format(_("Remove that file, then run: systemctl restart %s"), unit));
    return false;
}

/* Whether somebody answers a connection, for listeners that /proc does not show under their name.
 */
static bool answers(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof(address.sun_path))
        return false;
    memcpy(address.sun_path, path, strlen(path));
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool well = connection >= 0 &&
                (connect(connection, (struct sockaddr *)&address, sizeof(address)) == 0 ||
                 errno == EAGAIN || errno == EACCES);
    if (connection >= 0)
        close(connection);
    return well;
}

/* What is to be said of a socket at which somebody listens. */
static void judge_workers(const char *path, const struct listener *listener, const char *rights,
                          struct finding *finding)
{
    if (listener->workers == 0 && listener->activated)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s (%s) is ready; its workers start with the first request"),
                                  path, rights),
                    NULL);
    else if (listener->workers == 0)
        finding_set(finding, FINDING_PASS,
                    memory_format(listener->all_seen
                                      ? _("somebody listens at %s (%s), in a container or the like")
                                      : _("somebody listens at %s (%s); how many workers, only "
                                          "root sees"),
                                  path, rights),
                    NULL);
    else if (listener->workers == 1)
        finding_set(finding, FINDING_WARN,
                    memory_format(_("a single worker waits at %s (%s): one slow call, and the next "
                                    "event waits"),
                                  path, rights),
                    memory_copy(_("Give fcgiwrap eight: DAEMON_OPTS=-fc8 in /etc/default/fcgiwrap, "
                                  "then systemctl restart fcgiwrap")));
    else
        finding_set(
            finding, FINDING_PASS,
            memory_format(_("%zu workers wait at %s (%s)"), listener->workers, path, rights), NULL);
}

/* The socket that nginx passes to must let nginx in. */
static bool nginx_gets_in(const char *path, const char *unit, const struct stat *at,
                          const char *rights, struct finding *finding)
{
    if (nginx_worker_may_connect(at) != NGINX_WORKER_MAY_NOT)
        return true;
    finding_set(
        finding, FINDING_FAIL,
        memory_format(_("nginx may not connect to %s (%s): requests end with 502"), path, rights),
        memory_format(_("Give the socket nginx's group: SocketGroup= and SocketMode=0660, by "
                        "systemctl edit %s, then restart that unit"),
                      unit));
    return false;
}

/* unit: of the socket, where it is ours. */
static void examine(const char *path, const char *unit, struct finding *finding)
{
    struct stat at;
    struct listener listener;
    if (!find_file(path, unit, &at, finding))
        return;
    char *rights = rights_of(&at);
    listener_find(&at, &listener);
    if (!listener.found && !answers(path))
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("nobody listens at %s (%s)"), path, rights),
                    memory_format(_("Run: systemctl restart %s"), unit));
    else if (nginx_gets_in(path, unit, &at, rights, finding))
        judge_workers(path, &listener, rights, finding);
    free(rights);
}

void probe_workers(struct scene *scene, struct finding *finding)
{
    examine(scene->place.socket, "feishu-cgi.socket", finding);
}

void probe_alert_workers(struct scene *scene, struct finding *finding)
{
    if (scene->link.config.receiver_count == 0)
        finding_set(finding, FINDING_SKIP, memory_copy(_("no receiver of alerts is configured")),
                    NULL);
    else
        examine(place_alert_socket(&scene->place), "feishu-alert.socket", finding);
}
