#include "listener.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "list.h"
#include "proc.h"

enum { LINK_LEN = 64, STATUS_MAX = 64 * 1024, SOCKETS_MAX = 8 };

/* Of a line of /proc/net/unix: the flag of a socket that listens. */
#define LISTENS 0x10000UL

/* A process that has the socket. */
struct holder {
    pid_t process;
    pid_t parent;
};

struct search {
    char links[SOCKETS_MAX][LINK_LEN]; /* "socket:[INODE]", as of a descriptor */
    size_t link_count;
    struct holder *holders;
    size_t holder_count;
    struct listener *listener;
};

/* The fields of a line of /proc/net/unix; the path is the last and may hold blanks. */
enum { FIELD_FLAGS = 3, FIELD_INODE = 6, FIELD_PATH = 7 };

/* Goes to the field at index, from 0. */
static const char *field_of(const char *line, int index)
{
    for (; index > 0; index--) {
        line += strcspn(line, " ");
        line += strspn(line, " ");
    }
    return line;
}

/* Notes the socket of the line, if it listens at the very file. */
static void take_line(struct search *search, const struct stat *at, const char *line)
{
    const char *path = field_of(line, FIELD_PATH);
    struct stat there;
    if (search->link_count == SOCKETS_MAX || path[0] != '/' ||
        (strtoul(field_of(line, FIELD_FLAGS), NULL, 16) & LISTENS) == 0 ||
        stat(path, &there) != 0 || there.st_ino != at->st_ino || there.st_dev != at->st_dev)
        return;
    (void)snprintf(search->links[search->link_count++], LINK_LEN, "socket:[%lu]",
                   strtoul(field_of(line, FIELD_INODE), NULL, 10));
}

static void find_sockets(struct search *search, const struct stat *at)
{
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen("/proc/net/unix", "re");
    if (file == NULL)
        return;
    while (getline(&line, &room, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        take_line(search, at, line);
    }
    free(line);
    (void)fclose(file);
}

static bool is_one_of_them(const struct search *search, const char *link)
{
    for (size_t i = 0; i < search->link_count; i++) {
        if (strcmp(search->links[i], link) == 0)
            return true;
    }
    return false;
}

/* Whether a descriptor in the folder is one of the sockets. */
static bool has_socket(const struct search *search, DIR *folder)
{
    char link[LINK_LEN];
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        ssize_t len = readlinkat(dirfd(folder), entry->d_name, link, sizeof(link) - 1);
        link[len < 0 ? 0 : len] = '\0';
        if (is_one_of_them(search, link))
            return true;
    }
    return false;
}

static pid_t parent_of(pid_t process)
{
    struct buf status = BUF_INIT(STATUS_MAX);
    const char *parent = proc_read(process, "status", &status) ? proc_field(&status, "PPid") : NULL;
    pid_t id = parent == NULL ? 0 : (pid_t)strtol(parent, NULL, 10);
    buf_release(&status);
    return id;
}

static void take_process(void *context, pid_t process)
{
    struct search *search = context;
    char name[LINK_LEN];
    (void)snprintf(name, sizeof(name), "/proc/%d/fd", (int)process);
    DIR *folder = opendir(name);
    if (folder == NULL) {
        search->listener->all_seen = search->listener->all_seen && errno == ENOENT;
        return;
    }
    if (has_socket(search, folder)) {
        search->holders =
            list_grow(search->holders, search->holder_count, sizeof(*search->holders));
        search->holders[search->holder_count++] = (struct holder){ process, parent_of(process) };
    }
    closedir(folder);
}

/* A process that has the socket and children that have it too only looks after them. */
static bool is_worker(const struct search *search, const struct holder *holder)
{
    for (size_t i = 0; i < search->holder_count; i++) {
        if (search->holders[i].parent == holder->process)
            return false;
    }
    return holder->process != 1;
}

void listener_find(const struct stat *at, struct listener *listener)
{
    struct search search = { .listener = listener };
    *listener = (struct listener){ .all_seen = true };
    find_sockets(&search, at);
    listener->found = search.link_count > 0;
    if (listener->found)
        proc_each(take_process, &search);
    for (size_t i = 0; i < search.holder_count; i++) {
        listener->activated = listener->activated || search.holders[i].process == 1;
        listener->workers += is_worker(&search, &search.holders[i]) ? 1 : 0;
    }
    free(search.holders);
}
