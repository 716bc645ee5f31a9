#include "markdown.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "memory.h"

/* By the platform's own table; "&" is ours, so that an entity in the text stays what it is. */
static const char special[] = "<>*-!/\\[]()#:+\"'`$_&|{}";

static bool is_special(char character)
{
    return character != '\0' && strchr(special, character) != NULL;
}

/* A line that begins with four blanks would be code, and a number with a dot a list. */
static bool is_special_at_start(char character)
{
    return character == ' ' || character == '\t' || character == '.' || character == '=';
}

static void add_character(struct buf *out, const char *at, bool at_start)
{
    if (*at == '~')
        buf_add_text(out, "&sim;"); /* the only one that the platform knows by name */
    else if (is_special(*at) || (at_start && is_special_at_start(*at)))
        buf_add_format(out, "&#%d;", (int)(unsigned char)*at);
    else
        buf_add(out, at, 1);
}

void markdown_add_cut(struct buf *out, const char *text, size_t max)
{
    static const char dots[] = "…";
    bool at_start = true;
    const size_t began = out->len;
    size_t whole = out->len; /* up to where characters of several bytes are whole */
    for (const char *at = text; *at != '\0'; at++) {
        if (((unsigned char)*at & 0xc0) != 0x80)
            whole = out->len;
        add_character(out, at, at_start);
        if (out->len - began > max - strlen(dots)) {
            buf_cut(out, whole);
            buf_add_text(out, dots);
            return;
        }
        /* Digits before a dot still are the start of a line. */
        at_start = *at == '\n' || (at_start && strchr(" \t0123456789", *at) != NULL);
    }
}

void markdown_add(struct buf *out, const char *text)
{
    markdown_add_cut(out, text, SIZE_MAX / 2);
}

bool markdown_is_url(const char *url)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-._~:/?#@!$&*+,;=%";
    const bool is_web = strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
    return is_web && strspn(url, allowed) == strlen(url);
}

void markdown_add_link(struct buf *out, const char *words, const char *url)
{
    if (!markdown_is_url(url)) {
        markdown_add(out, words);
        return;
    }
    buf_add_text(out, "[");
    markdown_add(out, words);
    buf_add_format(out, "](%s)", url);
}

/* What a client could take for markup where there should be none, and what looks alike. */
static const struct {
    const char *text;
    const char *instead;
} marks[] = {
    { "<", "\xef\xbc\x9c" },   /* full-width */
    { "](", "]\xef\xbc\x88" }, /* a full-width bracket */
};

char *markdown_plain(const char *text)
{
    struct buf out = BUF_INIT(3 * strlen(text) + 1);
    for (const char *at = text; *at != '\0';) {
        size_t i = 0;
        const size_t count = sizeof(marks) / sizeof(marks[0]);
        while (i < count && strncmp(at, marks[i].text, strlen(marks[i].text)) != 0)
            i++;
        if (i == count)
            buf_add(&out, at++, 1);
        else {
            buf_add_text(&out, marks[i].instead);
            at += strlen(marks[i].text);
        }
    }
    char *plain = memory_copy(buf_text(&out));
    buf_release(&out);
    return plain;
}
