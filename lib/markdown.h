/* Pure. Text from outside as a part of a card, where it acts in no way. */
#ifndef FEISHU_MARKDOWN_H
#define FEISHU_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Appends text as markdown that shows it as it is: every character that could act is an entity, a
 * newline is "<br>", blanks that begin a line stay. Marks that would turn the direction of what
 * follows are left out. At most max bytes of out (3 at least); what is longer ends with "…". */
void markdown_add(struct buf *out, const char *text, size_t max);

/* The same on one line, for titles, labels and items of lists: white space becomes a blank. */
void markdown_add_line(struct buf *out, const char *text, size_t max);

/* Appends a link, its words as markdown_add_line. Only the words, unless markdown_is_url(url). */
void markdown_add_link(struct buf *out, const char *words, const char *url);

/* Whether url is http or https, and of characters that keep it within a link's brackets. */
bool markdown_is_url(const char *url);

/* For plain_text elements and messages: a copy of text in which "<at", "<font", "](" cannot be read
 * as such, even by a client that reads more than it should. Caller frees. */
char *markdown_plain(const char *text);

#endif
