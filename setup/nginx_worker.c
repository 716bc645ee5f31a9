#include "nginx_worker.h"

#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "proc.h"

enum { STATUS_MAX = 64 * 1024 };

struct search {
    const struct stat *at;
    enum nginx_worker result;
};

static void take_process(void *context, pid_t process)
{
    static const char title[] = "nginx: worker process";
    struct search *search = context;
    struct buf text = BUF_INIT(STATUS_MAX);
    if (search->result != NGINX_WORKER_MAY && proc_read(process, "cmdline", &text) &&
        strncmp(buf_text(&text), title, strlen(title)) == 0 && proc_read(process, "status", &text))
        search->result =
            proc_may_write(&text, search->at) ? NGINX_WORKER_MAY : NGINX_WORKER_MAY_NOT;
    buf_release(&text);
}

enum nginx_worker nginx_worker_may_connect(const struct stat *at)
{
    struct search search = { .at = at, .result = NGINX_WORKER_NONE };
    proc_each(take_process, &search);
    return search.result;
}
