#include "posts.h"

#include <stdlib.h>
#include <string.h>

#include "cast.h"
#include "cipher.h"
#include "memory.h"

enum { ID_RANDOM_LEN = 16 };

void posts_init(struct posts *posts)
{
    memset(posts, 0, sizeof(*posts));
    posts->chats[0] = (struct chat){ .id = CAST_GROUP_ID, .private = false };
    posts->chats[1] = (struct chat){ .id = CAST_P2P_ID, .private = true };
}

struct chat *posts_chat(struct posts *posts, const char *id)
{
    for (size_t i = 0; i < POSTS_CHATS; i++) {
        if (strcmp(posts->chats[i].id, id) == 0)
            return &posts->chats[i];
    }
    return NULL;
}

static void set_thread(struct post *post, const struct posts_draft *draft)
{
    if (draft->parent == NULL)
        return;
    post->parent = draft->parent;
    post->root = draft->parent->root != NULL ? draft->parent->root : draft->parent;
    if (draft->parent->thread_id != NULL)
        post->thread_id = memory_copy(draft->parent->thread_id);
    else if (draft->in_thread)
        post->thread_id = memory_format("omt_%.12s", post->root->id + strlen("om_"));
}

struct post *posts_add(struct posts *posts, const struct posts_draft *draft,
                       struct mentions *mentions)
{
    struct post *post = memory_zero(1, sizeof(*post));
    memcpy(post->id, "om_", 3);
    cipher_random_hex(post->id + 3, ID_RANDOM_LEN);
    post->chat = draft->chat;
    post->from_bot = draft->from_bot;
    post->sender_id = memory_copy(draft->sender_id);
    post->sender_type = memory_copy(draft->sender_type);
    post->tenant = memory_copy(draft->tenant);
    post->type = memory_copy(draft->type);
    post->content = memory_copy(draft->content);
    post->mentions = *mentions;
    *mentions = (struct mentions){ NULL, 0 };
    set_thread(post, draft);
    post->created_ms = draft->created_ms;
    post->updated_ms = draft->created_ms;
    post->uuid = memory_copy(draft->uuid == NULL ? "" : draft->uuid);
    post->uuid_end_ms = draft->uuid_end_ms;
    post->requests = 1;
    if (posts->count == posts->capacity) {
        posts->capacity = posts->capacity == 0 ? 64 : 2 * posts->capacity;
        posts->list = memory_resize(posts->list, posts->capacity * sizeof(struct post *));
    }
    posts->list[posts->count++] = post;
    map_put(&posts->by_id, post->id, post);
    if (post->uuid[0] != '\0')
        map_put(&posts->by_uuid, post->uuid, post);
    return post;
}

struct post *posts_find(const struct posts *posts, const char *id)
{
    return map_get(&posts->by_id, id);
}

struct post *posts_find_uuid(const struct posts *posts, const char *uuid, int64_t now_ms)
{
    struct post *post = uuid == NULL ? NULL : map_get(&posts->by_uuid, uuid);
    return post != NULL && now_ms < post->uuid_end_ms ? post : NULL;
}

void posts_update(struct post *post, const char *content, int64_t at_ms)
{
    char *copy = memory_copy(content);
    free(post->content);
    post->content = copy;
    post->updated = true;
    post->updated_ms = at_ms;
}

struct reaction *posts_react(struct post *post, const char *emoji, int64_t at_ms)
{
    for (size_t i = 0; i < post->reaction_count; i++) {
        if (strcmp(post->reactions[i].emoji, emoji) == 0)
            return &post->reactions[i];
    }
    post->reactions =
        memory_resize(post->reactions, (post->reaction_count + 1) * sizeof(*post->reactions));
    struct reaction *reaction = &post->reactions[post->reaction_count++];
    cipher_random_hex(reaction->id, ID_RANDOM_LEN);
    reaction->emoji = memory_copy(emoji);
    reaction->at_ms = at_ms;
    return reaction;
}

void posts_unreact(struct post *post, struct reaction *reaction)
{
    size_t at = (size_t)(reaction - post->reactions);
    free(reaction->emoji);
    post->reaction_count--;
    memmove(reaction, reaction + 1, (post->reaction_count - at) * sizeof(*reaction));
}

size_t posts_count_bot(const struct posts *posts, const char *chat_id)
{
    size_t count = 0;
    for (size_t i = 0; i < posts->count; i++) {
        const struct post *post = posts->list[i];
        if (post->from_bot && (chat_id == NULL || strcmp(post->chat->id, chat_id) == 0))
            count++;
    }
    return count;
}

static void free_post(struct post *post)
{
    free(post->sender_id);
    free(post->sender_type);
    free(post->tenant);
    free(post->type);
    free(post->content);
    mentions_release(&post->mentions);
    free(post->thread_id);
    free(post->uuid);
    for (size_t i = 0; i < post->reaction_count; i++)
        free(post->reactions[i].emoji);
    free(post->reactions);
    free(post);
}

void posts_release(struct posts *posts)
{
    map_release(&posts->by_id);
    map_release(&posts->by_uuid);
    for (size_t i = 0; i < posts->count; i++)
        free_post(posts->list[i]);
    free(posts->list);
    posts_init(posts);
}
