#include "mentions.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cast.h"
#include "memory.h"
#include "tree.h"

enum { TEXT_MAX = 4 << 20 };

static const char id_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

char *mentions_name(const char *open_id, const char *bot_id)
{
    if (strcmp(open_id, bot_id) == 0)
        return memory_copy(CAST_BOT_NAME);
    if (strcmp(open_id, CAST_USER_ID) == 0)
        return memory_copy(CAST_USER_NAME);
    return memory_format("User %s", open_id);
}

const char *mentions_add(struct mentions *mentions, const char *open_id, const char *bot_id)
{
    bool all = strcmp(open_id, "all") == 0;
    mentions->list = memory_resize(mentions->list, (mentions->count + 1) * sizeof(*mentions->list));
    struct mention *mention = &mentions->list[mentions->count++];
    mention->key = all ? memory_copy("@_all") : memory_format("@_user_%zu", mentions->count);
    mention->open_id = memory_copy(all ? "" : open_id);
    mention->name = all ? memory_copy("所有人") : mentions_name(open_id, bot_id);
    return mention->key;
}

/* A buf's text as one's own; releases the buf. */
static char *take(struct buf *buf)
{
    char *text = memory_copy(buf_text(buf));
    buf_release(buf);
    return text;
}

char *mentions_from_typing(const char *text, bool bot_named, const char *bot_id,
                           struct mentions *mentions)
{
    struct buf out = BUF_INIT(TEXT_MAX);
    while (*text != '\0') {
        size_t len = *text == '@' ? strspn(text + 1, id_letters) : 0;
        char *name = memory_copy_bytes(text + 1, len);
        const char *who = NULL;
        if (strncmp(name, "ou_", 3) == 0 || strcmp(name, "all") == 0)
            who = name;
        else if (bot_named && strcmp(name, "bot") == 0)
            who = bot_id;
        if (who != NULL) {
            buf_add_text(&out, mentions_add(mentions, who, bot_id));
            text += 1 + len;
        } else {
            buf_add(&out, text++, 1);
        }
        free(name);
    }
    return take(&out);
}

/* The user_id of the markup that text begins with, NULL if it begins with none; end gets what
 * follows. Caller frees. */
static char *read_markup(const char *text, const char **end)
{
    static const char opening[] = "<at user_id=\"";
    if (strncmp(text, opening, sizeof(opening) - 1) != 0)
        return NULL;
    const char *id = text + sizeof(opening) - 1;
    size_t len = strspn(id, id_letters);
    const char *close = strstr(id, "</at>");
    if (len == 0 || strncmp(id + len, "\">", 2) != 0 || close == NULL)
        return NULL;
    *end = close + strlen("</at>");
    return memory_copy_bytes(id, len);
}

char *mentions_from_markup(const char *text, const char *bot_id, struct mentions *mentions)
{
    struct buf out = BUF_INIT(TEXT_MAX);
    while (*text != '\0') {
        const char *end = text;
        char *id = read_markup(text, &end);
        if (id != NULL) {
            buf_add_text(&out, mentions_add(mentions, id, bot_id));
            text = end;
        } else {
            buf_add(&out, text++, 1);
        }
        free(id);
    }
    return take(&out);
}

/* The mention whose key text begins with: the longest, since @_user_1 begins @_user_10. */
static const struct mention *find_key(const struct mentions *mentions, const char *text)
{
    const struct mention *found = NULL;
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *one = &mentions->list[i];
        size_t len = strlen(one->key);
        if (strncmp(text, one->key, len) == 0 && (found == NULL || len > strlen(found->key)))
            found = one;
    }
    return found;
}

/* The text with every key replaced: by name, or by markup without those of left_out. */
static char *expand(const char *text, const struct mentions *mentions, bool markup,
                    const char *left_out)
{
    struct buf out = BUF_INIT(TEXT_MAX);
    while (*text != '\0') {
        const struct mention *mention = find_key(mentions, text);
        if (mention == NULL) {
            buf_add(&out, text++, 1);
            continue;
        }
        text += strlen(mention->key);
        if (left_out != NULL && strcmp(mention->open_id, left_out) == 0)
            text += *text == ' ';
        else if (markup)
            buf_add_format(&out, "<at open_id=\"%s\">@%s</at>", mention->open_id, mention->name);
        else
            buf_add_format(&out, "@%s", mention->name);
    }
    return take(&out);
}

char *mentions_to_markup(const char *text, const struct mentions *mentions, const char *left_out)
{
    return expand(text, mentions, true, left_out);
}

char *mentions_to_names(const char *text, const struct mentions *mentions)
{
    return expand(text, mentions, false, NULL);
}

bool mentions_has(const struct mentions *mentions, const char *open_id)
{
    for (size_t i = 0; i < mentions->count; i++) {
        if (strcmp(mentions->list[i].open_id, open_id) == 0)
            return true;
    }
    return false;
}

struct json_object *mentions_print(const struct mentions *mentions)
{
    struct json_object *array = tree_new_array();
    for (size_t i = 0; i < mentions->count; i++) {
        struct json_object *object = tree_new_object();
        tree_set_text(object, "key", mentions->list[i].key);
        tree_set_text(object, "id", mentions->list[i].open_id);
        tree_set_text(object, "id_type", "open_id");
        tree_set_text(object, "name", mentions->list[i].name);
        tree_set_text(object, "tenant_key", CAST_TENANT);
        tree_append(array, object);
    }
    return array;
}

/* The union_id of an open_id: the same with another prefix. */
static void set_ids(struct json_object *object, const char *open_id)
{
    char *union_id = open_id[0] == '\0'
                         ? memory_copy("")
                         : memory_format("on_%s", open_id + strcspn(open_id, "_") + 1);
    tree_set_text(object, "union_id", union_id);
    tree_set_text(object, "user_id", "");
    tree_set_text(object, "open_id", open_id);
    free(union_id);
}

struct json_object *mentions_print_event(const struct mentions *mentions, const char *bot_id)
{
    struct json_object *array = tree_new_array();
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *mention = &mentions->list[i];
        struct json_object *object = tree_new_object();
        struct json_object *ids = tree_new_object();
        set_ids(ids, mention->open_id);
        tree_set_text(object, "key", mention->key);
        tree_set(object, "id", ids);
        if (mention->open_id[0] != '\0')
            tree_set_text(object, "mentioned_type",
                          strcmp(mention->open_id, bot_id) == 0 ? "bot" : "user");
        tree_set_text(object, "name", mention->name);
        tree_set_text(object, "tenant_key", CAST_TENANT);
        tree_append(array, object);
    }
    return array;
}

void mentions_release(struct mentions *mentions)
{
    for (size_t i = 0; i < mentions->count; i++) {
        free(mentions->list[i].key);
        free(mentions->list[i].open_id);
        free(mentions->list[i].name);
    }
    free(mentions->list);
    *mentions = (struct mentions){ NULL, 0 };
}
