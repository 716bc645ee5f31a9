/* Effect. nginx, as the program on this machine. */
#ifndef SETUP_NGINX_RUN_H
#define SETUP_NGINX_RUN_H

#include <stdbool.h>

#include "buf.h"

struct error;
struct place;

/* Runs nginx with -t, -T or "-s reload" on the place's configuration, 10 s at most. output gets all
 * that it printed. False with the error set (its last line) if nginx is not there or ends with
 * another status than 0. */
bool nginx_run(const struct place *place, const char *const *words, struct buf *output,
               struct error *error) __attribute__((warn_unused_result));

#endif
