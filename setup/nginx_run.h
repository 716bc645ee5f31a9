/* Effect. nginx, as the program on this machine. */
#ifndef SETUP_NGINX_RUN_H
#define SETUP_NGINX_RUN_H

#include <stdbool.h>

#include "buf.h"

struct error;
struct place;

enum { NGINX_DUMP_MAX = 32 << 20 }; /* bytes of a configuration; more is an error */

/* Whether there is an nginx to run. */
bool nginx_is_there(const struct place *place);

/* Runs nginx with -t, -T or "-s reload" on the place's configuration, 10 s at most. output, whose
 * ceiling is the caller's, gets what it printed on standard output. False with the error set (the
 * line that says why) if nginx is not there, prints more than that, or ends with another status
 * than 0. */
bool nginx_run(const struct place *place, const char *const *words, struct buf *output,
               struct error *error) __attribute__((warn_unused_result));

/* Whether the configuration is valid: nginx -t. */
bool nginx_test(const struct place *place, struct error *error) __attribute__((warn_unused_result));

/* The configuration with all that it includes, for nginx_find: nginx -T, which tests it too. */
bool nginx_dump(const struct place *place, struct buf *dump, struct error *error)
    __attribute__((warn_unused_result));

/* Makes the running nginx take up its configuration: by systemctl where systemd runs it, else with
 * "-s reload". */
bool nginx_reload(const struct place *place, struct error *error)
    __attribute__((warn_unused_result));

/* The folder with the certificate that certbot got for the domain, or NULL if there is none that we
 * can see. Caller frees. */
char *nginx_certbot_folder(const char *domain);

#endif
