/* Pure. The buttons of a card, in the order in which people see them. */
#ifndef SANDBOX_PRESS_BUTTON_H
#define SANDBOX_PRESS_BUTTON_H

#include <stdbool.h>

struct json_object;

/* A button, found. Everything is borrowed from the card. */
struct press_button {
    struct json_object *element;
    bool calls_back;
    struct json_object *value;   /* that goes back to the bot, of any type; NULL if there is none */
    const char *url;             /* that it opens, or NULL */
    struct json_object *confirm; /* what is asked before, an object, or NULL */
    bool disabled;
};

/* Finds the button that the request means: by "index" (0 is the first), "name", "text" (what stands
 * on it) or "value" (what goes back to the bot); the first that matches all of these that are
 * there. NULL, or what is wrong. */
const char *press_button_find(struct json_object *card, struct json_object *request,
                              struct press_button *button);

#endif
