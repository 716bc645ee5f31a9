/* Pure. Blanks, words and quoted texts of a configuration. */
#ifndef FEISHU_CONFIG_TEXT_H
#define FEISHU_CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct config_text {
    const char *data;
    size_t len;
    size_t at;   /* what comes next */
    size_t line; /* its line, from 1 */
    char *plain; /* a copy of data, in which comments become blanks */
};

/* The next character; -1 at the end. */
int config_text_peek(const struct config_text *text);

/* The functions below return NULL, or what is wrong with the text: a constant. */

/* Passes white space and comments. */
const char *config_text_skip(struct config_text *text);

/* Whether a word begins here: letters, digits and _ - . */
bool config_text_is_word(const struct config_text *text);

/* Passes the word that begins here, if any. */
void config_text_word(struct config_text *text);

/* Passes a word, or a text in quotes on one line, that ends where a value may end. */
const char *config_text_value(struct config_text *text);

/* Writes into out, which has room for len bytes, what the value of len bytes means: without its
 * quotes, and without the backslashes that keep a quote or a backslash. Returns the length. */
size_t config_text_unquote(const char *value, size_t len, char *out);

/* Whether data is valid UTF-8 without control characters. */
bool config_text_is_clean(const char *data, size_t len);

#endif
