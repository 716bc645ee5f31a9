/* Pure, but for config_load. The configuration file: text in, checked values out; the one user of
 * libconfuse. */
#ifndef FEISHU_CONFIG_H
#define FEISHU_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "secret.h"
#include "words.h"

struct error;

/* The build names others for another SYSCONFDIR or LOCALSTATEDIR. */
#ifndef FEISHU_SYSCONFDIR
#define FEISHU_SYSCONFDIR "/etc"
#endif
#ifndef FEISHU_LOCALSTATEDIR
#define FEISHU_LOCALSTATEDIR "/var"
#endif

#define CONFIG_DEFAULT_PATH     FEISHU_SYSCONFDIR "/feishu/feishu.conf"
#define CONFIG_DEFAULT_COMMANDS FEISHU_SYSCONFDIR "/feishu/commands.d"
#define CONFIG_DEFAULT_STATE    FEISHU_LOCALSTATEDIR "/lib/feishu"

struct config_list {
    char **items;
    size_t count;
};

struct config_app {
    char *id;
    struct secret secret;
    struct secret verification_token; /* may be unset */
    struct secret encrypt_key;        /* may be unset: events arrive in plaintext */
    char *base_url;                   /* without a final slash */
    char *event_url;                  /* where Feishu reaches the bot; "" if not known */
    char *ca;                         /* absolute path of a folder or file */
    char *proxy;                      /* "" for none */
    int64_t max_age_s;                /* 0: no check */
};

/* Who may run a folder command, and how it runs. */
struct config_rule {
    char *name; /* NULL in the defaults */
    struct config_list people;
    struct config_list chats;
    int64_t timeout_s;
    int64_t max_delay_s;
    bool options; /* whether words that begin with "-" are passed on */
};

struct config_secrets {
    struct secret *items;
    size_t count;
};

/* An Alertmanager that buttons and words act on. */
struct config_alertmanager {
    char *name;
    struct config_list urls; /* http or https, without a final slash; tried in turn */
    char *user;              /* "" for none */
    struct secret password;
    struct secret bearer;
};

/* Whom a card mentions while its alerts match. */
struct config_mention {
    char *matcher;             /* as amtool writes it: "severity=critical" */
    struct config_list people; /* open ids, or "all" */
};

struct config_custom_bot {
    char *url; /* "" for none */
    struct secret secret;
};

/* Where alerts come in, and where their cards go. */
struct config_receiver {
    char *name;
    struct config_secrets tokens; /* one or two, while rotating */
    char *chat;                   /* "" if custom_bot is given */
    struct config_custom_bot custom_bot;
    char *alertmanager; /* name of one, or "" */
    struct config_mention *mentions;
    size_t mention_count;
    struct config_list ring;      /* 'new', 'resolved', 'repeat' */
    struct config_list operators; /* empty: everyone of our tenant in the chat */
    struct config_list severity;  /* "WORD=critical|warning|info" */
    char *transform;              /* "" for none; absolute path */
    struct secret grafana_secret;
    enum language language; /* absent: as the bot */
};

enum config_log { CONFIG_LOG_SYSLOG, CONFIG_LOG_STDERR };

struct config {
    struct config_app app;
    char *bot_open_id; /* "" if not configured */
    enum language language;
    char *command_directory;     /* absolute path */
    struct config_rule defaults; /* of section `commands` */
    struct config_rule *rules;   /* of sections `command 'NAME'`, completed from the defaults */
    size_t rule_count;
    struct secret store_url; /* "dir:/…", "none", or a Redis, perhaps with its password */
    int64_t lease_s;         /* how long a claim lasts */
    int64_t uuid_life_s;     /* how long the platform is relied on to know a uuid */
    char *state_directory;   /* absolute path: local locks and runner files */
    enum config_log log;
    struct config_alertmanager *alertmanagers;
    size_t alertmanager_count;
    struct config_receiver *receivers;
    size_t receiver_count;
    struct config_list files; /* names of those that keys ending in _file were read from */
};

/* Reads text, of len bytes, as a configuration. name is the file's name in error texts, which are
 * one line "NAME:LINE: KEY: what is wrong and what to do" and never hold a secret's value. On
 * success the caller releases config; on failure (ERROR_CONFIG) it is released already. Keys that
 * end in _file are read by read_file: it puts a file's contents, without one final newline, into
 * secret, or returns false with the error set. */
bool config_parse(const char *text, size_t len, const char *name,
                  bool (*read_file)(const char *path, struct secret *secret, struct error *error),
                  struct config *config, struct error *error) __attribute__((warn_unused_result));

/* Effect. Reads and parses the file at path. Refuses (ERROR_CONFIG, with the chmod to run) a file,
 * it or one named by a _file key, that others may read or write or that the group may write. */
bool config_load(const char *path, struct config *config, struct error *error)
    __attribute__((warn_unused_result));

/* The rule for the folder command called name: its own, else the defaults. Borrowed. */
const struct config_rule *config_rule(const struct config *config, const char *name);

/* Whether the person (open_id) in the chat (chat_id) may run what the rule governs: with both lists
 * empty nobody; with one given that decides; with both, person and chat must match. */
bool config_rule_allows(const struct config_rule *rule, const char *person, const char *chat);

/* The receiver, the Alertmanager of that name, or NULL. Borrowed. */
const struct config_receiver *config_receiver(const struct config *config, const char *name);
const struct config_alertmanager *config_alertmanager(const struct config *config,
                                                      const char *name);

/* Whether events can be received at all: a verification token or an encrypt key is configured. */
bool config_receives(const struct config *config);

/* Frees the contents and wipes the secrets. */
void config_release(struct config *config);

#endif
