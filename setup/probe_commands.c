#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

enum { TEXT_MAX = 16384 };

/* What was found in the folder. */
struct tally {
    bool there; /* the folder could be read */
    int why;    /* else the error number */
    size_t good;
    size_t unsafe; /* programs that the bot refuses */
    size_t idle;   /* files that were perhaps meant to be programs */
    struct buf names;
    struct buf reasons;  /* why the others are not run, each with its name */
    struct error folder; /* why nothing in the folder is run */
};

static void add(struct buf *list, const char *between, const char *text)
{
    buf_add_format(list, "%s%s", list->len > 0 ? between : "", text);
}

static void add_reason(struct tally *tally, size_t *count, const char *name, const char *reason)
{
    char *text = memory_format("%s: %s", name, reason);
    add(&tally->reasons, "; ", text);
    free(text);
    (*count)++;
}

/* Whether the command can be run by who we are. */
static bool may_run(const char *directory, const char *name, const char *path, struct error *error)
{
    const int file = folder_open(directory, name, error);
    if (file == FOLDER_NONE)
        return error_set(error, ERROR_INTERNAL, "%s", strerror(ENOENT));
    (void)close(file);
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ||
           error_set(error, ERROR_INTERNAL, "%s: chmod +x %s", strerror(errno), path);
}

/* A file that is neither called like a command nor executable is nobody's concern. */
static void examine_file(const char *directory, const char *name, const char *path, mode_t mode,
                         struct tally *tally)
{
    struct error error = ERROR_INIT;
    const bool executable = (mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    const bool named = command_line_is_name(name);
    if (executable && !named) {
        add_reason(tally, &tally->idle, name, _("no name for a command, only a-z 0-9 _ - are"));
    } else if (named && !executable) {
        add_reason(tally, &tally->idle, name, _("not executable"));
    } else if (named && may_run(directory, name, path, &error)) {
        add(&tally->names, ", ", name);
        tally->good++;
    } else if (named) {
        add_reason(tally, &tally->unsafe, name, error.text);
    }
}

/* Looks at everything, as the CGI's user sees it. */
static void examine_all(const char *directory, struct tally *tally)
{
    static const char nobodys[] = "feishu-setup-looks-at-the-folder-alone";
    struct dirent **entries;
    struct stat status;
    const int file = folder_open(directory, nobodys, &tally->folder);
    const int count = scandir(directory, &entries, NULL, alphasort);
    tally->why = errno;
    tally->there = count >= 0;
    if (file != FOLDER_NONE)
        (void)close(file);
    for (int i = 0; i < count; i++) {
        char *path = memory_format("%s/%s", directory, entries[i]->d_name);
        if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
            examine_file(directory, entries[i]->d_name, path, status.st_mode, tally);
        free(path);
        free(entries[i]);
    }
    if (tally->there)
        free(entries);
}

static void judge_folder(const char *directory, const struct tally *tally, struct finding *finding)
{
    if (!tally->there && tally->why == ENOENT)
        finding_set(
            finding, FINDING_PASS,
            memory_format(_("%s is not there: the bot has its built-in commands only"), directory),
            NULL);
    else if (!tally->there)
        finding_set(finding, FINDING_FAIL, memory_format("%s: %s", directory, strerror(tally->why)),
                    memory_format(_("Let the CGI's user read it: chmod 755 %s"), directory));
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("no program in it is run: %s"), tally->folder.text),
                    memory_copy(_("Programs, and all folders above them, belong to root and are "
                                  "writable by nobody else")));
}

static void judge_files(const char *directory, const struct tally *tally, struct finding *finding)
{
    const size_t bad = tally->unsafe + tally->idle;
    if (bad > 0)
        finding_set(finding, tally->unsafe > 0 ? FINDING_FAIL : FINDING_WARN,
                    memory_format(_("%zu of %zu programs are not run: %s"), bad, bad + tally->good,
                                  buf_text(&tally->reasons)),
                    memory_copy(tally->unsafe > 0
                                    ? _("Programs, and all folders above them, belong to root and "
                                        "are writable by nobody else")
                                    : _("Make it executable (chmod 755) or rename it, or keep what "
                                        "is no command elsewhere")));
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
    struct tally tally = { .names = BUF_INIT(TEXT_MAX), .reasons = BUF_INIT(TEXT_MAX) };
    const char *directory = scene->link.config.command_directory;
    uid_t user = 0;
    gid_t group = 0;
    if (!place_user(&scene->place, &user, &group))
        user = 0;
    if (!owner_become_user(&owner, user, group, &error)) {
        finding_set(finding, FINDING_FAIL, memory_copy(error.text), NULL);
        return;
    }
    examine_all(directory, &tally);
    owner_return(&owner);
    if (!tally.there || tally.folder.kind != ERROR_NONE)
        judge_folder(directory, &tally, finding);
    else
        judge_files(directory, &tally, finding);
    buf_release(&tally.names);
    buf_release(&tally.reasons);
}
