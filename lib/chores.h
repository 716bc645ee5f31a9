/* Effect. What no single request asks for: commands left unfinished, cards to be brought up to
 * date, what is over in the store. It takes as long as the platform takes. */
#ifndef FEISHU_CHORES_H
#define FEISHU_CHORES_H

#include <stdbool.h>

struct error;
struct service;

#define CHORES_NAME "feishu-chores" /* argv[0] of the internal mode */

/* The longest that a process works on them. */
enum { CHORES_LIMIT_S = 60 };

/* Does them; the store is cleaned if `clean`. */
void chores(struct service *service, bool clean);

/* Starts a process that does them, for one that has more requests to serve. ERROR_INTERNAL if it
 * cannot be started. */
bool chores_start(const char *config_path, struct error *error) __attribute__((warn_unused_result));

/* The whole life of such a process. Returns its exit status. */
int chores_main(void);

#endif
