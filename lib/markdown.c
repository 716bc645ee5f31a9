#include "markdown.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "memory.h"
#include "text.h"

/* What is not added as it is: by the platform's own table; "&" so that an entity in the text stays
 * what it is, "@" and "|" because other readers of markdown know them; white space; and the first
 * bytes of marks of direction. */
static const char special[] = "<>*-!/\\[]()#:+\"'`$_&|{}@~"
                              "\n\t"
                              "\xd8\xe2";

static const char dots[] = "…";

enum { BLANKS_MAX = 16, DIGITS_MAX = 9 };

/* The bytes of the marks that turn the direction of what follows, or end its line: U+061C, U+200E,
 * U+200F, U+2028 to U+202E, U+2066 to U+2069. */
static const struct {
    uint8_t head[2];
    uint8_t head_len;
    uint8_t low;
    uint8_t high;
} marks[] = {
    { { 0xd8 }, 1, 0x9c, 0x9c },
    { { 0xe2, 0x80 }, 2, 0x8e, 0x8f },
    { { 0xe2, 0x80 }, 2, 0xa8, 0xae },
    { { 0xe2, 0x81 }, 2, 0xa6, 0xa9 },
};

/* The length of the mark at `at`; 0 if there is none. */
static size_t mark_length(const char *at)
{
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        const size_t len = marks[i].head_len;
        if (strncmp(at, (const char *)marks[i].head, len) != 0)
            continue;
        if ((uint8_t)at[len] >= marks[i].low && (uint8_t)at[len] <= marks[i].high)
            return len + 1;
    }
    return 0;
}

/* Blanks that begin a line would be lost. Returns what is behind them. */
static const char *add_blanks(struct buf *out, const char *at)
{
    for (int i = 0; i < BLANKS_MAX && (*at == ' ' || *at == '\t'); i++, at++)
        buf_add_text(out, *at == ' ' ? "&#160;" : "&#160;&#160;");
    return at;
}

/* A number with a dot at the start would be an item of a list. */
static const char *add_number(struct buf *out, const char *at)
{
    const size_t digits = strspn(at, "0123456789");
    if (digits == 0 || digits > DIGITS_MAX || at[digits] != '.')
        return at;
    buf_add(out, at, digits);
    buf_add_text(out, "&#46;");
    return at + digits + 1;
}

/* Adds the special character at `at`; returns what is behind it. */
static const char *add_special(struct buf *out, const char *at, bool on_lines)
{
    const unsigned char byte = (unsigned char)*at;
    const size_t mark = mark_length(at);
    if (mark > 0)
        return at + mark;
    if (byte >= 0x80) { /* it only begins like a mark */
        const size_t len = byte >= 0xe0 ? 3 : 2;
        buf_add(out, at, len);
        return at + len;
    }
    if (byte == '\n' && on_lines) {
        buf_add_text(out, "<br>");
        return add_blanks(out, at + 1);
    }
    if (byte == '\n' || byte == '\t')
        buf_add(out, " ", 1);
    else if (byte == '~')
        buf_add_text(out, "&sim;"); /* the only one that the platform knows by name */
    else
        buf_add_format(out, "&#%d;", (int)byte);
    return at + 1;
}

/* Adds what stands at the start of the text. */
static const char *add_start(struct buf *out, const char *text, bool on_lines)
{
    return add_number(out, on_lines ? add_blanks(out, text) : text + strspn(text, " \t\n"));
}

static void add(struct buf *out, const char *text, size_t max, bool on_lines)
{
    const size_t end = out->len + max - strlen(dots);
    size_t whole = out->len; /* up to here it can be cut */
    const char *at = add_start(out, text, on_lines);
    bool full = out->len > end;
    while (!full && *at != '\0') {
        const size_t room = end - out->len;
        const size_t run = strcspn(at, special);
        buf_add(out, at, text_cut(at, run, room));
        whole = out->len;
        full = run > room;
        at += run;
        if (!full && *at != '\0')
            at = add_special(out, at, on_lines);
        full = full || out->len > end;
    }
    if (!full)
        return;
    buf_cut(out, whole);
    buf_add_text(out, dots);
}

void markdown_add(struct buf *out, const char *text, size_t max)
{
    add(out, text, max, true);
}

void markdown_add_line(struct buf *out, const char *text, size_t max)
{
    add(out, text, max, false);
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
        markdown_add_line(out, words, SIZE_MAX / 2);
        return;
    }
    buf_add_text(out, "[");
    markdown_add_line(out, words, SIZE_MAX / 2);
    buf_add_format(out, "](%s)", url);
}

char *markdown_plain(const char *text)
{
    struct buf out = BUF_INIT(3 * strlen(text) + 1);
    char last = '\0';
    while (*text != '\0') {
        const size_t mark = mark_length(text);
        text += mark;
        if (mark > 0)
            continue;
        if (*text == '<')
            buf_add_text(&out, "＜");
        else if (*text == '(' && last == ']')
            buf_add_text(&out, "（");
        else
            buf_add(&out, text, 1);
        last = *text++;
    }
    char *plain = memory_copy(buf_text(&out));
    buf_release(&out);
    return plain;
}
