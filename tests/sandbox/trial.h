/* Effect. Tries a URL, as the platform does before it is saved. */
#ifndef SANDBOX_TRIAL_H
#define SANDBOX_TRIAL_H

#include "courier.h"

struct secret;
struct world;

/* What the trial is made of; borrowed. */
struct trial {
    const char *url;
    const struct secret *key; /* unset: the challenge is not encrypted */
    const char *token;
};

struct trial_verdict {
    struct courier_result result;
    const char *says; /* NULL if the URL is fine, else what the console says */
    char detail[192]; /* and why */
};

/* Sends a challenge and judges the answer. The world is locked, but not while it waits. */
struct trial_verdict trial_run(struct world *world, const struct trial *trial);

#endif
