/* Effect. A process for one request, as fcgiwrap runs it. */
#ifndef FEISHU_CGI_H
#define FEISHU_CGI_H

#include <stdint.h>

/* Serves the request in the environment and on standard input. started_ms: clock_steady_ms when the
 * process began. Returns the exit status. */
int cgi_main(int64_t started_ms);

#endif
