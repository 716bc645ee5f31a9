/* Pure. The elements of Card JSON 2.0 that our cards are made of. Texts are valid UTF-8; what comes
 * from outside has passed markdown.h. Trees belong to the caller until they are added. */
#ifndef FEISHU_CARD_H
#define FEISHU_CARD_H

#include <stdbool.h>

struct json_object;

/* A card without elements. template: a header colour ("red"). summary: what a list of chats shows.
 */
struct json_object *card_new(const char *template, const char *title, const char *summary);

/* Adds a tag behind the header's title; three at most are shown. */
void card_add_tag(struct json_object *card, const char *text, const char *colour);

/* The card's elements, to which others are appended. Borrowed. */
struct json_object *card_elements(struct json_object *card);

struct json_object *card_markdown(const char *content);

/* Buttons in a row that wraps. Buttons are added to it with card_row_add. */
struct json_object *card_row(void);
void card_row_add(struct json_object *row, struct json_object *button);

/* A button: type "primary", "default", "danger". Either it opens url, or, if that is NULL, calls
 * back with value, which becomes its own. */
struct json_object *card_button(const char *text, const char *type, const char *url,
                                struct json_object *value);

/* Asks before a button acts. */
void card_button_confirm(struct json_object *button, const char *title, const char *text);

#endif
