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

enum {
    WORDS_ROOM = 200,       /* in a request for the words that say what is left out */
    REQUEST_OVERHEAD = 1000 /* and for everything but its text, these words included */
};

/* How many bytes a byte takes in the text of a request: a card is JSON already. */
static size_t card_cost(char byte)
{
    return byte == '"' || byte == '\\' ? 2 : 1; /* \" and \\ */
}

/* The same where the text is to become JSON first, which then is a text in JSON. */
static size_t text_cost(char byte)
{
    if (byte == '"' || byte == '\\')
        return 4; /* \\\" and \\\\ */
    if (byte == '\n' || byte == '\t' || byte == '\r' || byte == '\b' || byte == '\f')
        return 3;                             /* \\n */
    return (unsigned char)byte < ' ' ? 7 : 1; /* \\u0001 */
}

static const struct {
    const char *type;
    size_t max;
    size_t (*cost)(char byte);
} kinds[] = {
    [CONTENT_TEXT] = { "text", CONTENT_TEXT_MAX, text_cost },
    [CONTENT_CARD] = { "interactive", CONTENT_CARD_MAX, card_cost },
};

/* How many bytes of text fit into a request of the kind, of which `spare` bytes are to stay free.
 */
static size_t fitting(const char *text, enum content_kind kind, size_t spare)
{
    size_t cost = REQUEST_OVERHEAD + spare;
    size_t len = 0;
    while (text[len] != '\0' && cost + kinds[kind].cost(text[len]) <= kinds[kind].max)
        cost += kinds[kind].cost(text[len++]);
    return len;
}

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

/* Takes a text and returns as much of it as fits into a request with `spare` bytes to stay free.
 * At its end is how many bytes are left out, here and earlier, if any are. */
static char *shorten(char *text, size_t spare, uint64_t left_out, enum language language)
{
    char count[24];
    size_t len = strlen(text);
    size_t kept = text_cut(text, len, fitting(text, CONTENT_TEXT, spare));
    left_out += len - kept;
    if (left_out == 0)
        return text;
    text[kept] = '\0';
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
    /* Not left to content_request: cut there, the words about what is left out would go first. */
    return content_from_text(shorten(inert, WORDS_ROOM, left_out, language));
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

/* The text that goes into the field `content`; NULL if it is too long. Caller frees. */
static char *content_field(const struct content *content, enum language language)
{
    if (content->kind == CONTENT_CARD) {
        bool fits = fitting(content->text, CONTENT_CARD, 0) == strlen(content->text);
        return fits ? memory_copy(content->text) : NULL;
    }
    struct buf json = BUF_INIT(SIZE_MAX / 4);
    struct json_object *object = tree_new_object();
    char *text = shorten(memory_copy(content->text), 0, 0, language);
    tree_set_text(object, "text", text);
    tree_print(object, &json);
    tree_free(object);
    free(text);
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
