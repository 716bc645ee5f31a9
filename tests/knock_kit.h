/* Effect. What the tests of setup/knock*.c share: a configuration, and a server to knock at. */
#ifndef FEISHU_KNOCK_KIT_H
#define FEISHU_KNOCK_KIT_H

#include <check.h>

#include "config.h"
#include "knock.h"
#include "report.h"
#include "script_server.h"

#define KNOCK_KIT_KEY   "key-of-tests"
#define KNOCK_KIT_TOKEN "token-of-tests"
#define KNOCK_KIT_APP   "cli_tests"

extern struct knock_kit {
    struct script_server server;
    struct config config;
    struct knock knock;
    struct finding finding;
    char url[128];
} knock_kit;

/* A test case with a kit for each test; and as suite_add, of such a case. */
TCase *knock_kit_case(const char *name);
void knock_kit_add(Suite *suite, const char *name, const TTest *test, int rows);

/* Reads the configuration, with these lines of app { } besides those that every app needs. */
void knock_kit_configure(const char *lines);

/* Opens knock at the path of a server that plays the steps, or at a URL. */
void knock_kit_serve(const struct script_step *steps, size_t count, const char *path);
void knock_kit_open(const char *url);

/* Stops the server: what it recorded can be read. */
void knock_kit_finish(void);

/* Whether the finding has the status, and its detail and fix hold the texts (NULL: any). */
void knock_kit_expect(const char *name, enum finding_status status, const char *detail,
                      const char *fix);

#endif
