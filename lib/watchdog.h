/* Effect. The last resort for an answer in time: when everything hangs, the process answers from a
 * signal handler and ends. It is then as if it had been killed, which every later step is made for.
 */
#ifndef FEISHU_WATCHDOG_H
#define FEISHU_WATCHDOG_H

#include <stdint.h>

/* Answers to standard output with 503 once clock_steady_ms reaches at_ms. */
void watchdog_start(int64_t at_ms);

/* From now on the watchdog's answer is 200: what was asked for is being done. */
void watchdog_commit(void);

/* Ends the watch; the answer is the caller's. */
void watchdog_stop(void);

/* Ends the process, without an answer, seconds from now. */
void watchdog_limit(unsigned seconds);

#endif
