#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "buf.h"
#include "error.h"
#include "redis.h"
#include "store_backend.h"

/* Values, claims and indexes are keys of Redis, which forgets them when they are over. What takes
 * more than one step is a script, which Redis runs as one. */

enum {
    NAME_MAX_LEN = STORE_KEY_MAX + 16, /* of a key in Redis, with the final NUL */
    NUMBER_LEN = 24
};

static const char put_if_script[] = "local now = redis.call('GET', KEYS[1]) "
                                    "if ARGV[1] == 'absent' then if now then return 0 end "
                                    "elseif now ~= ARGV[2] then return 0 end "
                                    "redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4]) "
                                    "return 1";

/* KEYS: value, claim. */
static const char settle_script[] = "if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end "
                                    "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) "
                                    "redis.call('DEL', KEYS[2]) "
                                    "return 1";

static const char release_script[] = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
                                     "redis.call('DEL', KEYS[1]) "
                                     "return 1";

/* An index is a sorted set: the score of a member is when it is over, in milliseconds. */
#define NOW                                                                                        \
    "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000) "

static const char index_add_script[] =
    NOW "redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1]) return 1";

static const char index_list_script[] =
    NOW "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now)) "
        "return redis.call('ZRANDMEMBER', KEYS[1], ARGV[1])";

static struct redis_word word(const char *text)
{
    return (struct redis_word){ text, strlen(text) };
}

static struct redis_word name_of(const char *kind, const char *key, char name[static NAME_MAX_LEN])
{
    (void)snprintf(name, NAME_MAX_LEN, "feishu:%s:%s", kind, key);
    return word(name);
}

static struct redis_word number(int64_t value, char text[static NUMBER_LEN])
{
    (void)snprintf(text, NUMBER_LEN, "%" PRId64, value);
    return word(text);
}

/* Asks for what Redis answers with a number or "OK": STORE_OK, STORE_TAKEN for 0 and for nothing,
 * STORE_FAILED. */
static enum store_result ask(struct redis *redis, const struct redis_word *words, size_t count,
                             struct error *error)
{
    struct redisReply *reply = redis_ask(redis, words, count, error);
    if (reply == NULL)
        return STORE_FAILED;
    const bool no = reply->type == REDIS_REPLY_NIL ||
                    (reply->type == REDIS_REPLY_INTEGER && reply->integer == 0);
    redis_forget(redis, reply);
    return no ? STORE_TAKEN : STORE_OK;
}

/* As ask, for what is done either way. */
static enum store_result order(struct redis *redis, const struct redis_word *words, size_t count,
                               struct error *error)
{
    return ask(redis, words, count, error) == STORE_FAILED ? STORE_FAILED : STORE_OK;
}

static void *open_redis(const char *url, struct error *error)
{
    struct redis *redis = redis_open(url);
    if (redis == NULL)
        error_set(error, ERROR_STORE, "no store: store.url is no url of a Redis");
    return redis;
}

static void close_redis(void *self)
{
    redis_close(self);
}

static enum store_result get(void *self, const char *key, int64_t now_ms, struct buf *value,
                             struct error *error)
{
    char name[NAME_MAX_LEN];
    const struct redis_word words[] = { word("GET"), name_of("value", key, name) };
    enum store_result result = STORE_ABSENT;
    (void)now_ms;
    struct redisReply *reply = redis_ask(self, words, 2, error);
    if (reply == NULL)
        return STORE_FAILED;
    if (reply->type == REDIS_REPLY_STRING) {
        buf_add(value, reply->str, reply->len);
        result = STORE_OK;
        if (value->failed) {
            error_set(error, ERROR_STORE, "the stored value is larger than what it is read for");
            result = STORE_FAILED;
        }
    }
    redis_forget(self, reply);
    return result;
}

static enum store_result put(void *self, const char *key, const struct store_value *value,
                             int64_t now_ms, struct error *error)
{
    char name[NAME_MAX_LEN];
    char life[NUMBER_LEN];
    const struct redis_word words[] = { word("SET"),
                                        name_of("value", key, name),
                                        { value->data, value->len },
                                        word("PX"),
                                        number(value->life_ms, life) };
    (void)now_ms;
    return order(self, words, 5, error);
}

