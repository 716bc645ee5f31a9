/* Effect. Whether a Redis keeps what it has said yes to. */
#ifndef SETUP_REDIS_KEEPS_H
#define SETUP_REDIS_KEEPS_H

#include <stdbool.h>

struct finding;

/* Asks the Redis that url names for what it tells of itself. True if it keeps everything as far as
 * that shows, or does not tell; else false, with the finding a warning and what to do. */
bool redis_keeps(const char *url, struct finding *finding) __attribute__((warn_unused_result));

#endif
