/* Effect. Ctrl-C and its like, for a command that cleans up after itself before it ends. */
#ifndef SETUP_HALT_H
#define SETUP_HALT_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP end nothing: they are remembered. One that is ignored, as
 * under nohup, stays ignored. */
void halt_catch(void);

/* Whether one came. */
bool halt_came(void);

#endif
