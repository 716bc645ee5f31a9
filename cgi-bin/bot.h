/* Effect. Bots: each is a configuration with its store and its connection to the platform, kept
 * from one request to the next for as long as the configuration's files stay what they are. */
#ifndef FEISHU_BOT_H
#define FEISHU_BOT_H

#include <stdint.h>

#include "config.h"
#include "service.h"
#include "stamps.h"

struct error;

struct bot {
    char *config_path;
    struct config config;
    struct service service;
    struct stamps stamps;  /* of the configuration's files */
    int64_t noted_ms;      /* clock_steady_ms of the last note in the journal, or 0 */
    int64_t chores_due_ms; /* of the next chores; 0 at first */
    struct bot *next;
};

struct bots {
    struct bot *first;
};

/* The bot of the configuration at config_path, read if it is new or has changed. Borrowed: lives
 * until the next call with the same path. NULL, with the error set, if the configuration cannot be
 * used: then nothing is left of an earlier one. */
struct bot *bots_find(struct bots *bots, const char *config_path, struct error *error);

void bots_release(struct bots *bots);

#endif
