/* Pure. How a message looks: to an app that asks the API, and to people. */
#ifndef SANDBOX_VIEWS_H
#define SANDBOX_VIEWS_H

#include <stdbool.h>

struct json_object;
struct post;

/* As the API gives it out. app_id: of the bot's app. raw_cards: cards as they were sent, else
 * simplified, as the platform does. Caller frees. */
struct json_object *views_api(const struct post *post, const char *app_id, bool raw_cards);

/* As the controls give it out. app_id as above. Caller frees. */
struct json_object *views_control(const struct post *post, const char *app_id);

/* Sets a time as the platform does: milliseconds in a text. */
void views_set_time(struct json_object *object, const char *key, long long ms);

#endif
