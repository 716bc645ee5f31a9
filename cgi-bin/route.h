/* Effect. Which handler a request goes to, and what holds before any handler sees it. */
#ifndef FEISHU_ROUTE_H
#define FEISHU_ROUTE_H

#include <stddef.h>
#include <stdint.h>

struct exchange;

struct route {
    const char *path;
    const char *method;
    size_t max_body;     /* bytes */
    int64_t deadline_ms; /* after the request began the answer is there, whatever happens */
    void (*handle)(struct exchange *exchange);
};

/* The route for the method and path, or NULL. Then *allow is the method that the path takes, or
 * NULL if there is no such path. */
const struct route *route_find(const char *method, const char *path, const char **allow);

/* Reads the request from its host, and answers it into exchange->reply. started_ms: clock_steady_ms
 * when it began. */
void route_serve(struct exchange *exchange, int64_t started_ms);

#endif
