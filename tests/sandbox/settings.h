/* Pure. The app's state as the controls write it and read it. */
#ifndef SANDBOX_SETTINGS_H
#define SANDBOX_SETTINGS_H

struct app;
struct json_object;

/* Merges the settings into the app. NULL, or what is wrong; then nothing has changed. */
const char *settings_merge(struct app *app, struct json_object *body);

/* The whole state. Caller frees. */
struct json_object *settings_print(const struct app *app);

#endif
