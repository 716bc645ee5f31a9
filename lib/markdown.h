/* Pure. Text from outside as a part of a card's markdown, where it acts in no way. */
#ifndef FEISHU_MARKDOWN_H
#define FEISHU_MARKDOWN_H

#include <stddef.h>

struct buf;

/* Appends text with every character that could act replaced by its entity; newlines stay. */
void markdown_add(struct buf *out, const char *text);

/* The same, but at most max bytes of out: what is longer ends with "…". */
void markdown_add_cut(struct buf *out, const char *text, size_t max);

/* Appends a link whose words come from outside. url must have passed markdown_is_url, else only the
 * words are added. */
void markdown_add_link(struct buf *out, const char *words, const char *url);

/* Whether url is http or https, and of characters that keep it within a link's brackets. */
_Bool markdown_is_url(const char *url);

/* For plain_text elements: a copy of text in which "<at", "<font", "](" cannot be read as such,
 * even by a client that reads more than it should. Caller frees. */
char *markdown_plain(const char *text);

#endif
