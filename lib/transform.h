/* Effect. A program of the operator's that makes our generic JSON, or a card, from what some source
 * sends. */
#ifndef FEISHU_TRANSFORM_H
#define FEISHU_TRANSFORM_H

#include <stdbool.h>

#include "buf.h"
#include "process.h"

struct error;

enum { TRANSFORM_TIMEOUT_MS = 5000, TRANSFORM_OUTPUT_MAX = PROCESS_OUTPUT_MAX };

/* Runs the program at the absolute path, by the rules of folder commands, with body on its standard
 * input, and appends what it prints to made. ERROR_INVALID, with the end of its errors, if it ends
 * with another status than 0: it says so of bodies that are none of its source's. ERROR_NETWORK,
 * which passes, if it cannot be run, takes too long or prints too much. */
bool transform(const char *path, const struct buf *body, struct buf *made, struct error *error)
    __attribute__((warn_unused_result));

#endif
