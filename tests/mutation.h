/* For tests: payloads that nobody would send, made from the fixtures of every source: bytes
 * flipped, pieces there twice or not at all, values replaced by hostile ones, far more alerts than
 * usual. */
#ifndef FEISHU_MUTATION_H
#define FEISHU_MUTATION_H

#include <stddef.h>

struct buf;

/* What comes after is the same for the same number. */
void mutation_seed(size_t number);

/* Any number below. */
size_t mutation_any(size_t below);

/* Appends a payload to body, which is empty. */
void mutation_make(struct buf *body);

#endif
