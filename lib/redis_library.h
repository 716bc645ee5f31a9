/* Effect. The functions of hiredis that redis.c uses, loaded when a Redis is the store. */
#ifndef FEISHU_REDIS_LIBRARY_H
#define FEISHU_REDIS_LIBRARY_H

#include <stdbool.h>

#include <hiredis/hiredis.h>

struct error;

struct redis_library {
    __typeof__(redisConnectWithTimeout) *connect;
    __typeof__(redisConnectUnixWithTimeout) *connect_unix;
    __typeof__(redisSetTimeout) *set_timeout;
    __typeof__(redisCommandArgv) *command;
    __typeof__(freeReplyObject) *free_reply;
    __typeof__(redisFree) *free;
};

/* Loads them. ERROR_INTERNAL if the library is missing. */
bool redis_library_load(struct redis_library *library, struct error *error)
    __attribute__((warn_unused_result));

#endif
