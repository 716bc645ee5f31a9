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

/* What the host would do with GET /healthz: as its user and with nothing else in the environment.
 */
static bool run_program(const struct scene *scene, uid_t user, gid_t group, struct buf *output,
                        struct buf *errors, struct error *error)
{
    int status = 0;
    char *path = realpath(scene->context->config_path, NULL);
    char *config = memory_format("FEISHU_CONFIG=%s", path == NULL ? "" : path);
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
        scene->place.cgi,
        NULL,
    };
    /* Who is not root runs it as himself. */
    const size_t skip = geteuid() == 0 && user != 0 ? 0 : 4;
    const bool done =
        capture(words[skip], words + skip, TIMEOUT_MS, output, errors, &status, error);
    free(path);
    free(config);
    free(reuid);
    free(regid);
    return done;
}

static void judge(const struct scene *scene, const struct buf *output, const struct buf *errors,
                  struct finding *finding)
{
    const char *status = strstr(buf_text(output), "Status: ");
    if (status != NULL && strncmp(status, "Status: 200", 11) == 0) {
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s answers, as user %s"), scene->place.cgi,
                                  geteuid() == 0 ? scene->place.user : _("of this shell")),
                    NULL);
        return;
    }
    if (status != NULL)
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s answers %.*s: it cannot use the configuration"),
                                  scene->place.cgi, (int)strcspn(status + 8, "\r\n"), status + 8),
                    memory_copy(_("Its reason: journalctl -t feishu -n 1")));
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s does not run: %.*s"), scene->place.cgi,
                                  (int)strcspn(buf_text(errors), "\n"), buf_text(errors)),
                    memory_copy(_("Build and install it again: make && make install")));
}

void probe_program(struct scene *scene, struct finding *finding)
{
    struct stat status;
    struct error error = ERROR_INIT;
    struct buf output = BUF_INIT(OUTPUT_MAX);
    struct buf errors = BUF_INIT(OUTPUT_MAX);
    uid_t user = geteuid();
    gid_t group = getegid();
    const bool known = place_user(&scene->place, &user, &group);
    if (stat(scene->place.cgi, &status) != 0)
        finding_set(finding, FINDING_FAIL, memory_format(_("%s is not there"), scene->place.cgi),
                    memory_copy(_("Run \"make install\", or name it with --cgi")));
    else if (!known && geteuid() == 0)
        finding_set(
            finding, FINDING_FAIL,
            memory_format(_("there is no user %s, whom the CGI runs as"), scene->place.user),
            memory_copy(_("Run \"make install\" as root, or name another with --user")));
    else if (!run_program(scene, user, group, &output, &errors, &error))
        finding_set(finding, FINDING_FAIL, memory_copy(error.text),
                    memory_copy(_("Build and install it again: make && make install")));
    else
        judge(scene, &output, &errors, finding);
    buf_release(&output);
    buf_release(&errors);
}
