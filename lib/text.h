/* Pure. UTF-8 text as people write it and as the platform takes it. */
#ifndef FEISHU_TEXT_H
#define FEISHU_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether data is UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool text_is_utf8(const char *data, size_t len);

/* The greatest length up to max bytes at which the valid UTF-8 text can be cut between characters.
 */
size_t text_cut(const char *text, size_t len, size_t max);

/* A copy of data that is valid UTF-8 text: bytes that are none, and control characters other than
 * tab and newline, become U+FFFD; CR LF becomes LF. Caller frees. */
char *text_clean(const char *data, size_t len);

/* The same as one line: newlines and tabs are blanks. Caller frees. */
char *text_line(const char *data, size_t len);

/* A copy of text in which no "<at" is left, in whatever case and with whatever white space, control
 * or invisible characters after the "<": the "<" becomes U+FF1C, which looks alike and mentions
 * nobody. Caller frees. */
char *text_inert(const char *text);

/* A copy of text in which ideographic, no-break and typographic spaces, curly and full-width quotes
 * and the full-width forms of = , ~ that Chinese input methods produce are their ASCII forms, and
 * zero-width characters are gone. Caller frees. */
char *text_fold(const char *text);

#endif
