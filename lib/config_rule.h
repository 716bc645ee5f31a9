/* Pure. Lists of the configuration, and the rules of commands. */
#ifndef FEISHU_CONFIG_RULE_H
#define FEISHU_CONFIG_RULE_H

struct config_list;
struct config_rule;
struct config_secrets;

/* A new rule, called title, of the struct config; it has everything from the defaults. Borrowed:
 * lives until the next is added. */
void *config_rule_add(void *config, const char *title);

void config_rule_release(struct config_rule *rule);
void config_list_release(struct config_list *list);
void config_secrets_release(struct config_secrets *list);

#endif
