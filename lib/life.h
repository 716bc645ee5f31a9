/* Effect. The sign of life of the runner of one command: it tells a command that is running from
 * one whose runner is gone. Where the store is one machine's, the sign is a lock, which ends with
 * the process; where it is shared among machines, a lease in the store, which the runner renews,
 * and nothing else. */
#ifndef FEISHU_LIFE_H
#define FEISHU_LIFE_H

#include <stdbool.h>

struct error;
struct service;

enum {
    LIFE_LEASE_MS = 15000, /* how long a lease lasts */
    LIFE_RENEW_MS = 5000   /* how often it is renewed */
};

/* Takes the sign for the key. Returns the descriptor of its lock (close-on-exec; caller closes), or
 * LOCK_NONE: somebody else has it (no error is set), or it cannot be had (ERROR_STORE). */
int life_take(struct service *service, const char *key, struct error *error)
    __attribute__((warn_unused_result));

/* Whether the sign has to be renewed at all. */
bool life_needs_renewing(const struct service *service);

/* Renews the lease; to be called every LIFE_RENEW_MS. One that cannot be renewed now may be next
 * time. */
void life_renew(struct service *service, const char *key);

/* Whether the sign for the key is there; true too where that cannot be told. */
bool life_is_there(struct service *service, const char *key);

/* Removes it; for the one who holds it, last of all. */
void life_forget(struct service *service, const char *key);

#endif
