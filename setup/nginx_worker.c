#include "nginx_worker.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "proc.h"

enum { STATUS_MAX = 64 * 1024 };

struct search {
    const struct stat *at;
    enum nginx_worker result;
};

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

/* As the kernel decides it. */
static bool may_write(const struct stat *at, const struct buf *status)
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

static void take_process(void *context, pid_t process)
{
    static const char title[] = "nginx: worker process";
    struct search *search = context;
    struct buf text = BUF_INIT(STATUS_MAX);
    if (search->result != NGINX_WORKER_MAY && proc_read(process, "cmdline", &text) &&
        strncmp(buf_text(&text), title, strlen(title)) == 0 && proc_read(process, "status", &text))
        search->result = may_write(search->at, &text) ? NGINX_WORKER_MAY : NGINX_WORKER_MAY_NOT;
    buf_release(&text);
}

enum nginx_worker nginx_worker_may_connect(const struct stat *at)
{
    struct search search = { .at = at, .result = NGINX_WORKER_NONE };
    proc_each(take_process, &search);
    return search.result;
}
