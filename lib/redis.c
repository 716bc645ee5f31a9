#include "redis.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "memory.h"
#include "redis_library.h"
#include "redis_url.h"
#include "resolve.h"
#include "text.h"

enum {
    PATIENCE_MS = 200, /* for one question */
    REST_MS = 1000     /* after one that was not answered */
};

struct redis {
    struct redis_url url;
    struct redis_library library;
    bool loaded;
    redisContext *context; /* NULL: not connected */
    int64_t rests_until_ms;
    struct error trouble; /* the last one */
};

struct redis *redis_open(const char *url)
{
    struct redis *redis = memory_zero(1, sizeof(*redis));
    if (redis_url_parse(url, &redis->url))
        return redis;
    free(redis);
    return NULL;
}

static void disconnect(struct redis *redis)
{
    if (redis->context != NULL)
        redis->library.free(redis->context);
    redis->context = NULL;
}

void redis_close(struct redis *redis)
{
    disconnect(redis);
    redis_url_release(&redis->url);
    free(redis);
}

static bool fail(struct redis *redis, const char *what)
{
    struct error error = ERROR_INIT;
    char *line = text_line(what, strnlen(what, sizeof(error.text)));
    const struct redis_url *url = &redis->url;
    if (url->path != NULL)
        error_set(&error, ERROR_STORE, "Redis at %s: %s", url->path, line);
    else
        error_set(&error, ERROR_STORE, "Redis at %s port %d: %s", url->host, url->port, line);
    free(line);
    redis->trouble = error;
    return false;
}

/* The connection is of no use any more. */
static bool give_up(struct redis *redis, const char *what)
{
    redis->rests_until_ms = clock_steady_ms() + REST_MS;
    fail(redis, what);
    disconnect(redis);
    return false;
}

static struct timeval time_until(int64_t deadline_ms)
{
    int64_t left_ms = deadline_ms - clock_steady_ms();
    left_ms = left_ms < 1 ? 1 : left_ms;
    return (struct timeval){ left_ms / 1000, left_ms % 1000 * 1000 };
}

/* Connects to the host's first address that answers. */
static redisContext *connect_host(struct redis *redis, int64_t deadline_ms)
{
    char addresses[RESOLVE_MAX][RESOLVE_LEN];
    redisContext *context = NULL;
    const size_t count = resolve(redis->url.host, PATIENCE_MS, addresses);
    for (size_t i = 0; i < count && (context == NULL || context->err != 0); i++) {
        if (context != NULL)
            redis->library.free(context);
        context = memory_check(
            redis->library.connect(addresses[i], redis->url.port, time_until(deadline_ms)));
    }
    return context;
}

/* One command on the connection that stands. */
static redisReply *exchange(struct redis *redis, const struct redis_word *words, size_t count)
{
    const char *texts[REDIS_WORDS_MAX];
    size_t lens[REDIS_WORDS_MAX];
    for (size_t i = 0; i < count; i++) {
        texts[i] = words[i].data;
        lens[i] = words[i].len;
    }
    redisReply *reply = redis->library.command(redis->context, (int)count, texts, lens);
    if (reply == NULL) {
        /* hiredis has "Resource temporarily unavailable" for a time that is up. */
        const bool late = redis->context->err == REDIS_ERR_IO && redis->context->errstr[0] == 'R';
        give_up(redis, late ? "no answer in time" : redis->context->errstr);
    } else if (reply->type == REDIS_REPLY_ERROR) {
        fail(redis, reply->str);
        redis->library.free_reply(reply);
        reply = NULL;
    }
    return reply;
}

static struct redis_word word(const char *text)
{
    return (struct redis_word){ text, strlen(text) };
}

static bool tell(struct redis *redis, const struct redis_word *words, size_t count)
{
    redisReply *reply = exchange(redis, words, count);
    if (reply != NULL)
        redis->library.free_reply(reply);
    return reply != NULL;
}

/* Says who we are and which database is meant. */
static bool introduce(struct redis *redis)
{
    char number[16];
    const struct redis_url *url = &redis->url;
    const struct redis_word user[] = { word("AUTH"),
                                       word(url->user),
                                       { url->password.data, url->password.len } };
    const struct redis_word nobody[] = { user[0], user[2] };
    (void)snprintf(number, sizeof(number), "%d", url->database);
    const struct redis_word database[] = { word("SELECT"), word(number) };
    if (secret_is_set(&url->password) &&
        !(url->user[0] == '\0' ? tell(redis, nobody, 2) : tell(redis, user, 3)))
        return false;
    return url->database == 0 || tell(redis, database, 2);
}

static bool connect_now(struct redis *redis)
{
    const int64_t deadline_ms = clock_steady_ms() + PATIENCE_MS;
    struct error error = ERROR_INIT;
    if (!redis->loaded && !redis_library_load(&redis->library, &error))
        return give_up(redis, error.text);
    redis->loaded = true;
    redis->context =
        redis->url.path != NULL
            ? memory_check(redis->library.connect_unix(redis->url.path, time_until(deadline_ms)))
            : connect_host(redis, deadline_ms);
    if (redis->context == NULL)
        return give_up(redis, "this name has no address");
    if (redis->context->err != 0)
        return give_up(redis, redis->context->errstr);
    if (redis->library.set_timeout(redis->context, time_until(deadline_ms)) != REDIS_OK)
        return give_up(redis, "no time limit can be set");
    if (introduce(redis))
        return redis->library.set_timeout(redis->context,
                                          (struct timeval){ 0, PATIENCE_MS * 1000 }) == REDIS_OK ||
               give_up(redis, "no time limit can be set");
    disconnect(redis);
    redis->rests_until_ms = clock_steady_ms() + REST_MS;
    return false;
}

/* Whether the connection stands: one that Redis has closed meanwhile can be read from. */
static bool is_connected(const struct redis *redis)
{
    struct pollfd file = { redis->context == NULL ? -1 : redis->context->fd, POLLIN, 0 };
    return redis->context != NULL && poll(&file, 1, 0) == 0;
}

redisReply *redis_ask(struct redis *redis, const struct redis_word *words, size_t count,
                      struct error *error)
{
    redisReply *reply = NULL;
    bool ready = is_connected(redis);
    if (!ready && clock_steady_ms() >= redis->rests_until_ms) {
        disconnect(redis);
        ready = connect_now(redis);
    }
    if (ready)
        reply = exchange(redis, words, count);
    if (reply == NULL)
        error_set(error, ERROR_STORE, "%s", redis->trouble.text);
    return reply;
}

void redis_forget(struct redis *redis, redisReply *reply)
{
    redis->library.free_reply(reply);
}
