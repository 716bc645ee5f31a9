#include "event.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "number.h"
#include "prose.h"
#include "text.h"
#include "tree.h"

enum { ID_MAX_LEN = 128 };

static bool is_text(const char *text, const char *wanted)
{
    return text != NULL && strcmp(text, wanted) == 0;
}

static const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* Whether the text can be the platform's id of a message, a chat or a person. */
static bool is_id(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    const size_t len = text == NULL ? 0 : strlen(text);
    return len > 0 && len <= ID_MAX_LEN && strspn(text, allowed) == len;
}

/* Whether the text can be an event's id, of which the platform does not say what it is made of. */
static bool is_event_id(const char *text)
{
    const size_t len = text == NULL ? 0 : strlen(text);
    for (size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    }
    return len > 0 && len <= ID_MAX_LEN;
}

/* The field, which must be an id: sets *id, or the error. */
static bool read_id(struct json_object *object, const char *key, const char **id,
                    struct error *error)
{
    *id = tree_text(object, key);
    return is_id(*id) || error_set(error, ERROR_INVALID, "no %s, or not an id", key);
}

/* The field, which is an id if it is there at all: sets *id, "" if not, or the error. */
static bool read_person(struct json_object *object, const char *key, const char **id,
                        struct error *error)
{
    *id = text_or_empty(tree_text(object, key));
    return (*id)[0] == '\0' || read_id(object, key, id, error);
}

static int64_t read_time(const char *time)
{
    int64_t time_ms = 0;
    return time != NULL && number_parse_time(time, &time_ms) ? time_ms : 0;
}

/* Who is mentioned. An entry without a key stands for nothing in the text. */
static void read_mentions(struct json_object *array, struct event_message *message)
{
    const size_t count = tree_count(array);
    const size_t max = count < EVENT_MENTIONS_MAX ? count : EVENT_MENTIONS_MAX;
    message->mentions = memory_zero(max, sizeof(message->mentions[0]));
    for (size_t i = 0; i < max; i++) {
        struct json_object *entry = tree_at(array, i);
        const char *key = text_or_empty(tree_text(entry, "key"));
        const char *open_id = tree_text(tree_object(entry, "id"), "open_id");
        if (key[0] != '@')
            continue;
        message->mentions[message->mention_count++] = (struct event_mention){
            .key = memory_copy(key),
            .open_id = memory_copy(is_id(open_id) ? open_id : ""),
            .name = memory_copy(text_or_empty(tree_text(entry, "name"))),
        };
    }
}

/* How the content of a type of message becomes text. Others cannot be read. */
static const struct {
    const char *type;
    char *(*read)(const char *content);
} readable[] = {
    { "text", prose_from_text },
    { "post", prose_from_post },
};

static void read_content(const char *type, const char *content, struct event_message *message)
{
    for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++) {
        if (strcmp(readable[i].type, type) != 0)
            continue;
        message->readable = true;
        message->text = readable[i].read(content);
    }
}

/* im.message.receive_v1: who wrote. */
static bool read_sender(struct json_object *tree, struct event *event, struct error *error)
{
    struct event_message *message = &event->message;
    struct json_object *sender = tree_object(event->body, "sender");
    struct json_object *ids = tree_object(sender, "sender_id");
    const char *tenant = tree_text(sender, "tenant_key");
    if (sender == NULL)
        return error_set(error, ERROR_INVALID, "no sender");
    if (!read_person(ids, "open_id", &message->sender_id, error))
        return false;
    message->from_person =
        is_text(tree_text(sender, "sender_type"), "user") && message->sender_id[0] != '\0';
    message->own_tenant = tenant != NULL && tenant[0] != '\0' &&
                          is_text(tree_text(tree_object(tree, "header"), "tenant_key"), tenant);
    return true;
}

/* What the message replies to. Whatever stands there is only compared. */
static void read_thread(struct json_object *object, struct event_message *message)
{
    message->parent_id = text_or_empty(tree_text(object, "parent_id"));
    message->root_id = text_or_empty(tree_text(object, "root_id"));
}

