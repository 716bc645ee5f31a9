/* Effect. The language of what people read, through gettext: by the locale's environment variables
 * or by choice, also where no such locale was generated. */
#ifndef SETUP_LANGUAGE_H
#define SETUP_LANGUAGE_H

#include "words.h"

/* Takes the language from LC_ALL, LC_MESSAGES, LANG; Chinese for zh…, else English. Finds the
 * catalogue beside the program, if it was not installed, else where it is installed. */
enum language language_start(void);

/* Switches to that language. */
void language_choose(enum language language);

#endif
