#include "chat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "content.h"
#include "knock.h"
#include "link.h"
#include "memory.h"
#include "report.h"
#include "text.h"
#include "tree.h"

enum {
    PAGE = 100,
    PAGES_MAX = 20,
    TRIES = 3, /* at a recall that may go better at the next one, and the time between them */
    PAUSE_MS = 300,
    CODE_RECALLED = 230011,
    CODE_DELETED = 230110
};

_Static_assert((int)KNOCK_ID_LEN <= (int)CHAT_UUID_LEN, "an id of ours can be a uuid");

#define CHATS_PATH    "/open-apis/im/v1/chats?page_size=%d"
#define ID_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

static bool is_id(const char *text, const char *prefix)
{
    const size_t len = text == NULL ? 0 : strlen(text);
    const size_t prefix_len = strlen(prefix);
    return len > prefix_len && len < CHAT_ID_LEN && strncmp(text, prefix, prefix_len) == 0 &&
           strspn(text, ID_CHARACTERS) == len;
}

bool chat_is_id(const char *text)
{
    return is_id(text, "oc_");
}

bool chat_is_message_id(const char *text)
{
    return is_id(text, "om_");
}

/* Adds the chats of one page that still exist; how many chats there are then. */
static size_t take_chats(struct json_object *items, struct chat *chats, size_t count, size_t most)
{
    for (size_t i = 0; i < tree_count(items) && count < most; i++) {
        struct json_object *item = tree_at(items, i);
        const char *id = tree_text(item, "chat_id");
        const char *name = tree_text(item, "name");
        const char *status = tree_text(item, "chat_status");
        if (!chat_is_id(id) || (status != NULL && strcmp(status, "normal") != 0))
            continue;
        struct chat *chat = &chats[count++];
        (void)snprintf(chat->id, sizeof(chat->id), "%s", id);
        report_copy_line(chat->name, sizeof(chat->name), name);
    }
    return count;
}

/* The path of the page behind the one that the answer holds; NULL if that was the last one. Caller
 * frees. */
static char *next_page(struct json_object *data)
{
    static const char plain[] = ID_CHARACTERS ".~";
    bool more = false;
    const char *token = tree_text(data, "page_token");
    if (!tree_bool(data, "has_more", &more) || !more || token == NULL || token[0] == '\0')
        return NULL;
    struct buf path = BUF_INIT(4096);
    buf_add_format(&path, CHATS_PATH "&page_token=", (int)PAGE);
    for (const char *at = token; *at != '\0'; at++)
        buf_add_format(&path, strchr(plain, *at) == NULL ? "%%%02X" : "%c", (unsigned char)*at);
    return path.data;
}

size_t chat_list(struct link *link, struct chat *chats, size_t most, struct api_answer *answer)
{
    size_t count = 0;
    char *path = memory_format(CHATS_PATH, (int)PAGE);
    for (int page = 0; page < PAGES_MAX && path != NULL && count < most; page++) {
        if (page > 0)
            api_answer_release(answer);
        link_call(link, "GET", path, NULL, answer);
        free(path);
        path = NULL;
        if (answer->outcome != API_ACCEPTED)
            return 0;
        struct json_object *data = tree_object(answer->tree, "data");
        count = take_chats(tree_array(data, "items"), chats, count, most);
        path = next_page(data);
    }
    free(path);
    return count;
}

void chat_new_uuid(char uuid[static CHAT_UUID_LEN])
{
    knock_new_id(uuid);
}

/* Posts the text to path, with chat_id as the receiver if that is not NULL. */
static bool post(struct link *link, const char *path, const char *chat_id, const char *text,
                 const char *uuid, char message_id[static CHAT_ID_LEN], struct api_answer *answer)
{
    struct content content = content_from_text(memory_copy(text));
    struct json_object *body = content_request(&content, uuid, chat_id, link->config.language);
    message_id[0] = '\0';
    link_call(link, "POST", path, body, answer);
    const char *id = tree_text(tree_object(answer->tree, "data"), "message_id");
    if (answer->outcome == API_ACCEPTED && !chat_is_message_id(id)) {
        api_answer_release(answer);
        answer->outcome = API_UNKNOWN;
        (void)snprintf(answer->text, sizeof(answer->text), "the answer holds no message_id");
    }
    if (answer->outcome == API_ACCEPTED)
        (void)snprintf(message_id, CHAT_ID_LEN, "%s", id);
    tree_free(body);
    content_release(&content);
    return answer->outcome == API_ACCEPTED;
}

bool chat_send_as(struct link *link, const char *chat_id, const char *text, const char *uuid,
                  char message_id[static CHAT_ID_LEN], struct api_answer *answer)
{
    return post(link, "/open-apis/im/v1/messages?receive_id_type=chat_id", chat_id, text, uuid,
                message_id, answer);
}

bool chat_reply_as(struct link *link, const char *to, const char *text, const char *uuid,
                   char message_id[static CHAT_ID_LEN], struct api_answer *answer)
{
    char *path = memory_format("/open-apis/im/v1/messages/%s/reply", to);
    bool done = post(link, path, NULL, text, uuid, message_id, answer);
    free(path);
    return done;
}

bool chat_send(struct link *link, const char *chat_id, const char *text,
               char message_id[static CHAT_ID_LEN], struct api_answer *answer)
{
    char uuid[CHAT_UUID_LEN];
    chat_new_uuid(uuid);
    bool done = chat_send_as(link, chat_id, text, uuid, message_id, answer);
    return done || (answer->outcome == API_UNKNOWN &&
                    chat_send_as(link, chat_id, text, uuid, message_id, answer));
}

bool chat_reply(struct link *link, const char *to, const char *text,
                char message_id[static CHAT_ID_LEN], struct api_answer *answer)
{
    char uuid[CHAT_UUID_LEN];
    chat_new_uuid(uuid);
    bool done = chat_reply_as(link, to, text, uuid, message_id, answer);
    return done || (answer->outcome == API_UNKNOWN &&
                    chat_reply_as(link, to, text, uuid, message_id, answer));
}

/* Whether the message is gone, by our request or before it. */
static bool is_gone(const struct api_answer *answer)
{
    return answer->outcome == API_ACCEPTED ||
           (answer->outcome == API_REFUSED &&
            (answer->code == CODE_RECALLED || answer->code == CODE_DELETED));
}

bool chat_recall(struct link *link, const char *message_id, struct api_answer *answer)
{
    static const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
    char *path = memory_format("/open-apis/im/v1/messages/%s", message_id);
    link_call(link, "DELETE", path, NULL, answer);
    for (int i = 1; i < TRIES && !is_gone(answer) && answer->class == CODE_AGAIN &&
                    link_has_time(link, PAUSE_MS);
         i++) {
        (void)nanosleep(&pause, NULL);
        link_call(link, "DELETE", path, NULL, answer);
    }
    free(path);
    return is_gone(answer);
}
