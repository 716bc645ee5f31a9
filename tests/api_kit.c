#include "api_kit.h"

#include <string.h>

#include "fake_http.h"
#include "store_kit.h"
#include "suite.h"

struct api_kit api_kit;

void api_kit_begin(void)
{
    static char id[] = API_KIT_APP_ID, secret[] = API_KIT_SECRET, base[] = API_KIT_BASE;
    struct config_app app = { .id = id,
                              .secret = { secret, sizeof(secret) - 1 },
                              .base_url = base };
    api_kit = (struct api_kit){ .wall_ms = NOW_MS,
                                .app = app,
                                .fake = fake_http_open(),
                                .traced = BUF_INIT(4096),
                                .answer = API_ANSWER_INIT };
    api_kit.api = (struct api){ &api_kit.app, &api_kit.fake->http, kit.store, &api_kit.traced };
}

void api_kit_end(void)
{
    ck_assert_uint_eq(api_kit.fake->unexpected, 0);
    ck_assert_uint_eq(fake_http_left(api_kit.fake), 0);
    ck_assert_ptr_null(strstr(api_kit.answer.text, API_KIT_SECRET));
    ck_assert_ptr_null(strstr(api_kit.answer.text, "t-g1044ghJRUIJJ5"));
    ck_assert_ptr_null(strstr(buf_text(&api_kit.traced), "t-g1044ghJRUIJJ5"));
    ck_assert((api_kit.answer.tree != NULL) <= (api_kit.answer.outcome == API_ACCEPTED));
    for (size_t i = 0; i < api_kit.fake->sent_count; i++)
        ck_assert_int_eq(api_kit.fake->sent[i].deadline_ms, API_KIT_DEADLINE_MS);
    api_answer_release(&api_kit.answer);
    http_close(&api_kit.fake->http);
    buf_release(&api_kit.traced);
}

void api_kit_answer(const char *method, const char *path, const char *body)
{
    fake_http_answer(api_kit.fake,
                     (struct fake_answer){ .method = method, .path = path, .body = body });
}

void api_kit_call(void)
{
    api_answer_release(&api_kit.answer);
    api_call(&api_kit.api, "GET", API_KIT_PATH, NULL, API_KIT_DEADLINE_MS, &api_kit.answer);
}
