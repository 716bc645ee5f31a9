#include "proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "number.h"

enum { NAME_LEN = 64, PIECE_LEN = 4096 };

void proc_each(void (*each)(void *context, pid_t process), void *context)
{
    uint64_t number;
    const struct dirent *entry;
    DIR *folder = opendir("/proc");
    if (folder == NULL)
        return;
    while ((entry = readdir(folder)) != NULL) {
        if (number_parse(entry->d_name, 1, INT32_MAX, &number))
            each(context, (pid_t)number);
    }
    closedir(folder);
}

bool proc_read(pid_t process, const char *name, struct buf *text)
{
    char path[NAME_LEN];
    ssize_t count = 0;
    char *room;
    (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)process, name);
    buf_clear(text);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    while ((room = buf_reserve(text, PIECE_LEN)) != NULL &&
           (count = read(file, room, PIECE_LEN)) > 0)
        buf_extend(text, (size_t)count);
    close(file);
    return count >= 0;
}

const char *proc_field(const struct buf *status, const char *name)
{
    const size_t len = strlen(name);
    const char *line = buf_text(status);
    while (line != NULL && (strncmp(line, name, len) != 0 || line[len] != ':')) {
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return line == NULL ? NULL : line + len + 1;
}

/* The second of a field's numbers: the effective id. */
static unsigned long effective(const struct buf *status, const char *name)
{
    const char *field = proc_field(status, name);
    char *second = NULL;
    if (field == NULL)
        return (unsigned long)-1;
    (void)strtoul(field, &second, 10);
    return strtoul(second, NULL, 10);
}

/* Whether the group is one of the field "Groups", which are numbers on one line. */
static bool is_among(const char *field, gid_t group)
{
    while (field != NULL && *field != '\0' && *field != '\n') {
        char *end = NULL;
        const unsigned long id = strtoul(field, &end, 10);
        if (end != field && id == group)
            return true;
        field = end == field ? field + 1 : end;
    }
    return false;
}

bool proc_may_write(const struct buf *status, const struct stat *at)
{
    const unsigned long user = effective(status, "Uid");
    if (user == 0)
        return true;
    if (user == at->st_uid)
        return (at->st_mode & S_IWUSR) != 0;
    if (effective(status, "Gid") == at->st_gid ||
        is_among(proc_field(status, "Groups"), at->st_gid))
        return (at->st_mode & S_IWGRP) != 0;
    return (at->st_mode & S_IWOTH) != 0;
}
