/* Effect. The last resort for an answer in time: when everything hangs, the process answers from a
 * signal handler and ends. It is then as if it had been killed, which every later step is made for.
 */
#ifndef FEISHU_WATCHDOG_H
#define FEISHU_WATCHDOG_H

#include <stdint.h>

#define WATCHDOG_NAME "feishu-late" /* argv[0] of the internal mode that only writes the log */

/* Once clock_steady_ms reaches at_ms: answers to standard output with 503, and becomes this same
 * program as WATCHDOG_NAME with the arguments id, which is copied, and the status. A handler may
 * execute, but it may not log. */
void watchdog_start(int64_t at_ms, const char *id);

/* From now on the watchdog's answer is 200: what was asked for is being done. */
void watchdog_commit(void);

/* Ends the watch; the answer is the caller's. */
void watchdog_stop(void);

/* Ends the process, without an answer, seconds from now. */
void watchdog_limit(unsigned seconds);

#endif
