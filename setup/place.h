/* Effect. Where the bot is installed on this machine: as it was built, unless options say else. */
#ifndef SETUP_PLACE_H
#define SETUP_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

struct place {
    const char *cgi;          /* --cgi: the program, an absolute path */
    const char *user;         /* --user: whom it runs as */
    const char *socket;       /* --socket: of fcgiwrap, an absolute path */
    const char *alert_socket; /* --alert-socket: of the workers for alerts; NULL: see below */
    const char *nginx;        /* --nginx: the program; "nginx" is looked for in the usual folders */
    const char *nginx_config; /* --nginx-config: nginx's own main file; NULL: as nginx was built */
    const char *nginx_prefix; /* --nginx-prefix: its folder; NULL: as nginx was built */
};

#define PLACE_SOCKET "/run/feishu-cgi.socket"

/* As it was built and installed. */
#define PLACE_INIT                                                                                 \
    {                                                                                              \
        FEISHU_CGIDIR "/feishu.cgi", FEISHU_CGIUSER, PLACE_SOCKET, NULL, "nginx", NULL, NULL       \
    }

#ifndef FEISHU_CGIDIR
#define FEISHU_CGIDIR "/usr/local/lib/cgi-bin"
#endif
#ifndef FEISHU_CGIUSER
#define FEISHU_CGIUSER "feishu"
#endif

/* Rows of a command's option table for the fields of the struct place called name. */
#define PLACE_OPTIONS(name)                                                                        \
    { "cgi", OPTION_TEXT, &(name).cgi }, { "user", OPTION_TEXT, &(name).user },                    \
        { "socket", OPTION_TEXT, &(name).socket },                                                 \
        { "alert-socket", OPTION_TEXT, &(name).alert_socket },                                     \
        { "nginx", OPTION_TEXT, &(name).nginx },                                                   \
        { "nginx-config", OPTION_TEXT, &(name).nginx_config },                                     \
    {                                                                                              \
        "nginx-prefix", OPTION_TEXT, &(name).nginx_prefix                                          \
    }

/* The socket of the workers for alerts: as given, else our own unit's beside our own socket, and
 * with another fcgiwrap, which has but one, that one. */
const char *place_alert_socket(const struct place *place);

/* The ids of the user whom the CGI runs as; false if there is no such user. */
bool place_user(const struct place *place, uid_t *user, gid_t *group)
    __attribute__((warn_unused_result));

#endif
