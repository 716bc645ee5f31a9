/* Effect. The incidents that are gathered on a chat's digests, as they are stored. */
#ifndef FEISHU_STORM_LINES_H
#define FEISHU_STORM_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "digest.h"

struct config_receiver;
struct error;
struct service;

struct storm_lines {
    struct digest_line *lines; /* of those that are not over */
    size_t count;
    const char *people[DIGEST_PEOPLE_MAX]; /* whom they are told to; the configuration's */
    size_t people_count;
    char *url; /* where one of them can be seen; "" if nowhere */
};

/* Reads those of the receiver's chat, its other receivers' too. False: the store cannot be used;
 * nothing to release. */
bool storm_lines_collect(struct storm_lines *lines, struct service *service,
                         const struct config_receiver *receiver, struct error *error)
    __attribute__((warn_unused_result));
void storm_lines_release(struct storm_lines *lines);

#endif
