#include "content.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "error.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

/* Room in a request for everything but its text: ids, keys, the words that say what is left out. */
enum { REQUEST_OVERHEAD = 1000 };

static const struct {
    const char *type;
    size_t max;
} kinds[] = {
    [CONTENT_TEXT] = { "text", CONTENT_TEXT_MAX },
    [CONTENT_CARD] = { "interactive", CONTENT_CARD_MAX },
};

/* The card's JSON, with every text in it inert, or NULL if the output is no card. */
static char *card_from_output(const char *output, size_t len)
{
    struct error ignored = ERROR_INIT;
    struct buf json = BUF_INIT(SIZE_MAX / 4);
    struct json_object *card = tree_parse_object(output, len, &ignored);
    const char *schema = tree_text(card, "schema");
    if (schema != NULL && strcmp(schema, "2.0") == 0 && tree_object(card, "body") != NULL) {
        tree_rewrite_texts(card, text_inert);
        tree_print(card, &json);
    }
    tree_free(card);
    return json.data;
}

/* Appends what was left out to the text, which it takes. */
static char *say_left_out(char *text, uint64_t left_out, enum language language)
{
    char count[24];
    (void)snprintf(count, sizeof(count), "%" PRIu64, left_out);
    char *words = words_say(language, PHRASE_LEFT_OUT, WORDS(count));
    char *joined = memory_format("%s%s", text, words);
    free(words);
    free(text);
    return joined;
}

struct content content_from_output(const char *output, size_t len, uint64_t left_out,
                                   enum language language)
{
    char *card = left_out == 0 ? card_from_output(output, len) : NULL;
    if (card != NULL)
        return (struct content){ CONTENT_CARD, card };
    if (left_out > 0 && len > 0) { /* the last character may be the half of one */
        size_t kept = text_cut(output, len, len - 1);
        left_out += len - kept;
        len = kept;
    }
    char *clean = text_clean(output, len);
    char *inert = text_inert(clean);
    free(clean);
    size_t end = strlen(inert);
    while (end > 0 && strchr(" \t\n", inert[end - 1]) != NULL)
        inert[--end] = '\0';
    return content_from_text(left_out == 0 ? inert : say_left_out(inert, left_out, language));
}

struct content content_from_text(char *text)
{
    return (struct content){ CONTENT_TEXT, text };
}

void content_release(struct content *content)
{
    free(content->text);
    *content = (struct content)CONTENT_INIT;
}

void content_uuid(const char *id, const char *purpose, char uuid[static CONTENT_UUID_LEN])
{
    char hex[CIPHER_HEX_LEN];
    /* The separator's NUL keeps ("ab", "c") and ("a", "bc") apart. */
    const struct cipher_part parts[] = { { id, strlen(id) + 1 }, { purpose, strlen(purpose) } };
    cipher_digest_hex(parts, 2, hex);
    memcpy(uuid, hex, CONTENT_UUID_LEN - 1);
    uuid[CONTENT_UUID_LEN - 1] = '\0';
}

/* How many bytes a byte of text takes in a request, where it is JSON within JSON. */
static size_t escaped_cost(char byte)
{
    if (byte == '"' || byte == '\\')
        return 4; /* \\\" and \\\\ */
    if (byte == '\n' || byte == '\t' || byte == '\r' || byte == '\b' || byte == '\f')
        return 3;                             /* \\n */
    return (unsigned char)byte < ' ' ? 7 : 1; /* \\u0001 */
}

/* How many bytes of text fit into a request of max bytes. */
static size_t fitting(const char *text, size_t max)
{
    size_t cost = REQUEST_OVERHEAD;
    size_t len = 0;
    while (text[len] != '\0' && cost + escaped_cost(text[len]) <= max)
        cost += escaped_cost(text[len++]);
    return len;
}

/* The text as much of it as fits, in its JSON object. */
static struct json_object *text_object(const char *text, size_t max, enum language language)
{
    size_t len = strlen(text);
    size_t kept = text_cut(text, len, fitting(text, max));
    char *shown = memory_copy_bytes(text, kept);
    if (kept < len)
        shown = say_left_out(shown, len - kept, language);
    struct json_object *object = tree_new_object();
    tree_set_text(object, "text", shown);
    free(shown);
    return object;
}

/* The text that goes into the field `content`; NULL if it is too long. Caller frees. */
static char *content_field(const struct content *content, enum language language)
{
    size_t max = kinds[content->kind].max;
    if (content->kind == CONTENT_CARD) {
        bool fits = fitting(content->text, max) == strlen(content->text);
        return fits ? memory_copy(content->text) : NULL;
    }
    struct buf json = BUF_INIT(SIZE_MAX / 4);
    struct json_object *object = text_object(content->text, max, language);
    tree_print(object, &json);
    tree_free(object);
    return json.data;
}

struct json_object *content_request(const struct content *content, const char *uuid,
                                    const char *chat_id, enum language language)
{
    char *field = content_field(content, language);
    if (field == NULL)
        return NULL;
    struct json_object *body = tree_new_object();
    if (chat_id != NULL)
        tree_set_text(body, "receive_id", chat_id);
    tree_set_text(body, "msg_type", kinds[content->kind].type);
    tree_set_text(body, "content", field);
    tree_set_text(body, "uuid", uuid);
    free(field);
    return body;
}