static enum store_result put_if(void *self, const char *key, const struct store_change *change,
                                int64_t now_ms, struct error *error)
{
    char name[NAME_MAX_LEN];
    char life[NUMBER_LEN];
    const bool absent = change->old == NULL;
    const struct redis_word words[] = {
        word("EVAL"),
        word(put_if_script),
        word("1"),
        name_of("value", key, name),
        word(absent ? "absent" : "present"),
        { absent ? "" : change->old, absent ? 0 : change->old_len },
        { change->value, change->len },
        number(change->life_ms, life),
    };
    (void)now_ms;
    return ask(self, words, 8, error);
}

static enum store_result remove_value(void *self, const char *key, struct error *error)
{
    char name[NAME_MAX_LEN];
    const struct redis_word words[] = { word("DEL"), name_of("value", key, name) };
    return order(self, words, 2, error);
}

static enum store_result claim(void *self, const char *key, const char *owner, int64_t lease_ms,
                               int64_t now_ms, struct error *error)
{
    char name[NAME_MAX_LEN];
    char lease[NUMBER_LEN];
    const struct redis_word words[] = { word("SET"), name_of("claim", key, name),
                                        word(owner), word("NX"),
                                        word("PX"),  number(lease_ms, lease) };
    (void)now_ms;
    return ask(self, words, 6, error);
}

static enum store_result settle(void *self, const char *key, const char *owner,
                                const struct store_value *value, int64_t now_ms,
                                struct error *error)
{
    char value_name[NAME_MAX_LEN];
    char claim_name[NAME_MAX_LEN];
    char life[NUMBER_LEN];
    const struct redis_word words[] = {
        word("EVAL"),
        word(settle_script),
        word("2"),
        name_of("value", key, value_name),
        name_of("claim", key, claim_name),
        word(owner),
        { value->data, value->len },
        number(value->life_ms, life),
    };
    (void)now_ms;
    return ask(self, words, 8, error);
}

static enum store_result release(void *self, const char *key, const char *owner, int64_t now_ms,
                                 struct error *error)
{
    char name[NAME_MAX_LEN];
    const struct redis_word words[] = { word("EVAL"), word(release_script), word("1"),
                                        name_of("claim", key, name), word(owner) };
    (void)now_ms;
    return ask(self, words, 5, error);
}

static enum store_result index_add(void *self, const char *kind, const char *member,
                                   int64_t life_ms, int64_t now_ms, struct error *error)
{
    char name[NAME_MAX_LEN];
    char life[NUMBER_LEN];
    const struct redis_word words[] = { word("EVAL"), word(index_add_script),
                                        word("1"),    name_of("index", kind, name),
                                        word(member), number(life_ms, life) };
    (void)now_ms;
    return order(self, words, 6, error);
}

static enum store_result index_remove(void *self, const char *kind, const char *member,
                                      struct error *error)
{
    char name[NAME_MAX_LEN];
    const struct redis_word words[] = { word("ZREM"), name_of("index", kind, name), word(member) };
    return order(self, words, 3, error);
}

static enum store_result index_list(void *self, const char *kind, size_t limit, int64_t now_ms,
                                    bool (*each)(void *context, const char *member), void *context,
                                    struct error *error)
{
    char name[NAME_MAX_LEN];
    char most[NUMBER_LEN];
    const struct redis_word words[] = { word("EVAL"), word(index_list_script), word("1"),
                                        name_of("index", kind, name),
                                        number((int64_t)limit, most) };
    (void)now_ms;
    struct redisReply *reply = redis_ask(self, words, 5, error);
    if (reply == NULL)
        return STORE_FAILED;
    for (size_t i = 0; i < reply->elements && reply->element[i]->type == REDIS_REPLY_STRING; i++) {
        if (!each(context, reply->element[i]->str))
            break;
    }
    redis_forget(self, reply);
    return STORE_OK;
}

/* Redis does it. */
static enum store_result clean(void *self, int64_t now_ms, struct error *error)
{
    (void)self;
    (void)now_ms;
    (void)error;
    return STORE_OK;
}

/* What is durable is so by Redis's own setting: with "appendfsync always" all is. */
const struct store_backend store_redis = {
    .schemes = { "redis://", "unix://" },
    .shared = true,
    .open = open_redis,
    .close = close_redis,
    .get = get,
    .put = put,
    .put_if = put_if,
    .remove = remove_value,
    .claim = claim,
    .settle = settle,
    .release = release,
    .index_add = index_add,
    .index_remove = index_remove,
    .index_list = index_list,
    .clean = clean,
};
