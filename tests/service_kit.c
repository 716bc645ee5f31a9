#include "service_kit.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "memory.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"
#include "tree.h"

enum { TOKENS = 8 };

static const char messages_path[] = "/open-apis/im/v1/messages";

struct service_kit service_kit;

static bool is_message(const char *url)
{
    return strstr(url, messages_path) != NULL;
}

static enum http_outcome send_on(struct http *http, const struct http_request *request,
                                 int64_t deadline_ms, struct http_response *response,
                                 struct error *error)
{
    (void)http;
    if (service_kit.before_post != NULL && is_message(request->url))
        service_kit.before_post();
    return service_kit.fake->http.send(&service_kit.fake->http, request, deadline_ms, response,
                                       error);
}

static void close_nothing(struct http *http)
{
    (void)http;
}

static void set_config(void)
{
    static char app_id[] = "cli_1", base_url[] = "https://open.feishu.cn", empty[] = "",
                any[] = "*";
    static char *people[] = { any };
    struct config *config = &service_kit.config;
    config->app = (struct config_app){
        .id = app_id, .base_url = base_url, .ca = empty, .proxy = empty, .max_age_s = 28800
    };
    secret_set(&config->app.secret, "app secret", 10);
    secret_set(&config->app.encrypt_key, "encrypt key", 11);
    config->bot_open_id = empty;
    config->language = LANGUAGE_EN;
    config->command_directory = memory_format("%s/commands.d", kit.folder);
    config->defaults =
        (struct config_rule){ .people = { people, 1 }, .timeout_s = 60, .max_delay_s = 120 };
    char *url = memory_format("dir:%s/store", kit.folder);
    secret_set(&config->store_url, url, strlen(url));
    free(url);
    config->lease_s = SERVICE_KIT_LEASE_MS / 1000;
    config->uuid_life_s = SERVICE_KIT_LIFE_MS / 1000;
    config->state_directory = service_kit.state = memory_format("%s/state", kit.folder);
    config->log = CONFIG_LOG_STDERR;
}

static void setup(void)
{
    service_kit = (struct service_kit){ .wall_ms = NOW_MS,
                                        .log = LOG_INIT,
                                        .fake = fake_http_open(),
                                        .http = { send_on, close_nothing },
                                        .none = store_open("none") };
    set_config();
    service_kit.log.target = CONFIG_LOG_STDERR; /* and never written */
    service_kit.service = (struct service){ .config = &service_kit.config,
                                            .config_path = "/nowhere",
                                            .store = store_open(service_kit.config.store_url.data),
                                            .http = &service_kit.http,
                                            .trace = BUF_INIT(4096),
                                            .log = &service_kit.log };
    service_kit.service.api = (struct api){ .app = &service_kit.config.app,
                                            .http = &service_kit.http,
                                            .store = service_kit.service.store,
                                            .trace = &service_kit.service.trace };
    for (int i = 0; i < TOKENS; i++)
        fake_http_answer(service_kit.fake, FAKE_HTTP_TOKEN("t-1"));
}

static void teardown(void)
{
    struct config *config = &service_kit.config;
    service_kit_mend_store();
    ck_assert_uint_eq(service_kit.fake->unexpected, 0);
    for (size_t i = 0; i < service_kit.fake->answer_count; i++)
        ck_assert_msg(service_kit.fake->used[i] || i < TOKENS, "answer %zu was not asked for",
                      i - TOKENS);
    service_close(&service_kit.service);
    http_close(&service_kit.fake->http);
    store_close(service_kit.none);
    log_release(&service_kit.log);
    secret_release(&config->app.secret);
    secret_release(&config->app.encrypt_key);
    free(config->command_directory);
    secret_release(&config->store_url);
    free(config->state_directory);
}

TCase *service_kit_add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = store_kit_add(suite, name, test, rows);
    tcase_add_checked_fixture(tcase, setup, teardown);
    return tcase;
}

void service_kit_answer(const char *path, enum http_outcome outcome, int status, const char *body)
{
    fake_http_answer(service_kit.fake, (struct fake_answer){ .method = "POST",
                                                             .path = path,
                                                             .outcome = outcome,
                                                             .status = status,
                                                             .body = body,
                                                             .log_id = "log-1",
                                                             .trouble = "no way" });
}

size_t service_kit_posts(void)
{
    size_t count = 0;
    for (size_t i = 0; i < service_kit.fake->sent_count; i++)
        count += is_message(service_kit.fake->sent[i].url);
    return count;
}

const struct fake_request *service_kit_post(size_t index)
{
    for (size_t i = 0; i < service_kit.fake->sent_count; i++) {
        if (is_message(service_kit.fake->sent[i].url) && index-- == 0)
            return &service_kit.fake->sent[i];
    }
    ck_abort_msg("not so many messages");
    return NULL;
}

char *service_kit_posted(size_t index, const char *field, const char *inner)
{
    struct error error = ERROR_INIT;
    const char *body = service_kit_post(index)->body;
    struct json_object *tree = tree_parse_object(body, strlen(body), &error);
    const char *text = tree_text(tree, field);
    ck_assert_msg(text != NULL, "no %s in %s", field, body);
    struct json_object *content =
        inner == NULL ? NULL : tree_parse_object(text, strlen(text), &error);
    text = inner == NULL ? text : tree_text(content, inner);
    char *copy = memory_copy(text == NULL ? "" : text);
    tree_free(content);
    tree_free(tree);
    return copy;
}

void service_kit_check_uuid(size_t index, const char *id, enum record_purpose purpose)
{
    char wanted[CONTENT_UUID_LEN];
    char *uuid = service_kit_posted(index, "uuid", NULL);
    content_uuid(id, record_purpose_name(purpose), wanted);
    ck_assert_str_eq(uuid, wanted);
    free(uuid);
}

void service_kit_store(const char *key, const char *text)
{
    struct error error = ERROR_INIT;
    ck_assert_int_eq(store_put(service_kit.service.store, key, text, strlen(text), INT64_MAX / 4,
                               service_kit.wall_ms, &error),
                     STORE_OK);
}

struct record service_kit_record(const char *key)
{
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    struct record record = RECORD_INIT;
    struct store *store = store_open(service_kit.config.store_url.data);
    enum store_result result = store_get(store, key, service_kit.wall_ms, &text, &error);
    ck_assert(result == STORE_ABSENT || result == STORE_OK);
    if (result == STORE_OK)
        ck_assert_msg(record_parse(buf_text(&text), text.len, &record, &error), "%s",
                      buf_text(&text));
    buf_release(&text);
    store_close(store);
    return record;
}

/* The store that works while the service has the one that fails. */
static struct store *working;

void service_kit_break_store(void)
{
    working = service_kit.service.store;
    service_kit.service.store = service_kit.none;
    service_kit.service.api.store = service_kit.none;
}

void service_kit_mend_store(void)
{
    if (service_kit.service.store != service_kit.none)
        return;
    service_kit.service.store = working;
    service_kit.service.api.store = working;
}

bool service_kit_logged(const char *text)
{
    return strstr(buf_text(&service_kit.log.held), text) != NULL;
}
