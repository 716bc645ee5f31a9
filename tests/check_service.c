/* What a request is served with: how long things are kept, and who the bot is. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "http.h"
#include "service_kit.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"

SERVICE_KIT_CLOCKS

#define INFO_PATH "/open-apis/bot/v3/info"
#define BOT       "{\"code\":0,\"msg\":\"ok\",\"bot\":{\"open_id\":\"ou_bot\"}}"

static void answer_info(const char *body)
{
    fake_http_answer(service_kit.fake,
                     (struct fake_answer){ .method = "GET", .path = INFO_PATH, .body = body });
}

static bool ask(struct buf *open_id, struct error *error)
{
    buf_clear(open_id);
    *error = (struct error)ERROR_INIT;
    return service_bot_id(&service_kit.service, 1234, open_id, error);
}

START_TEST(how_long_it_is_kept)
{
    static const int64_t rows[][2] = {
        { 28800, 57600 }, { 1, 28801 }, { 0, 115200 }, { 86400, 115200 }
    };
    service_kit.config.app.max_age_s = rows[_i][0];
    ck_assert_int_eq(service_done_ms(&service_kit.service), rows[_i][1] * 1000);
}
END_TEST

START_TEST(a_configured_id)
{
    static char configured[] = "ou_configured";
    struct buf open_id = BUF_INIT(256);
    struct error error;
    service_kit.config.bot_open_id = configured;
    ck_assert(ask(&open_id, &error));
    ck_assert_str_eq(buf_text(&open_id), "ou_configured");
    ck_assert_uint_eq(service_kit.fake->sent_count, 0);
    buf_release(&open_id);
}
END_TEST

START_TEST(is_asked_once)
{
    struct buf open_id = BUF_INIT(256);
    struct error error;
    answer_info(BOT);
    for (int i = 0; i < 3; i++) {
        ck_assert(ask(&open_id, &error));
        ck_assert_str_eq(buf_text(&open_id), "ou_bot");
        ck_assert_int_eq(error.kind, ERROR_NONE);
    }
    ck_assert_uint_eq(service_kit.fake->sent_count, 2); /* a token, and the question */
    ck_assert_int_eq(service_kit.fake->sent[1].deadline_ms, 1234);
    buf_release(&open_id);
}
END_TEST

/* Another app, or the same at another platform, is another bot. */
START_TEST(each_app_has_its_own)
{
    static char other_id[] = "cli_2", other_url[] = "https://open.larksuite.com";
    struct buf open_id = BUF_INIT(256);
    struct error error;
    answer_info(BOT);
    ck_assert(ask(&open_id, &error));
    if (_i == 0)
        service_kit.config.app.id = other_id;
    else
        service_kit.config.app.base_url = other_url;
    answer_info("{\"code\":0,\"bot\":{\"open_id\":\"ou_other\"}}");
    ck_assert(ask(&open_id, &error));
    ck_assert_str_eq(buf_text(&open_id), "ou_other");
    buf_release(&open_id);
}
END_TEST

START_TEST(without_a_store)
{
    struct buf open_id = BUF_INIT(256);
    struct error error;
    service_kit_break_store();
    for (int i = 0; i < 2; i++) {
        answer_info(BOT);
        ck_assert(ask(&open_id, &error));
        ck_assert_str_eq(buf_text(&open_id), "ou_bot");
        ck_assert_int_eq(error.kind, ERROR_NONE);
    }
    buf_release(&open_id);
}
END_TEST

static const struct {
    const char *name;
    enum http_outcome outcome;
    int status;
    const char *body;
    enum error_kind kind;
} failures[] = {
    { "no connection", HTTP_UNREACHED, 0, "", ERROR_NETWORK },
    { "cut", HTTP_CUT, 0, "", ERROR_NETWORK },
    { "broken", HTTP_ANSWERED, 500, BOT, ERROR_NETWORK },
    { "refused", HTTP_ANSWERED, 400, "{\"code\":99991672,\"msg\":\"no\"}", ERROR_NETWORK },
    { "no bot", HTTP_ANSWERED, 200, "{\"code\":0}", ERROR_NETWORK },
    { "no id", HTTP_ANSWERED, 200, "{\"code\":0,\"bot\":{}}", ERROR_NETWORK },
    { "an empty id", HTTP_ANSWERED, 200, "{\"code\":0,\"bot\":{\"open_id\":\"\"}}", ERROR_NETWORK },
    { "a number", HTTP_ANSWERED, 200, "{\"code\":0,\"bot\":{\"open_id\":1}}", ERROR_NETWORK },
    { "refused for good", HTTP_ANSWERED, 400, "{\"code\":4711,\"msg\":\"no\"}", ERROR_REFUSED },
};

/* What is not known is not kept: the next request asks again. */
START_TEST(is_not_known)
{
    struct buf open_id = BUF_INIT(256);
    struct error error;
    fake_http_answer(service_kit.fake, (struct fake_answer){ .path = INFO_PATH,
                                                             .outcome = failures[_i].outcome,
                                                             .status = failures[_i].status,
                                                             .body = failures[_i].body });
    ck_assert_msg(!ask(&open_id, &error), "%s", failures[_i].name);
    ck_assert_int_eq(error.kind, failures[_i].kind);
    ck_assert_uint_eq(open_id.len, 0);
    answer_info(BOT);
    ck_assert(ask(&open_id, &error));
    ck_assert_str_eq(buf_text(&open_id), "ou_bot");
    buf_release(&open_id);
}
END_TEST

/* What is opened does nothing yet: no folder, no library. */
START_TEST(opens_and_closes)
{
    struct service service;
    service_open(&service, &service_kit.config, "/path");
    service_begin(&service, &service_kit.log, 77);
    ck_assert_ptr_eq(service.config, &service_kit.config);
    ck_assert_str_eq(service.config_path, "/path");
    ck_assert_int_eq(service.started_ms, 77);
    ck_assert_ptr_eq(service.api.app, &service_kit.config.app);
    ck_assert_ptr_eq(service.api.http, service.http);
    ck_assert_ptr_eq(service.api.store, service.store);
    ck_assert_ptr_eq(service.api.trace, &service.trace);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 0);
    service_close(&service);
}
END_TEST

static void fill(Suite *suite)
{
    service_kit_add(suite, "how long it is kept", how_long_it_is_kept, 4);
    service_kit_add(suite, "a configured id", a_configured_id, 1);
    service_kit_add(suite, "is asked once", is_asked_once, 1);
    service_kit_add(suite, "each app has its own", each_app_has_its_own, 2);
    service_kit_add(suite, "without a store", without_a_store, 1);
    service_kit_add(suite, "is not known", is_not_known, COUNT(failures));
    service_kit_add(suite, "opens and closes", opens_and_closes, 1);
}

SUITE_MAIN("service", fill)
