#include "nginx_run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "error.h"
#include "memory.h"
#include "place.h"

enum { NGINX_MS = 10000, ERRORS_MAX = 64 * 1024, WORDS_MAX = 16 };

/* Where systemd has its socket while it runs the machine. */
#define SYSTEMD_RUNS "/run/systemd/system"

/* Where programs of the name stand. PATH is not asked: an ordinary user's leaves them out, and
 * root's is not for others to choose. */
static char *find_program(const char *name)
{
    static const char *const folders[] = { "/usr/sbin",
                                           "/usr/local/sbin",
                                           "/usr/bin",
                                           "/usr/local/bin",
                                           "/usr/local/nginx/sbin",
                                           "/sbin",
                                           "/bin" };
    if (strchr(name, '/') != NULL)
        return access(name, X_OK) == 0 ? memory_copy(name) : NULL;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        char *path = memory_format("%s/%s", folders[i], name);
        if (access(path, X_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

bool nginx_is_there(const struct place *place)
{
    char *path = find_program(place->nginx);
    free(path);
    return path != NULL;
}

/* Goes past what nginx writes before the text that matters: its name, the level, "PID#TID: ". */
static const char *skip_prefix(const char *line)
{
    static const char *const prefixes[] = { "nginx: ", "[emerg] ", "[crit] ", "[alert] " };
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (strncmp(line, prefixes[i], strlen(prefixes[i])) == 0)
            line += strlen(prefixes[i]);
    }
    const size_t ids = strspn(line, "0123456789#");
    return ids > 0 && strncmp(line + ids, ": ", 2) == 0 ? line + ids + 2 : line;
}

/* The line that says why: the first emergency, else the last line. Caller frees. */
static char *reason_of(const char *text)
{
    const char *line = strstr(text, "[emerg]");
    if (line == NULL) {
        size_t len = strlen(text);
        while (len > 0 && text[len - 1] == '\n')
            len--;
        line = memrchr(text, '\n', len);
        line = line == NULL ? text : line + 1;
    }
    line = skip_prefix(line);
    return memory_copy_bytes(line, strcspn(line, "\n"));
}

/* Runs the program; false, with its own words as the error, for any status but 0. */
static bool run(const char *path, const char *const *words, struct buf *output, struct error *error)
{
    struct buf errors = BUF_INIT(ERRORS_MAX);
    int status = 0;
    bool well = capture(path, words, NGINX_MS, output, &errors, &status, error);
    if (well && status != 0) {
        char *reason = reason_of(buf_text(&errors));
        well = reason[0] == '\0'
                   ? error_set(error, ERROR_INTERNAL, "%s ends with status %d", words[0],
                               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status))
                   : error_set(error, ERROR_INTERNAL, "%s", reason);
        free(reason);
    }
    buf_release(&errors);
    return well;
}

/* Adds the option and its value, unless that is NULL. */
static size_t add_option(const char **words, size_t count, const char *name, const char *value)
{
    if (value == NULL)
        return count;
    words[count] = name;
    words[count + 1] = value;
    return count + 2;
}

bool nginx_run(const struct place *place, const char *const *words, struct buf *output,
               struct error *error)
{
    const char *all[WORDS_MAX] = { "nginx" };
    size_t count = add_option(all, 1, "-p", place->nginx_prefix);
    count = add_option(all, count, "-c", place->nginx_config);
    while (*words != NULL && count < WORDS_MAX - 1)
        all[count++] = *words++;
    char *path = find_program(place->nginx);
    if (path == NULL)
        return error_set(error, ERROR_INTERNAL, "%s: no such program", place->nginx);
    bool well = run(path, all, output, error);
    free(path);
    return well;
}

/* For what prints nothing that matters on standard output. */
static bool run_quietly(const struct place *place, const char *const *words, struct error *error)
{
    struct buf output = BUF_INIT(NGINX_DUMP_MAX);
    bool well = nginx_run(place, words, &output, error);
    buf_release(&output);
    return well;
}

bool nginx_test(const struct place *place, struct error *error)
{
    const char *const words[] = { "-t", NULL };
    return run_quietly(place, words, error);
}

bool nginx_dump(const struct place *place, struct buf *dump, struct error *error)
{
    const char *const words[] = { "-T", NULL };
    dump->max = NGINX_DUMP_MAX;
    return nginx_run(place, words, dump, error);
}

/* Whether systemd runs the nginx of the place: its unit is about the one as it was built. */
static bool systemd_runs_it(const struct place *place)
{
    const char *const words[] = { "systemctl", "--quiet", "is-active", "nginx.service", NULL };
    struct buf output = BUF_INIT(ERRORS_MAX);
    struct error error = ERROR_INIT;
    char *path = find_program("systemctl");
    bool active = path != NULL && place->nginx_config == NULL && place->nginx_prefix == NULL &&
                  access(SYSTEMD_RUNS, F_OK) == 0 && run(path, words, &output, &error);
    free(path);
    buf_release(&output);
    return active;
}

static bool reload_unit(struct error *error)
{
    const char *const words[] = { "systemctl", "reload", "nginx.service", NULL };
    struct buf output = BUF_INIT(ERRORS_MAX);
    char *path = find_program("systemctl");
    bool well = path != NULL && run(path, words, &output, error);
    free(path);
    buf_release(&output);
    return well;
}

bool nginx_reload(const struct place *place, struct error *error)
{
    const char *const words[] = { "-s", "reload", NULL };
    return systemd_runs_it(place) ? reload_unit(error) : run_quietly(place, words, error);
}

char *nginx_certbot_folder(const char *domain)
{
    char *folder = memory_format("/etc/letsencrypt/live/%s", domain);
    char *chain = memory_format("%s/fullchain.pem", folder);
    bool there = access(chain, F_OK) == 0;
    free(chain);
    if (there)
        return folder;
    free(folder);
    return NULL;
}
