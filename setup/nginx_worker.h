/* Effect. The nginx that runs, as the user that serves requests. */
#ifndef SETUP_NGINX_WORKER_H
#define SETUP_NGINX_WORKER_H

#include <sys/stat.h>

enum nginx_worker {
    NGINX_WORKER_NONE, /* no nginx runs, or we do not see it */
    NGINX_WORKER_MAY,
    NGINX_WORKER_MAY_NOT
};

/* Whether a worker of nginx may connect to the socket file that at describes, by the file's own
 * rights. */
enum nginx_worker nginx_worker_may_connect(const struct stat *at);

#endif
