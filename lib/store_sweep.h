/* Effect. Removes from one part of a dir: store, chosen by chance, what is over and what killed
 * processes left. In a part with very many files a number of them, chosen by chance, is looked at.
 * Damaged files stay: people are to see them. */
#ifndef FEISHU_STORE_SWEEP_H
#define FEISHU_STORE_SWEEP_H

#include <stdint.h>

#include "store_folder.h"

struct error;

/* STORE_OK or STORE_FAILED. */
enum store_result store_sweep(struct store_folder *folder, int64_t now_ms, struct error *error)
    __attribute__((warn_unused_result));

#endif
