/* Effect. What the tests share of what works with a service: one over a fake http and a real store,
 * in a folder of its own (store_kit.h), with a clock that stands still. */
#ifndef FEISHU_SERVICE_KIT_H
#define FEISHU_SERVICE_KIT_H

#include <check.h>
#include <stdint.h>
#include <time.h>

#include "clock.h"
#include "config.h"
#include "fake_http.h"
#include "log.h"
#include "record.h"
#include "service.h"

#define SERVICE_KIT_MESSAGE "om_1"
#define SERVICE_KIT_KEY     "message:" SERVICE_KIT_MESSAGE
#define SERVICE_KIT_CHAT    "oc_1"
#define SERVICE_KIT_PATH    "/open-apis/im/v1/messages/" SERVICE_KIT_MESSAGE "/reply"
#define SERVICE_KIT_POSTED                                                                         \
    "{\"code\":0,\"msg\":\"success\",\"data\":{\"message_id\":\"om_posted\"}}"

enum {
    SERVICE_KIT_LIFE_MS = 3300 * 1000, /* uuid_life */
    SERVICE_KIT_LEASE_MS = 10 * 1000
};

extern struct service_kit {
    int64_t wall_ms;
    struct config config; /* all are allowed; English */
    struct log log;
    struct fake_http *fake; /* knows tokens already */
    struct service service;
    struct http http;          /* what the service sends with: hands on to the fake */
    void (*before_post)(void); /* called before a message is sent, or NULL */
    struct store *none;        /* a store that fails */
    char *state;               /* the state folder */
} service_kit;

/* The clocks of a program that stand before the library's: that of the wall stands still. */
#define SERVICE_KIT_CLOCKS                                                                         \
    int64_t clock_wall_ms(void)                                                                    \
    {                                                                                              \
        return service_kit.wall_ms;                                                                \
    }                                                                                              \
    int64_t clock_steady_ms(void)                                                                  \
    {                                                                                              \
        struct timespec now;                                                                       \
        (void)clock_gettime(CLOCK_BOOTTIME, &now);                                                 \
        return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;                                 \
    }

/* As suite_add, with a kit for each test. Returns the test case, for fixtures besides. */
TCase *service_kit_add(Suite *suite, const char *name, const TTest *test, int rows);

/* Adds an answer to POSTs of messages, to path: NULL is any. */
void service_kit_answer(const char *path, enum http_outcome outcome, int status, const char *body);

/* How many messages were posted, and the request of one of them; fails if there is none. */
size_t service_kit_posts(void);
const struct fake_request *service_kit_post(size_t index);

/* A field of the request's body, or with inner a field of the JSON in its "content". Caller frees.
 */
char *service_kit_posted(size_t index, const char *field, const char *inner);

/* Checks that the request was posted for the purpose of the message. */
void service_kit_check_uuid(size_t index, const char *id, enum record_purpose purpose);

/* Puts text as the record of the key into the store; reads it: RECORD_NEW if there is none. Caller
 * releases. */
void service_kit_store(const char *key, const char *text);
struct record service_kit_record(const char *key);

/* From now on the store fails; and works again. */
void service_kit_break_store(void);
void service_kit_mend_store(void);

/* Whether the log's held lines have the text. */
bool service_kit_logged(const char *text);

#endif
