/* Effect. What is examined: this installation, its configuration, the platform behind it. */
#ifndef SETUP_SCENE_H
#define SETUP_SCENE_H

#include <stdbool.h>

#include "link.h"
#include "place.h"

struct context;

struct scene {
    const struct context *context;
    struct place place;
    struct link link;
    bool configured;        /* link is open */
    bool url_given;         /* by --url */
    const char *url;        /* where Feishu reaches us: --url, else app.event_url, else NULL */
    const char *connect_to; /* --connect-to HOST:PORT in place of the URL's, or NULL */
    struct bot_info {
        char name[128];
        char open_id[65]; /* "" until it is known */
    } bot;
};

/* A scene of the context, with place, url (may be NULL) and connect_to (may be NULL) as the options
 * gave them; the configuration is not read yet: probe_config does that. Closed with scene_close. */
void scene_open(struct scene *scene, const struct context *context, const struct place *place,
                const char *url, const char *connect_to);
void scene_close(struct scene *scene);

/* The configuration, which becomes the scene's; it may be given anew. */
void scene_configure(struct scene *scene, struct config *config);

/* One thing to examine, for `check` and for the wizard. It fills finding (see report.h) and changes
 * nothing on machine and platform. What needs the configuration is not called without it. */
typedef void probe(struct scene *scene, struct finding *finding);

/* This machine. */
probe probe_config;        /* there, rights, syntax, lengths; opens the link: comes first */
probe probe_program;       /* the CGI binary is there and answers as its user */
probe probe_store;         /* the store can be written, by its owner */
probe probe_commands;      /* the folder of commands and the rights of what is in it */
probe probe_lists;         /* rules that name nobody */
probe probe_nginx;         /* nginx's configuration is valid and has a location that leads to us */
probe probe_workers;       /* somebody listens on the socket; how many workers */
probe probe_alert_workers; /* the same for the socket of alerts, if there are receivers */
probe probe_certificate;   /* of the URL: chain, name, days left */
probe probe_genuine;       /* when the last genuine event and challenge came */

/* The platform. */
probe probe_token;   /* id and secret are right */
probe probe_clock;   /* ours against the platform's; after probe_token */
probe probe_bot;     /* the bot is there and active; fills scene->bot */
probe probe_scopes;  /* what was granted, what is missing */
probe probe_version; /* a version is published, or waits, or was rejected; where the app may read it
                      */
probe probe_events;  /* events and callbacks that the published version has subscribed to */

#endif
