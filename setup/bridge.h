/* Effect. The bot as the CGI is it: with its configuration, its store and its user. */
#ifndef SETUP_BRIDGE_H
#define SETUP_BRIDGE_H

#include <stdbool.h>

#include "config.h"
#include "log.h"
#include "service.h"

struct context;
struct error;

/* Becomes for good, if we are root, the owner of the store, else the user whom the CGI runs as. */
bool bridge_become(const struct config *config, struct error *error)
    __attribute__((warn_unused_result));

struct bridge {
    struct config config;
    struct log log; /* to standard error, if that is a terminal */
    struct service service;
};

/* Loads the configuration, becomes that user and opens the service. Nothing is to be closed on
 * failure. */
bool bridge_open(struct bridge *bridge, const struct context *context, struct error *error)
    __attribute__((warn_unused_result));

/* Writes what the log still holds, and closes all of it. */
void bridge_close(struct bridge *bridge);

#endif
