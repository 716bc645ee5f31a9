/* Effect. A process that stays and serves one request after the other, through libfcgi, which is
 * loaded for it alone. Several of them share a listening socket; a supervisor replaces those that
 * end. */
#ifndef FEISHU_RESPONDER_H
#define FEISHU_RESPONDER_H

#include <stdbool.h>

/* Whether standard input is a listening socket: the way FastCGI starts a responder. */
bool responder_is_wanted(void);

/* Serves until SIGTERM or SIGINT, and then to the end of the request that it has. Returns the exit
 * status: RESPONDER_REFUSED where another start would end the same way. */
int responder_main(void);

enum { RESPONDER_REFUSED = 78 }; /* EX_CONFIG of sysexits.h */

#endif
