/* Pure. What values of the configuration must look like. */
#ifndef FEISHU_CONFIG_CHECK_H
#define FEISHU_CONFIG_CHECK_H

/* Each returns NULL if the text will do, else what is wrong and what to write instead. The text
 * itself is not part of that. */
const char *config_check_app_id(const char *text);
const char *config_check_base_url(const char *text);      /* may end with one slash */
const char *config_check_event_url(const char *text);     /* or "" */
const char *config_check_proxy(const char *text);         /* or "" */
const char *config_check_path(const char *text);          /* absolute */
const char *config_check_optional_path(const char *text); /* or "" */
const char *config_check_store(const char *text);
const char *config_check_open_id(const char *text); /* or "" */
const char *config_check_person(const char *text);  /* or "*" */
const char *config_check_chat(const char *text);    /* or "*" */
const char *config_check_command(const char *text); /* a command's name */

const char *config_check_receiver(const char *text); /* a receiver's or an Alertmanager's name */
const char *config_check_one_chat(const char *text); /* a chat_id */
const char *config_check_server(const char *text);   /* http or https, host, port, perhaps a path */
const char *config_check_hook(const char *text);     /* a custom bot's webhook, or "" */
const char *config_check_mentioned(const char *text); /* an open_id, or "all" */
const char *config_check_matcher(const char *text);   /* as amtool writes one */
const char *config_check_ring(const char *text);      /* new, resolved, repeat */
const char *config_check_severity(const char *text);  /* WORD=critical, warning or info */

#endif
