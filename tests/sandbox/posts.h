/* Pure, but for random ids. The chats and the messages in them: one is called a post here. */
#ifndef SANDBOX_POSTS_H
#define SANDBOX_POSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "map.h"
#include "mentions.h"
#include "rates.h"

enum { POSTS_ID_LEN = 36, POSTS_CHATS = 2 };

struct chat {
    const char *id;
    bool private;
    struct rate rate;
};

struct reaction {
    char id[POSTS_ID_LEN];
    char *emoji;
    int64_t at_ms; /* wall clock */
};

struct post {
    char id[POSTS_ID_LEN]; /* om_… */
    struct chat *chat;
    bool from_bot; /* the sandbox's own bot, by the API */
    char *sender_id;
    char *sender_type; /* "user", "bot", … as events say it */
    char *tenant;
    char *type;
    char *content; /* JSON text, with keys for mentions */
    struct mentions mentions;
    const struct post *parent; /* the post it replies to, or NULL */
    const struct post *root;   /* where that thread of replies began, or NULL */
    char *thread_id;           /* of a topic, or NULL */
    int64_t created_ms;        /* wall clock */
    int64_t updated_ms;
    bool updated;
    bool recalled;
    const char *withheld; /* why the platform sent no event of it, or NULL; static */
    char *uuid;           /* "" for none */
    int64_t uuid_end_ms;  /* steady clock: until then a POST with the same uuid is this one again */
    int64_t requests;     /* accepted POSTs that made it, or would have made it again */
    struct reaction *reactions;
    size_t reaction_count;
};

/* What a new post is made from. Texts are copied, mentions taken over. */
struct posts_draft {
    struct chat *chat;
    bool from_bot;
    const char *sender_id;
    const char *sender_type;
    const char *tenant;
    const char *type;
    const char *content;
    const struct post *parent;
    bool in_thread;
    int64_t created_ms;
    const char *uuid;
    int64_t uuid_end_ms;
};

struct posts {
    struct chat chats[POSTS_CHATS];
    struct post **list; /* in the order they came */
    size_t count;
    size_t capacity;
    struct map by_id;
    struct map by_uuid;
};

void posts_init(struct posts *posts);

/* The chat of that id, or NULL. Borrowed. */
struct chat *posts_chat(struct posts *posts, const char *id);

/* Adds a post; mentions becomes empty. Borrowed: lives until posts_release. */
struct post *posts_add(struct posts *posts, const struct posts_draft *draft,
                       struct mentions *mentions);

/* The post of that id, or NULL. */
struct post *posts_find(const struct posts *posts, const char *id);

/* The post that a POST with this uuid made within the uuid's life, or NULL. */
struct post *posts_find_uuid(const struct posts *posts, const char *uuid, int64_t now_ms);

/* Puts new content in the place of the old. */
void posts_update(struct post *post, const char *content, int64_t at_ms);

/* The bot's reaction with this emoji: the one it has made already, else a new one. */
struct reaction *posts_react(struct post *post, const char *emoji, int64_t at_ms);

/* Removes the reaction, which is the post's. */
void posts_unreact(struct post *post, struct reaction *reaction);

/* How many posts the bot has made; chat_id may be NULL for all chats. */
size_t posts_count_bot(const struct posts *posts, const char *chat_id);

/* Frees all posts; the chats are as at the beginning. */
void posts_release(struct posts *posts);

#endif
