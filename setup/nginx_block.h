/* Pure. What nginx needs in order to serve the bot, and what a configuration of its has. */
#ifndef SETUP_NGINX_BLOCK_H
#define SETUP_NGINX_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

struct place;

struct nginx_wish {
    const char *domain;      /* "bot.example.com" */
    const char *path;        /* of the URL, without "/event": "/feishu"; "" for none */
    const char *config_path; /* of the bot; told to the CGI if it is not the default */
    const struct place *place;
    bool server;             /* a whole server block, else the location and the zones */
    const char *certificate; /* folder of fullchain.pem and privkey.pem; NULL: /etc/ssl/DOMAIN */
};

/* The text to put into nginx's configuration, with comments: sample-nginx.conf for this
 * installation. wish is one that nginx_wish_trouble finds nothing in. Caller frees. */
char *nginx_block(const struct nginx_wish *wish);

/* The first of the wish's texts that cannot stand in nginx's configuration, or NULL: no name of a
 * server, a path that is no plain one, a file whose name is not absolute or has blanks, quotes,
 * "$", ";" or braces in it. Borrowed from the wish. */
const char *nginx_wish_trouble(const struct nginx_wish *wish);

/* What `nginx -T` printed, as far as it concerns us. */
struct nginx_facts {
    bool has_server;   /* a server with that name */
    bool by_default;   /* none with that name, but one that nginx takes in its place */
    bool has_tls;      /* the server listens with TLS */
    bool only_ipv6;    /* the server does not listen over IPv4 */
    bool has_location; /* the server has a location that leads to our program */
    char file[256];    /* the file where that server stands, "" if there is none */
    size_t line;       /* its line, from 1 */
    char
        twin_file[256]; /* another server with that name at the same address, which nginx ignores */
    size_t twin_line;
    char location[256]; /* the location's pattern, as "~ ^/feishu(/.*)?$" */
    char socket[256];   /* what it passes to, as "unix:/run/…" */
    char program[256];  /* its SCRIPT_FILENAME */
    char config[256];   /* its FEISHU_CONFIG, "" if it names none */
};

/* What is looked for. */
struct nginx_target {
    const char *domain;
    unsigned port;       /* that is called, or 0: whichever; then no server is taken by default */
    const char *program; /* NULL: whatever is called feishu.cgi */
    const char *config;  /* preferred where several locations lead to the program; or NULL */
};

/* Reads the dump as nginx does, includes and all. Of several servers, that which nginx would take;
 * with port 0 rather one with TLS. A location counts as ours if its program is the target's or one
 * of the same name elsewhere. Texts that are too long are cut. */
void nginx_find(const char *dump, size_t len, const struct nginx_target *target,
                struct nginx_facts *facts);

/* The same for a name at whichever port and any feishu.cgi. */
void nginx_read(const char *dump, size_t len, const char *domain, struct nginx_facts *facts);

/* Whether text may stand as a server's name: letters, digits, dots, hyphens; or an IPv4 address. */
bool nginx_domain_is_valid(const char *text);

#endif
