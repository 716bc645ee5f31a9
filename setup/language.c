#include "language.h"

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef FEISHU_LOCALEDIR
#define FEISHU_LOCALEDIR "/usr/local/share/locale"
#endif

#define DOMAIN "feishu-setup"

/* gettext's name of each language; the source is English. */
static const char *const catalogues[] = { [LANGUAGE_ZH] = "zh_CN", [LANGUAGE_EN] = "C" };

/* Whether the folder is of whoever could have put something else in the program's place: beside a
 * program in a folder like /tmp anybody can have put one, and with it what is said as root. */
static bool is_trusted(const char *program, const char *folder)
{
    struct stat own;
    struct stat other;
    return stat(program, &own) == 0 && lstat(folder, &other) == 0 && S_ISDIR(other.st_mode) &&
           (other.st_uid == own.st_uid || other.st_uid == 0) && (other.st_mode & S_IWOTH) == 0;
}

/* The folder of catalogues beside the program, if there is one: it then runs from its build. */
static bool find_beside_program(char *folder, size_t size)
{
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
    if (len <= 0)
        return false;
    program[len] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL)
        return false;
    int written = snprintf(folder, size, "%.*s/locale", (int)(slash - program), program);
    return written > 0 && (size_t)written < size && access(folder, R_OK) == 0 &&
           is_trusted(program, folder);
}

static enum language environment_language(void)
{
    static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] != '\0')
            return strncmp(value, "zh", 2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN;
    }
    return LANGUAGE_EN;
}

enum language language_start(void)
{
    char folder[PATH_MAX];
    enum language language = environment_language();
    /* C.UTF-8 is there on every machine, and LANGUAGE counts in it, as it does not in C. */
    (void)setlocale(LC_ALL, "C.UTF-8");
    bool beside = find_beside_program(folder, sizeof(folder));
    (void)bindtextdomain(DOMAIN, beside ? folder : FEISHU_LOCALEDIR);
    (void)bind_textdomain_codeset(DOMAIN, "UTF-8");
    (void)textdomain(DOMAIN);
    language_choose(language);
    return language;
}

void language_choose(enum language language)
{
    (void)setenv("LANGUAGE", catalogues[language], 1);
    /* gettext looks at LANGUAGE again only when it is told that something changed. */
    (void)textdomain(DOMAIN);
}
