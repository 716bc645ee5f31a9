/* Effect. The guided setup: what its steps share. */
#ifndef SETUP_WIZARD_H
#define SETUP_WIZARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "prompt.h"
#include "report.h"
#include "scene.h"

struct config;
struct news;

/* What the command line says; NULL or false where it says nothing. */
struct wizard_options {
    bool yes;
    const char *answers;
    const char *host;
    const char *app_id;
    const char *app_secret_file;
    const char *proxy;
    const char *token_file;
    const char *key_file;
    const char *url;
    const char *connect_to;
    const char *certificate;
    const char *reload;
    const char *change_app;
    const char *wait;
    struct place place;
};

struct wizard {
    const struct context *context;
    const struct wizard_options *options;
    struct scene scene; /* configured as soon as the text is a configuration */
    struct prompt prompt;
    struct report report;
    struct buf text;            /* the configuration as it is to be; it holds secrets */
    bool existed;               /* there was a file */
    bool worked;                /* … with which events can be received: left alone until step 5 */
    bool unsaved;               /* the text is not what the file holds */
    bool renewed;               /* … in what decides whether Feishu's requests are understood */
    bool credible;              /* id and secret are right: the text is worth to be kept */
    bool leads;                 /* nginx's configuration leads to the bot; what runs may be older */
    bool may_change;            /* the app may change itself */
    bool bot_pending;           /* step 2 is to be looked at again once a version is published */
    int64_t since_ms;           /* what the bot noted until then (wall clock) proves nothing */
    int64_t patience_ms;        /* how long step 7 waits */
    enum finding_status status; /* of what was examined last */
};

/* How a step ended. */
enum wizard_result {
    WIZARD_ON,         /* go on, even if something failed that the rest does not stand on */
    WIZARD_STOP,       /* the rest stands on what failed, or the person wants to stop */
    WIZARD_WRONG,      /* what was given beforehand is wrong or missing: said on standard error */
    WIZARD_INTERRUPTED /* Ctrl-C */
};

typedef enum wizard_result wizard_step(struct wizard *wizard);
wizard_step wizard_app;
wizard_step wizard_bot;
wizard_step wizard_scopes;
wizard_step wizard_keys;
wizard_step wizard_url;
wizard_step wizard_console;
wizard_step wizard_event;
wizard_step wizard_summary;

/* wizard_text.c: the configuration. */

/* Reads the file, or takes the sample if there is none, and configures the scene if that can be
 * used. False with the error set if what is there is no configuration that can be edited. */
bool wizard_text_load(struct wizard *wizard, struct error *error)
    __attribute__((warn_unused_result));

/* Sets app { key }, NULL removes it; the scene is as it was. */
bool wizard_text_set(struct wizard *wizard, const char *key, const char *value, struct error *error)
    __attribute__((warn_unused_result));

/* Configures the scene anew with the text. False with the error set if it cannot be used. */
bool wizard_text_apply(struct wizard *wizard, struct error *error)
    __attribute__((warn_unused_result));

/* Writes the file if the text is another. */
bool wizard_text_save(struct wizard *wizard, struct error *error)
    __attribute__((warn_unused_result));

/* Of a run that ends early: keeps what is verified, unless a configuration is there that works.
 * True if the file was written. */
bool wizard_text_keep(struct wizard *wizard);

/* wizard_ask.c: people. */

/* Asks. WIZARD_ON with the answer; without one, says which flag is missing. */
enum wizard_result wizard_ask(struct wizard *wizard, const struct question *question,
                              struct buf *answer);

/* Takes the answer if it was given beforehand: given tells. Nobody is asked. */
enum wizard_result wizard_given(struct wizard *wizard, const struct question *question,
                                struct buf *answer, bool *given);

/* Asks for yes or no; `otherwise` if nobody can be asked. */
enum wizard_result wizard_confirm(struct wizard *wizard, const char *name, const char *given,
                                  const char *text, bool otherwise, bool *answer);

/* Waits for Enter. */
enum wizard_result wizard_pause(struct wizard *wizard, const char *text);

/* One thing to examine. */
struct wizard_check {
    const char *name;
    const char *title; /* marked with N_() */
    probe *probe;
};

/* Examines and shows what was found, once. */
void wizard_look(struct wizard *wizard, const struct wizard_check *check);

/* The same, again as often as it fails and the person wants, who may also go on without it or stop
 * here. Unattended it goes on. wizard->status tells what it came to. */
enum wizard_result wizard_examine(struct wizard *wizard, const struct wizard_check *check);

/* After a failure: whether to look again (*again), go on or stop. */
enum wizard_result wizard_after_failure(struct wizard *wizard, bool *again);

/* Shows a finding that is there already. */
void wizard_show(struct wizard *wizard, const char *name, const char *title,
                 struct finding *finding);

/* "feishu-setup wizard", "feishuctl COMMAND"; with --config if it is not the default. Caller
 * frees. */
char *wizard_command(const struct wizard *wizard, const char *command);

/* Prints a paragraph, and an empty line before it. */
void wizard_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* wizard_wait.c: what the bot notes of Feishu's requests. */
enum wizard_wait { WIZARD_CAME, WIZARD_LATE, WIZARD_BLIND };

/* Waits until the bot has noted what `came` looks for, patience_ms at most, or Ctrl-C. WIZARD_BLIND
 * if the notes cannot be read; the error says why. news is the last that was read; caller releases
 * it. */
enum wizard_wait wizard_wait(struct wizard *wizard,
                             bool (*came)(const struct wizard *wizard, const struct news *news),
                             int64_t patience_ms, struct news *news, struct error *error);

/* Whether the platform's own challenge, an event came since wizard->since_ms. */
bool wizard_challenge_came(const struct wizard *wizard, const struct news *news);
bool wizard_event_came(const struct wizard *wizard, const struct news *news);

/* "3 min ago". Caller frees. */
char *wizard_ago(int64_t when_ms);

/* wizard_nginx.c: the part of step 5 about nginx. */
wizard_step wizard_nginx;

/* Reloads nginx if told so. */
enum wizard_result wizard_reload(struct wizard *wizard);

/* wizard_version.c: how the app's versions stand; all false where it may not read them. */
struct wizard_standing {
    bool online;
    bool subscribed; /* the one that is online, to messages */
    bool waits;      /* another one, for somebody's approval, which can take days */
};
struct wizard_standing wizard_standing(struct wizard *wizard);

/* Examines the version, what it has subscribed to, and what had to wait for it. */
wizard_step wizard_version;

/* wizard_clicks.c: what to click in the console. */
void wizard_clicks_app(const char *host);
void wizard_clicks_keys(const struct wizard *wizard);
void wizard_clicks_url(const struct wizard *wizard);
void wizard_clicks_callback(const struct wizard *wizard);
void wizard_clicks_events(const struct wizard *wizard);
void wizard_clicks_version(const struct wizard *wizard);

#endif