/* im.message.receive_v1 */
static bool read_message(struct json_object *tree, struct event *event, struct error *error)
{
    struct event_message *message = &event->message;
    struct json_object *object = tree_object(event->body, "message");
    const char *type = tree_text(object, "message_type");
    if (!read_id(object, "message_id", &message->id, error) ||
        !read_id(object, "chat_id", &event->chat_id, error) || !read_sender(tree, event, error))
        return false;
    if (type == NULL)
        return error_set(error, ERROR_INVALID, "no message_type");
    message->private = is_text(tree_text(object, "chat_type"), "p2p");
    message->created_ms = read_time(tree_text(object, "create_time"));
    read_thread(object, message);
    read_mentions(tree_array(object, "mentions"), message);
    read_content(type, tree_text(object, "content"), message);
    return true;
}

/* The text of a schema 1.0 message, of which a post has a title besides. */
static char *read_old_text(struct json_object *body, struct event_message *message)
{
    const char *title = text_or_empty(tree_text(body, "title"));
    const char *text = text_or_empty(tree_text(body, "text"));
    char *joined = memory_format("%s%s%s", title, title[0] == '\0' ? "" : "\n", text);
    char *prose = prose_from_markup(joined, message);
    free(joined);
    for (size_t i = 0; i < message->mention_count; i++) {
        if (!is_id(message->mentions[i].open_id))
            message->mentions[i].open_id[0] = '\0';
    }
    return prose;
}

/* The `message` of schema 1.0 */
static bool read_old_message(struct json_object *tree, struct event *event, struct error *error)
{
    struct event_message *message = &event->message;
    const char *type = tree_text(event->body, "msg_type");
    if (!read_id(event->body, "open_message_id", &message->id, error) ||
        !read_id(event->body, "open_chat_id", &event->chat_id, error) ||
        !read_person(event->body, "open_id", &message->sender_id, error))
        return false;
    if (type == NULL)
        return error_set(error, ERROR_INVALID, "no msg_type");
    message->from_person = message->sender_id[0] != '\0';
    message->private = is_text(tree_text(event->body, "chat_type"), "private");
    message->created_ms = read_time(tree_text(tree, "ts"));
    read_thread(event->body, message);
    message->readable = strcmp(type, "text") == 0 || strcmp(type, "post") == 0;
    if (message->readable)
        message->text = read_old_text(event->body, message);
    return true;
}

/* im.chat.member.bot.added_v1 */
static bool read_bot_added(struct json_object *tree, struct event *event, struct error *error)
{
    (void)tree;
    return read_id(event->body, "chat_id", &event->chat_id, error);
}

/* card.action.trigger: the tenants stand in header and operator. */
static bool read_press(struct json_object *tree, struct event *event, struct error *error)
{
    struct event_press *press = &event->press;
    struct json_object *operator= tree_object(event->body, "operator");
    struct json_object *context = tree_object(event->body, "context");
    struct json_object *value = tree_object(tree_object(event->body, "action"), "value");
    const char *tenant = tree_text(tree_object(tree, "header"), "tenant_key");
    press->own_tenant = tenant != NULL && is_text(tree_text(operator, "tenant_key"), tenant);
    press->key = text_or_empty(tree_text(value, "key"));
    press->act = text_or_empty(tree_text(value, "act"));
    return read_id(operator, "open_id", &press->person_id, error) &&
           read_id(context, "open_message_id", &press->message_id, error) &&
           read_id(context, "open_chat_id", &event->chat_id, error);
}

/* The types that concern us, in their schema. */
static const struct {
    const char *type;
    bool (*read)(struct json_object *tree, struct event *event, struct error *error);
    enum event_kind kind;
    bool current; /* schema 2.0 */
} types[] = {
    { "im.message.receive_v1", read_message, EVENT_MESSAGE, true },
    { "im.chat.member.bot.added_v1", read_bot_added, EVENT_BOT_ADDED, true },
    { "card.action.trigger", read_press, EVENT_PRESS, true },
    { "message", read_old_message, EVENT_MESSAGE, false },
};

