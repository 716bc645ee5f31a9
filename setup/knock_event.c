/* What is posted: events with the platform's fields. */
#include "knock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "tree.h"

enum { RANDOM_LEN = 16, TEXT_MAX = 64 << 10 };

#define ID_PREFIX "feishu-setup-"
#define TENANT    "feishu-setup" /* neither sender nor organisation are anybody's */
#define SENDER    "ou_feishu-setup"
#define MENTION   "@_user_1"

_Static_assert(KNOCK_ID_LEN == sizeof(ID_PREFIX) + 2 * RANDOM_LEN, "the length of an id");

void knock_new_id(char id[static KNOCK_ID_LEN])
{
    memcpy(id, ID_PREFIX, sizeof(ID_PREFIX));
    cipher_random_hex(id + strlen(ID_PREFIX), RANDOM_LEN);
}

struct json_object *knock_event(const struct knock *knock, const char *id, const char *type,
                                struct json_object *body)
{
    struct json_object *event = tree_new_object();
    struct json_object *header = tree_new_object();
    tree_set_text(header, "event_id", id);
    tree_set_text(header, "event_type", type);
    tree_set_text(header, "tenant_key", TENANT);
    tree_set_text(header, "app_id", knock->config->app.id);
    tree_set_text(event, "schema", "2.0");
    tree_set(event, "header", header);
    tree_set(event, "event", body);
    return event;
}

struct json_object *knock_challenge_event(const char *challenge)
{
    struct json_object *event = tree_new_object();
    tree_set_text(event, "challenge", challenge);
    tree_set_text(event, "type", "url_verification");
    return event;
}

static struct json_object *person(const char *open_id)
{
    struct json_object *ids = tree_new_object();
    tree_set_text(ids, "open_id", open_id);
    return ids;
}

static struct json_object *sender(void)
{
    struct json_object *object = tree_new_object();
    tree_set(object, "sender_id", person(SENDER));
    tree_set_text(object, "sender_type", "user");
    tree_set_text(object, "tenant_key", TENANT);
    return object;
}

static struct json_object *mention(const struct knock_message *message)
{
    struct json_object *object = tree_new_object();
    tree_set_text(object, "key", MENTION);
    tree_set(object, "id", person(message->bot_open_id));
    tree_set_text(object, "mentioned_type", "bot");
    tree_set_text(object, "name", message->bot_name);
    tree_set_text(object, "tenant_key", TENANT);
    return object;
}

/* Sets the message's content: an object of its own, as text. */
static void set_content(struct json_object *object, const char *text)
{
    struct json_object *content = tree_new_object();
    struct buf buf = BUF_INIT(TEXT_MAX);
    buf_add_format(&buf, MENTION " %s", text);
    tree_set_text(content, "text", buf_text(&buf));
    buf_clear(&buf);
    tree_print(content, &buf);
    tree_set_text(object, "content", buf_text(&buf));
    tree_free(content);
    buf_release(&buf);
}

static struct json_object *written(const struct knock_message *message)
{
    struct json_object *object = tree_new_object();
    struct json_object *mentions = tree_new_array();
    char time[sizeof("-9223372036854775808")];
    (void)snprintf(time, sizeof(time), "%" PRId64, clock_wall_ms());
    tree_set_text(object, "message_id", message->message_id);
    tree_set_text(object, "create_time", time);
    tree_set_text(object, "update_time", time);
    tree_set_text(object, "chat_id", message->chat_id);
    tree_set_text(object, "chat_type", "group");
    tree_set_text(object, "message_type", "text");
    set_content(object, message->text);
    tree_append(mentions, mention(message));
    tree_set(object, "mentions", mentions);
    return object;
}

struct json_object *knock_message_event(const struct knock *knock,
                                        const struct knock_message *message)
{
    struct json_object *body = tree_new_object();
    tree_set(body, "sender", sender());
    tree_set(body, "message", written(message));
    return knock_event(knock, message->event_id, "im.message.receive_v1", body);
}
