/* Pure. What nginx needs in order to serve the bot, and what a configuration of its has. */
#ifndef SETUP_NGINX_BLOCK_H
#define SETUP_NGINX_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

struct place;

struct nginx_wish {
    const char *domain;      /* "bot.example.com" */
    const char *path;        /* of the URL, without "/event": "/feishu" */
    const char *config_path; /* of the bot; told to the CGI if it is not the default */
    const struct place *place;
    bool server; /* a whole server block, else the location and the zones */
};

/* The text to put into nginx's configuration, with comments. It is sample-nginx.conf for this
 * installation. Caller frees. */
char *nginx_block(const struct nginx_wish *wish);

/* What `nginx -T` printed, as far as it concerns us. */
struct nginx_facts {
    bool has_server;   /* a server with that name */
    bool has_tls;      /* … that listens with TLS */
    bool has_location; /* … with a location that leads to our program */
    char file[256];    /* the file where that server stands, "" if there is none */
    size_t line;       /* its line, from 1 */
    char socket[256];  /* what that location passes to, as "unix:/run/…" */
    char program[256]; /* its SCRIPT_FILENAME */
    char config[256];  /* its FEISHU_CONFIG, "" if it names none */
};
void nginx_read(const char *dump, size_t len, const char *domain, struct nginx_facts *facts);

/* Whether text may stand as a server's name: letters, digits, dots, hyphens; or an IPv4 address. */
bool nginx_domain_is_valid(const char *text);

#endif
