#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "capture.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "report.h"
#include "scene.h"

enum { TIMEOUT_MS = 5000, OUTPUT_MAX = 65536 };

#define SETPRIV "/usr/bin/setpriv"
#define ENV     "/usr/bin/env"
#define STATUS  "Status: "

/* What the host does with GET /healthz: as its user, with the groups that systemd gives him, and
 * nothing else in the environment. */
static bool run_program(const struct scene *scene, uid_t user, gid_t group, struct buf *output,
                        struct buf *errors, struct error *error)
{
    int status = 0;
    const char *given = scene->context->config_path;
    char *path = realpath(given, NULL);
    char *program = realpath(scene->place.cgi, NULL);
    char *config = memory_format("FEISHU_CONFIG=%s", path == NULL ? given : path);
    char *reuid = memory_format("--reuid=%u", (unsigned)user);
    char *regid = memory_format("--regid=%u", (unsigned)group);
    const char *const words[] = {
        SETPRIV,
        reuid,
        regid,
        "--init-groups",
        ENV,
        "-i",
        "REQUEST_METHOD=GET",
        "PATH_INFO=/healthz",
        config,
        program == NULL ? scene->place.cgi : program,
        NULL,
    };
    /* Who is not root runs it as himself. */
    const size_t skip = geteuid() == 0 && user != 0 ? 0 : 4;
    const bool done =
        capture(words[skip], words + skip, TIMEOUT_MS, output, errors, &status, error);
    free(path);
    free(program);
    free(config);
    free(reuid);
    free(regid);
    return done;
}

static void judge_answer(const struct scene *scene, const char *status, struct finding *finding)
{
    const char *cgi = scene->place.cgi;
    if (!scene->configured)
        finding_set(finding, FINDING_SKIP,
                    memory_format(_("%s runs; to answer it needs the configuration"), cgi), NULL);
    else if (strncmp(status, "200", 3) != 0)
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s answers %.*s: it cannot use the configuration"), cgi,
                                  (int)strcspn(status, "\r\n"), status),
                    memory_copy(_("Its reason: journalctl -t feishu -n 1")));
    else if (geteuid() == 0)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s answers, as user %s"), cgi, scene->place.user), NULL);
    else
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s answers; only root can try it as another user"), cgi),
                    NULL);
}

static void judge(const struct scene *scene, const struct buf *output, const struct buf *errors,
                  struct finding *finding)
{
    const char *status = buf_text(output);
    if (strncmp(status, STATUS, strlen(STATUS)) == 0)
        judge_answer(scene, status + strlen(STATUS), finding);
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s does not run: %.*s"), scene->place.cgi,
                                  (int)strcspn(buf_text(errors), "\n"), buf_text(errors)),
                    memory_copy(_("Build and install it again: make && make install")));
}

/* What can be seen without running it. */
static bool can_be_run(const struct scene *scene, bool user_known, struct finding *finding)
{
    struct stat status;
    const char *cgi = scene->place.cgi;
    if (stat(cgi, &status) != 0)
        finding_set(finding, FINDING_FAIL,
                    errno == ENOENT ? memory_format(_("%s is not there"), cgi)
                                    : memory_format("%s: %s", cgi, strerror(errno)),
                    memory_copy(_("Run \"make install\", or name it with --cgi")));
    else if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
        finding_set(finding, FINDING_FAIL, memory_format(_("%s is not executable"), cgi),
                    memory_format(_("Run: chmod 755 %s"), cgi));
    else if (!user_known && geteuid() == 0)
        finding_set(
            finding, FINDING_FAIL,
            memory_format(_("there is no user %s, whom the CGI runs as"), scene->place.user),
            memory_copy(_("Run \"make install\" as root, or name another with --user")));
    return finding->status == FINDING_PASS;
}

void probe_program(struct scene *scene, struct finding *finding)
{
    struct error error = ERROR_INIT;
    struct buf output = BUF_INIT(OUTPUT_MAX);
    struct buf errors = BUF_INIT(OUTPUT_MAX);
    uid_t user = geteuid();
    gid_t group = getegid();
    const bool known = place_user(&scene->place, &user, &group);
    if (!can_be_run(scene, known, finding))
        return;
    if (run_program(scene, user, group, &output, &errors, &error))
        judge(scene, &output, &errors, finding);
    else
        finding_set(finding, FINDING_FAIL, memory_copy(error.text),
                    memory_copy(_("Build and install it again: make && make install")));
    buf_release(&output);
    buf_release(&errors);
}