/* What the event is called and what happened, in whichever schema. */
static bool read_frame(struct json_object *tree, bool current, struct event *event,
                       struct error *error)
{
    struct json_object *header = tree_object(tree, "header");
    event->body = tree_object(tree, "event");
    event->id = current ? tree_text(header, "event_id") : tree_text(tree, "uuid");
    event->type = current ? tree_text(header, "event_type") : tree_text(event->body, "type");
    if (!current && tree_has(tree, "schema"))
        return error_set(error, ERROR_INVALID, "neither schema 2.0 nor 1.0");
    if (!is_event_id(event->id))
        return error_set(error, ERROR_INVALID, "no event id, or not an id");
    return event->type != NULL || error_set(error, ERROR_INVALID, "no event type");
}

/* Reads what is known of the event's type. */
static bool read_type(struct json_object *tree, bool current, struct event *event,
                      struct error *error)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (types[i].current != current || strcmp(types[i].type, event->type) != 0)
            continue;
        event->kind = types[i].kind;
        return types[i].read(tree, event, error);
    }
    return true;
}

bool event_read(struct json_object *tree, struct event *event, struct error *error)
{
    const bool current =
        is_text(tree_text(tree, "schema"), "2.0") && tree_object(tree, "header") != NULL;
    *event = (struct event){ .kind = EVENT_OTHER };
    const bool done =
        read_frame(tree, current, event, error) && read_type(tree, current, event, error);
    if (done && event->kind == EVENT_MESSAGE && event->message.text == NULL)
        event->message.text = memory_copy("");
    if (!done)
        event_release(event);
    return done;
}

void event_release(struct event *event)
{
    struct event_message *message = &event->message;
    for (size_t i = 0; i < message->mention_count; i++) {
        free(message->mentions[i].key);
        free(message->mentions[i].open_id);
        free(message->mentions[i].name);
    }
    free(message->mentions);
    free(message->text);
    *event = (struct event){ .kind = EVENT_OTHER };
}

bool event_mentions(const struct event_message *message, const char *open_id)
{
    for (size_t i = 0; open_id[0] != '\0' && i < message->mention_count; i++) {
        if (strcmp(message->mentions[i].open_id, open_id) == 0)
            return true;
    }
    return false;
}

/* The mention whose key is at text, and of those the one with the longest; NULL if there is none.
 */
static const struct event_mention *find_mention(const struct event_message *message,
                                                const char *text)
{
    const struct event_mention *found = NULL;
    size_t found_len = 0;
    for (size_t i = 0; i < message->mention_count; i++) {
        const size_t len = strlen(message->mentions[i].key);
        if (len > found_len && strncmp(text, message->mentions[i].key, len) == 0) {
            found = &message->mentions[i];
            found_len = len;
        }
    }
    return found;
}

/* Appends who is mentioned as one word. */
static void add_name(const struct event_mention *mention, struct buf *words)
{
    static const char unsafe[] = " \t\n\v\f\r\"'\\";
    if (mention->name[0] == '\0') {
        buf_add_text(words, mention->key);
        return;
    }
    char *name = text_fold(mention->name);
    for (char *at = strpbrk(name, unsafe); at != NULL; at = strpbrk(at, unsafe))
        *at = '_';
    buf_add_format(words, "@%s", name);
    free(name);
}

char *event_words(const struct event_message *message, const char *open_id)
{
    static const char white_space[] = " \t\n\v\f\r";
    struct buf words = BUF_INIT(SIZE_MAX / 4);
    const char *at = message->text;
    while (*at != '\0') {
        const struct event_mention *mention = *at == '@' ? find_mention(message, at) : NULL;
        const size_t plain = mention == NULL ? 1 + strcspn(at + 1, "@") : 0;
        buf_add(&words, at, plain);
        at += mention == NULL ? plain : strlen(mention->key);
        if (mention != NULL && (open_id[0] == '\0' || strcmp(mention->open_id, open_id) != 0))
            add_name(mention, &words);
    }
    const char *text = buf_text(&words) + strspn(buf_text(&words), white_space);
    size_t len = strlen(text);
    while (len > 0 && strchr(white_space, text[len - 1]) != NULL)
        len--;
    char *trimmed = memory_copy_bytes(text, len);
    buf_release(&words);
    return trimmed;
}
