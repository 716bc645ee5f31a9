#include "prose.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "event.h"
#include "memory.h"
#include "tree.h"

/* No ceiling of its own: what comes in has one. */
#define PROSE_INIT BUF_INIT(SIZE_MAX / 4)

static struct json_object *parse(const char *content)
{
    struct error ignored = ERROR_INIT;
    return content == NULL ? NULL : tree_parse_object(content, strlen(content), &ignored);
}

static const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* The buffer's contents as a text that the caller frees. */
static char *take(struct buf *prose)
{
    return prose->data == NULL ? memory_copy("") : prose->data;
}

char *prose_from_text(const char *content)
{
    struct json_object *tree = parse(content);
    char *text = memory_copy(text_or_empty(tree_text(tree, "text")));
    tree_free(tree);
    return text;
}

static void add_text(struct json_object *element, struct buf *prose)
{
    buf_add_text(prose, text_or_empty(tree_text(element, "text")));
}

static void add_link(struct json_object *element, struct buf *prose)
{
    const char *text = text_or_empty(tree_text(element, "text"));
    const char *address = text_or_empty(tree_text(element, "href"));
    if (text[0] == '\0' || address[0] == '\0' || strcmp(text, address) == 0)
        buf_add_text(prose, address[0] == '\0' ? text : address);
    else
        buf_add_format(prose, "[%s](%s)", text, address);
}

static void add_mention(struct json_object *element, struct buf *prose)
{
    buf_add_text(prose, text_or_empty(tree_text(element, "user_id")));
}

static void add_emotion(struct json_object *element, struct buf *prose)
{
    const char *name = tree_text(element, "emoji_type");
    if (name != NULL)
        buf_add_format(prose, "[%s]", name);
}

static void add_line(struct json_object *element, struct buf *prose)
{
    (void)element;
    buf_add_text(prose, "\n");
}

/* The elements of a post that are text. Pictures and what is not known are left out. */
static const struct {
    const char *tag;
    void (*add)(struct json_object *element, struct buf *prose);
} elements[] = {
    { "text", add_text },       { "a", add_link },  { "at", add_mention },
    { "emotion", add_emotion }, { "hr", add_line }, { "code_block", add_text },
};

static void add_element(struct json_object *element, struct buf *prose)
{
    const char *tag = text_or_empty(tree_text(element, "tag"));
    for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
        if (strcmp(elements[i].tag, tag) == 0)
            elements[i].add(element, prose);
    }
}

char *prose_from_post(const char *content)
{
    struct buf prose = PROSE_INIT;
    struct json_object *tree = parse(content);
    struct json_object *paragraphs = tree_array(tree, "content");
    buf_add_text(&prose, text_or_empty(tree_text(tree, "title")));
    for (size_t i = 0; i < tree_count(paragraphs); i++) {
        struct json_object *paragraph = tree_at(paragraphs, i);
        if (prose.len > 0)
            buf_add_text(&prose, "\n");
        for (size_t at = 0; at < tree_count(paragraph); at++)
            add_element(tree_at(paragraph, at), &prose);
    }
    tree_free(tree);
    return take(&prose);
}

/* Puts the key of one mention more into the message's table, and into prose. */
static void add_key(struct event_message *message, char *open_id, char *name, struct buf *prose)
{
    const size_t count = message->mention_count + 1;
    char *key = memory_format("@_user_%zu", count);
    message->mentions = memory_resize(message->mentions, count * sizeof(message->mentions[0]));
    message->mentions[count - 1] = (struct event_mention){ key, open_id, name };
    message->mention_count = count;
    buf_add_text(prose, key);
}

/* Reads the mention at `at`, which begins with "<at ". Returns what follows it, or NULL if it is
 * none: then it is what somebody wrote. */
static const char *read_mention(const char *at, struct event_message *message, struct buf *prose)
{
    static const char attribute[] = " open_id=\"";
    static const char end[] = "</at>";
    const size_t tag_len = 1 + strcspn(at + 1, "<>");
    if (at[tag_len] != '>' || message->mention_count >= EVENT_MENTIONS_MAX)
        return NULL;
    const char *name = at + tag_len + 1;
    const size_t name_len = strcspn(name, "<");
    if (strncmp(name + name_len, end, sizeof(end) - 1) != 0)
        return NULL;
    const char *open_id = memmem(at, tag_len, attribute, sizeof(attribute) - 1);
    size_t id_len = 0;
    if (open_id != NULL) {
        open_id += sizeof(attribute) - 1;
        id_len = strcspn(open_id, "\">");
    }
    const size_t sign = name[0] == '@' ? 1 : 0;
    add_key(message, memory_copy_bytes(open_id == NULL ? "" : open_id, id_len),
            memory_copy_bytes(name + sign, name_len - sign), prose);
    return name + name_len + sizeof(end) - 1;
}

char *prose_from_markup(const char *text, struct event_message *message)
{
    struct buf prose = PROSE_INIT;
    while (*text != '\0') {
        const char *after =
            strncmp(text, "<at ", 4) == 0 ? read_mention(text, message, &prose) : NULL;
        if (after == NULL) {
            const size_t plain = 1 + strcspn(text + 1, "<");
            buf_add(&prose, text, plain);
            text += plain;
        } else {
            text = after;
        }
    }
    return take(&prose);
}
