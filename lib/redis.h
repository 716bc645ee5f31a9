/* Effect. A connection to a Redis, made when it is first needed and kept; the one user of hiredis.
 * Nothing that is asked takes longer than a fifth of a second, connecting included. */
#ifndef FEISHU_REDIS_H
#define FEISHU_REDIS_H

#include <stddef.h>
#include <stdint.h>

struct error;
struct redis;
struct redisReply;

/* A word of a command. */
struct redis_word {
    const char *data;
    size_t len;
};

/* Opens the Redis that url names; touches nothing yet. NULL if it is no url of one; else caller
 * closes. */
struct redis *redis_open(const char *url);
void redis_close(struct redis *redis);

/* Sends the command of count words, at most REDIS_WORDS_MAX, and waits for the answer, which is no
 * error; caller gives it to redis_forget. NULL, with ERROR_STORE, if there is none: then the
 * command may have been carried out, unless it could not be sent. A Redis that did not answer is
 * asked nothing for a second: it fails at once. */
enum { REDIS_WORDS_MAX = 12 };
struct redisReply *redis_ask(struct redis *redis, const struct redis_word *words, size_t count,
                             struct error *error) __attribute__((warn_unused_result));
void redis_forget(struct redis *redis, struct redisReply *reply);

#endif
