/* Effect, for the machine's time zone. A card as text, for people at a terminal. */
#ifndef SETUP_CARD_TEXT_H
#define SETUP_CARD_TEXT_H

struct json_object;

/* The card's header, what it says, its buttons in brackets; nothing in it steers a terminal. Caller
 * frees. */
char *card_text(struct json_object *card);

#endif
