#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "command_line.h"
#include "context.h"
#include "error.h"
#include "folder.h"
#include "memory.h"
#include "owner.h"
#include "report.h"
#include "scene.h"

enum { TEXT_MAX = 8192 };

/* What was found in the folder. */
struct tally {
    size_t good;
    size_t bad;
    struct buf names;    /* of the good ones */
    struct error reason; /* why the first bad one may not be run */
};

/* Files that are there to be run: other things in the folder are nobody's concern. */
static bool is_candidate(const char *directory, const char *name)
{
    struct stat status;
    char *path = memory_format("%s/%s", directory, name);
    const bool is_program =
        stat(path, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & S_IXUSR) != 0;
    free(path);
    return is_program && command_line_is_name(name);
}

static void examine(const char *directory, const char *name, struct tally *tally)
{
    struct error error = ERROR_INIT;
    const int file = folder_open(directory, name, &error);
    if (file != FOLDER_NONE) {
        (void)close(file);
        buf_add_format(&tally->names, "%s%s", tally->good > 0 ? ", " : "", name);
        tally->good++;
        return;
    }
    if (tally->bad++ == 0)
        (void)error_set(&tally->reason, ERROR_INTERNAL, "%s: %s", name, error.text);
}

static bool examine_all(const char *directory, struct tally *tally)
{
    struct dirent **entries;
    const int count = scandir(directory, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (is_candidate(directory, entries[i]->d_name))
            examine(directory, entries[i]->d_name, tally);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return count >= 0;
}

static void judge(const char *directory, bool there, const struct tally *tally,
                  struct finding *finding)
{
    if (!there && errno == ENOENT)
        finding_set(
            finding, FINDING_PASS,
            memory_format(_("%s is not there: the bot has its built-in commands only"), directory),
            NULL);
    else if (!there)
        finding_set(finding, FINDING_FAIL, memory_format("%s: %s", directory, strerror(errno)),
                    memory_format(_("Let the CGI's user read it: chmod 755 %s"), directory));
    else if (tally->bad > 0)
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%zu of %zu programs are not run: %s"), tally->bad,
                                  tally->bad + tally->good, tally->reason.text),
                    memory_copy(_("Programs, and all folders above them, belong to root and are "
                                  "writable by nobody else")));
    else
        finding_set(finding, FINDING_PASS,
                    tally->good == 0 ? memory_format(_("%s is empty"), directory)
                                     : memory_format("%s: %s", directory, buf_text(&tally->names)),
                    NULL);
}

void probe_commands(struct scene *scene, struct finding *finding)
{
    struct owner owner;
    struct error error = ERROR_INIT;
    struct tally tally = { .names = BUF_INIT(TEXT_MAX), .reason = ERROR_INIT };
    const char *directory = scene->link.config.command_directory;
    uid_t user = 0;
    gid_t group = 0;
    if (!place_user(&scene->place, &user, &group))
        user = 0;
    if (!owner_become_user(&owner, user, group, &error)) {
        finding_set(finding, FINDING_FAIL, memory_copy(error.text), NULL);
        return;
    }
    const bool there = examine_all(directory, &tally);
    const int why = errno;
    owner_return(&owner);
    errno = why;
    judge(directory, there, &tally, finding);
    buf_release(&tally.names);
}
