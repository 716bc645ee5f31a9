/* Effect. One request, from its first byte to its last. */
#ifndef FEISHU_SERVE_H
#define FEISHU_SERVE_H

#include <stdint.h>

struct bots;
struct host;

/* Serves the request that the host has. started_ms: clock_steady_ms when it began. */
void serve(struct host *host, struct bots *bots, int64_t started_ms);

#endif
