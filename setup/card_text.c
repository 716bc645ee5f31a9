#include "card_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "memory.h"
#include "number.h"
#include "text.h"
#include "tree.h"

enum { TEXT_MAX = 1 << 20, TIME_LEN = 24 };

/* The value of an attribute of a tag, as far as its digits, letters and "_" go. Caller frees. */
static char *attribute(const char *tag, size_t len, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    struct buf value = BUF_INIT(256);
    const char *at = memmem(tag, len, name, strlen(name));
    if (at != NULL) {
        at += strlen(name);
        at += *at == '\'' ? 1 : 0;
        buf_add(&value, at, strspn(at, plain));
    }
    char *text = memory_copy(buf_text(&value));
    buf_release(&value);
    return text;
}

static void add_moment(struct buf *out, const char *tag, size_t len)
{
    uint64_t ms = 0;
    struct tm tm;
    char text[TIME_LEN];
    char *told = attribute(tag, len, "millisecond=");
    const bool is_time = memmem(tag, len, "'time'", 6) != NULL;
    if (number_parse(told, 0, INT64_MAX, &ms)) {
        const time_t seconds = (time_t)(ms / 1000);
        (void)localtime_r(&seconds, &tm);
        if (strftime(text, sizeof(text), is_time ? "%H:%M:%S" : "%Y-%m-%d", &tm) > 0)
            buf_add_text(out, text);
    }
    free(told);
}

static void add_person(struct buf *out, const char *tag, size_t len)
{
    char *id = attribute(tag, len, "id=");
    buf_add_format(out, "@%s", id);
    free(id);
}

/* What stands for a tag; of the others only what is between them is shown. */
static const struct {
    const char *start;
    void (*add)(struct buf *out, const char *tag, size_t len);
} tags[] = {
    { "<local_datetime", add_moment },
    { "<at ", add_person },
};

/* Appends what stands for the tag at the beginning of text. How many bytes it has. */
static size_t add_tag(struct buf *out, const char *text)
{
    const char *end = strchr(text, '>');
    if (end == NULL)
        return 1;
    const size_t len = (size_t)(end - text) + 1;
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (strncmp(text, tags[i].start, strlen(tags[i].start)) == 0)
            tags[i].add(out, text, len);
    }
    return len;
}

/* Appends the character that the entity at the beginning of text stands for. How many bytes the
 * entity has; 1 if it is none. */
static size_t add_entity(struct buf *out, const char *text)
{
    uint64_t code = 0;
    char digits[4] = "";
    const size_t len = strncmp(text, "&#", 2) == 0 ? strspn(text + 2, "0123456789") : 0;
    if (strncmp(text, "&sim;", 5) == 0) {
        buf_add_text(out, "~");
        return 5;
    }
    if (len > 0 && len < sizeof(digits) && text[2 + len] == ';') {
        memcpy(digits, text + 2, len);
        if (number_parse(digits, 1, 127, &code)) {
            buf_add(out, &(const char){ (char)code }, 1);
            return len + 3;
        }
    }
    buf_add_text(out, "&");
    return 1;
}

/* Appends markdown as the reader sees it: emphasis and strike-outs are not shown. */
static void add_markdown(struct buf *out, const char *text)
{
    while (*text != '\0') {
        size_t len = 2;
        if (*text == '<')
            len = add_tag(out, text);
        else if (*text == '&')
            len = add_entity(out, text);
        else if (strncmp(text, "**", 2) != 0 && strncmp(text, "~~", 2) != 0) {
            buf_add(out, text, 1);
            len = 1;
        }
        text += len;
    }
}

static void add_content(struct buf *out, struct json_object *element)
{
    const char *content = tree_text(element, "content");
    if (content != NULL)
        add_markdown(out, content);
}

static void add_plain(struct buf *out, const char *before, struct json_object *text,
                      const char *after)
{
    const char *content = tree_text(text, "content");
    if (content != NULL)
        buf_add_format(out, "%s%s%s", before, content, after);
}

static void add_button(struct buf *out, struct json_object *button)
{
    struct json_object *behavior = tree_at(tree_array(button, "behaviors"), 0);
    const char *url = tree_text(behavior, "default_url");
    add_plain(out, "[", tree_object(button, "text"), "] ");
    if (url != NULL)
        buf_add_format(out, "%s ", url);
}

static void add_rule(struct buf *out, struct json_object *element)
{
    (void)element;
    buf_add_text(out, "----");
}

static void add_elements(struct buf *out, struct json_object *elements, const char *between);

static void add_row(struct buf *out, struct json_object *row)
{
    add_elements(out, tree_array(row, "columns"), "");
}

static void add_column(struct buf *out, struct json_object *column)
{
    add_elements(out, tree_array(column, "elements"), "");
}

static void add_text(struct buf *out, struct json_object *element)
{
    add_plain(out, "", tree_object(element, "text"), "");
}

static const struct {
    const char *tag;
    void (*add)(struct buf *out, struct json_object *element);
} elements_by_tag[] = {
    { "markdown", add_content }, { "div", add_text },       { "button", add_button },
    { "hr", add_rule },          { "column_set", add_row }, { "column", add_column },
};

static void add_element(struct buf *out, struct json_object *element)
{
    const char *tag = tree_text(element, "tag");
    for (size_t i = 0; tag != NULL && i < sizeof(elements_by_tag) / sizeof(elements_by_tag[0]);
         i++) {
        if (strcmp(elements_by_tag[i].tag, tag) == 0)
            elements_by_tag[i].add(out, element);
    }
}

/* Of cards of schema 2.0 no depth is too great: a tree has at most 32 levels. */
static void add_elements(struct buf *out, struct json_object *elements, const char *between)
{
    for (size_t i = 0; i < tree_count(elements); i++) {
        buf_add_text(out, i > 0 ? between : "");
        add_element(out, tree_at(elements, i));
    }
}

char *card_text(struct json_object *card)
{
    struct buf out = BUF_INIT(TEXT_MAX);
    struct json_object *header = tree_object(card, "header");
    struct json_object *labels = tree_array(header, "text_tag_list");
    const char *colour = tree_text(header, "template");
    add_plain(&out, "", tree_object(header, "title"), "");
    for (size_t i = 0; i < tree_count(labels); i++)
        add_plain(&out, " · ", tree_object(tree_at(labels, i), "text"), "");
    if (colour != NULL)
        buf_add_format(&out, " (%s)", colour);
    buf_add_text(&out, "\n\n");
    add_elements(&out, tree_array(tree_object(card, "body"), "elements"), "\n\n");
    buf_add_text(&out, "\n");
    char *text = text_clean(buf_text(&out), out.len);
    buf_release(&out);
    return text;
}
