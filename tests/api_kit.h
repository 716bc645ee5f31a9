/* Effect. What the tests of lib/api.c share: an api over a fake http and a real store. */
#ifndef FEISHU_API_KIT_H
#define FEISHU_API_KIT_H

#include <stdint.h>

#include "api.h"
#include "buf.h"
#include "clock.h"
#include "config.h"

#define API_KIT_APP_ID    "cli_a1b2c3"
#define API_KIT_SECRET    "dskLLdkasdjlasdKK"
#define API_KIT_BASE      "https://open.feishu.cn"
#define API_KIT_TOKEN_KEY "token:" API_KIT_APP_ID ":" API_KIT_BASE
#define API_KIT_FIRST     "t-g1044ghJRUIJJ5.FIRST_-"
#define API_KIT_SECOND    "t-g1044ghJRUIJJ5.SECOND"
#define API_KIT_PATH      "/open-apis/bot/v3/info"
#define API_KIT_OK_BODY   "{\"code\":0,\"msg\":\"ok\"}"

enum {
    API_KIT_DEADLINE_MS = 12345,
    API_KIT_LIFE_MS = (7200 - 180) * 1000 /* how long a token of two hours is shared */
};

extern struct api_kit {
    int64_t wall_ms;
    struct config_app app;
    struct fake_http *fake;
    struct buf traced;
    struct api api;
    struct api_answer answer;
} api_kit;

/* The clocks of a program that stand before the library's: one stands still at api_kit.wall_ms. */
#define API_KIT_CLOCKS                                                                             \
    int64_t clock_wall_ms(void)                                                                    \
    {                                                                                              \
        return api_kit.wall_ms;                                                                    \
    }                                                                                              \
    int64_t clock_steady_ms(void)                                                                  \
    {                                                                                              \
        return 0;                                                                                  \
    }

/* The setting of a test that has a store kit. */
void api_kit_begin(void);

/* Checks that everything that was to be sent was, and nothing else, and that no secret was told. */
void api_kit_end(void);

/* Adds an answer with status 200. */
void api_kit_answer(const char *method, const char *path, const char *body);

/* GET API_KIT_PATH. */
void api_kit_call(void);

#endif
