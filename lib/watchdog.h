/* Effect. The last resort for an answer in time: when everything hangs, the process answers from a
 * signal handler and ends. It is then as if it had been killed, which every later step is made for.
 */
#ifndef FEISHU_WATCHDOG_H
#define FEISHU_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#define WATCHDOG_NAME "feishu-late" /* argv[0] of the internal mode that only writes the log */

/* One request that is watched. Everything is copied but the environment, which is borrowed until
 * watchdog_stop. */
struct watchdog {
    int64_t at_ms;            /* of clock_steady_ms: when the answer is due */
    const char *id;           /* of the request */
    const char *config_path;  /* for whoever writes the log */
    char *const *environment; /* of the request */
    bool answers; /* on standard output; else the web server sees the connection end, and answers */
};

/* Once it is due: answers with 503, if it does answer, and becomes this same program as
 * WATCHDOG_NAME with the arguments id, status (502 if it does not) and config_path. A handler may
 * execute, but it may not log. */
void watchdog_start(const struct watchdog *watchdog);

/* From now on the watchdog's answer is 200: what was asked for is being done. */
void watchdog_commit(void);

/* Ends the watch; the answer is the caller's. */
void watchdog_stop(void);

/* Ends the process, without an answer, seconds from now. */
void watchdog_limit(unsigned seconds);

#endif
