/* What the platform tells of messages. */
#include "chat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "memory.h"
#include "tree.h"

enum { PAGE = 50, CODE_SCOPE = 99991672, CODE_NOT_GRANTED = 230027 };

static void take_id(struct json_object *item, const char *key, char id[static CHAT_ID_LEN])
{
    const char *text = tree_text(item, key);
    (void)snprintf(id, CHAT_ID_LEN, "%s", chat_is_message_id(text) ? text : "");
}

static void take_message(const struct link *link, struct json_object *item,
                         struct chat_message *message)
{
    const char *sender = tree_text(tree_object(item, "sender"), "id");
    take_id(item, "message_id", message->id);
    take_id(item, "parent_id", message->parent_id);
    message->own = sender != NULL && strcmp(sender, link->config.app.id) == 0;
    message->recalled = false;
    (void)tree_bool(item, "deleted", &message->recalled);
}

bool chat_read(struct link *link, const char *message_id, struct chat_message *message,
               struct api_answer *answer)
{
    char *path = memory_format("/open-apis/im/v1/messages/%s", message_id);
    link_call(link, "GET", path, NULL, answer);
    free(path);
    if (answer->outcome != API_ACCEPTED)
        return false;
    struct json_object *items = tree_array(tree_object(answer->tree, "data"), "items");
    take_message(link, tree_at(items, 0), message);
    return true;
}

size_t chat_replies(struct link *link, const char *chat_id, const char *to,
                    struct chat_message *replies, size_t most, struct api_answer *answer)
{
    size_t count = 0;
    char *path = memory_format("/open-apis/im/v1/messages?container_id_type=chat&container_id=%s"
                               "&sort_type=ByCreateTimeDesc&page_size=%d",
                               chat_id, (int)PAGE);
    link_call(link, "GET", path, NULL, answer);
    free(path);
    struct json_object *items = tree_array(tree_object(answer->tree, "data"), "items");
    for (size_t i = 0; i < tree_count(items) && count < most; i++) {
        struct chat_message message;
        take_message(link, tree_at(items, i), &message);
        if (message.own && !message.recalled && strcmp(message.parent_id, to) == 0)
            replies[count++] = message;
    }
    return count;
}

bool chat_may_not_read(const struct api_answer *answer)
{
    return answer->outcome == API_REFUSED &&
           (answer->code == CODE_SCOPE || answer->code == CODE_NOT_GRANTED);
}
