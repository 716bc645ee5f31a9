#include "service.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "http.h"
#include "memory.h"
#include "store.h"
#include "tree.h"

/* The bot's id stays the same as long as its app exists. */
static const int64_t bot_id_life_ms = INT64_C(30) * 24 * 3600 * 1000;

void service_open(struct service *service, const struct config *config, const char *config_path)
{
    bool plain = strncmp(config->app.base_url, "http://", strlen("http://")) == 0;
    *service = (struct service){
        .config = config,
        .config_path = config_path,
        .store = store_open(config->store_url.data),
        .http = http_open(config->app.ca, config->app.proxy, plain),
        .trace = BUF_INIT(1024),
    };
    service->api = (struct api){ .app = &config->app,
                                 .http = service->http,
                                 .store = service->store,
                                 .trace = &service->trace };
}

void service_begin(struct service *service, struct log *log, int64_t started_ms)
{
    buf_clear(&service->trace);
    service->log = log;
    service->started_ms = started_ms;
    service->command[0] = '\0';
}

void service_close(struct service *service)
{
    http_close(service->http);
    store_close(service->store);
    buf_release(&service->trace);
}

int64_t service_done_ms(const struct service *service)
{
    int64_t max_age_s = service->config->app.max_age_s;
    return ((max_age_s > 0 ? max_age_s : SERVICE_AGELESS_S) + SERVICE_DONE_S) * 1000;
}

/* Asks the platform who the bot is. */
static bool ask_bot_id(struct service *service, int64_t deadline_ms, struct buf *open_id,
                       struct error *error)
{
    struct api_answer answer = API_ANSWER_INIT;
    api_call(&service->api, "GET", "/open-apis/bot/v3/info", NULL, deadline_ms, &answer);
    const char *found = tree_text(tree_object(answer.tree, "bot"), "open_id");
    bool final = answer.outcome == API_REFUSED && answer.class != CODE_AGAIN;
    if (answer.outcome == API_REFUSED)
        log_error(service->log, "bot/v3/info refused: code %lld, %s, log id %s: %s",
                  (long long)answer.code, answer.text, answer.log_id, code_advice(answer.code));
    if (answer.outcome != API_ACCEPTED)
        error_set(error, final ? ERROR_REFUSED : ERROR_NETWORK, "bot/v3/info: code %lld: %s",
                  (long long)answer.code, answer.text);
    else if (found == NULL || found[0] == '\0')
        error_set(error, ERROR_NETWORK, "bot/v3/info answered without an open_id");
    else
        buf_add_text(open_id, found);
    api_answer_release(&answer);
    return error->kind == ERROR_NONE;
}

bool service_bot_id(struct service *service, int64_t deadline_ms, struct buf *open_id,
                    struct error *error)
{
    if (service->config->bot_open_id[0] != '\0') {
        buf_add_text(open_id, service->config->bot_open_id);
        return true;
    }
    struct error unread = ERROR_INIT; /* a store that fails is done without */
    int64_t now_ms = clock_wall_ms();
    char *key = memory_format("bot:%s:%s", service->config->app.id, service->config->app.base_url);
    bool found =
        store_get(service->store, key, now_ms, open_id, &unread) == STORE_OK && open_id->len > 0;
    if (!found) {
        buf_clear(open_id);
        found = ask_bot_id(service, deadline_ms, open_id, error);
        if (found)
            (void)store_put(service->store, key, buf_text(open_id), open_id->len, bot_id_life_ms,
                            now_ms, &unread);
    }
    free(key);
    return found;
}
